"""Preview of a rendered mail on a page, under the page's content security policy.

Mails carry inline styles, which the policy forbids. They are moved into a style sheet with the
page's nonce, and the mail is shown in a sandboxed iframe that may only open links. An iframe with
srcdoc inherits the policy of its page.
"""

import re

INLINE_STYLE = re.compile(r' style="([^"]*)"')
STYLE_TAG = "<style>"
"""The style element of layouts/email.html."""


def iframe_document(html: str, nonce: str) -> str:
    """Return the HTML part of a mail as the srcdoc of an iframe.

    Only for mails rendered by this site: there every quotation mark that somebody typed is
    escaped, so a style attribute cannot be faked.
    """
    styles = list(dict.fromkeys(INLINE_STYLE.findall(html)))
    rules = "\n".join(f'[data-style-rule="{n}"]{{{style}}}' for n, style in enumerate(styles))
    marked = INLINE_STYLE.sub(lambda match: f' data-style-rule="{styles.index(match[1])}"', html)
    head = f'<base target="_top"><style nonce="{nonce}">{rules}</style><style nonce="{nonce}">'
    return marked.replace(STYLE_TAG, head, 1)
