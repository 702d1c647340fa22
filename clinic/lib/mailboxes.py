"""Which e-mail addresses belong to the same mailbox."""


def mailbox_of(email: str) -> str:
    """Return the mailbox of an address: in lower case, without what follows a plus sign.

    Mail to name+anything@example.com arrives at name@example.com on most servers, so limits that
    protect a person count both as one.
    """
    name, _, domain = email.strip().lower().rpartition("@")
    return f"{name.partition('+')[0] or name}@{domain}"
