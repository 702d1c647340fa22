"""A short name of a device, from what its browser says about itself."""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What the User-Agent of a browser contains, the special before the general."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Return browser and system, such as "Firefox, Android"; "" if neither is known."""
    known = (_first_match(user_agent, BROWSERS), _first_match(user_agent, SYSTEMS))
    return ", ".join(filter(None, known))


def _first_match(text: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for part, name in names if part in text), "")
