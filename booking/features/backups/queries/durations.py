"""How long something took, in a few characters."""


def format_duration(seconds: float) -> str:
    """Return seconds as people say it: 12 s, 6 min, 2 h 5 min, 3 days."""
    if seconds < 60:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours // 24} days"
