"""The inline styles of HTML mails, by the part they belong to.

Mail programs drop style sheets, so each element carries its own. They stand here and not in the
templates, because some mail programs do not read a style attribute of several lines.
"""

from collections.abc import Mapping

from django.utils.safestring import SafeString

INK, SOFT, ACCENT = "#262247", "#575273", "#38316f"
PAPER, SHEET, CARD, EDGE = "#f8f3ea", "#fffdf9", "#f0e8db", "#ddd1bf"
GREEN = "#2c6653"
SERIF = "'Iowan Old Style',Palatino,Georgia,serif"
SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
COLUMN = "max-width:560px"
BREAK_WORDS = "overflow-wrap:break-word;word-wrap:break-word"


def _style(*declarations: str) -> SafeString:
    return SafeString(";".join(declarations))


MAIL_STYLES: Mapping[str, SafeString] = {
    "body": _style("margin:0", "padding:0", f"background:{PAPER}", "-webkit-text-size-adjust:100%"),
    "page": _style(f"background:{PAPER}", "padding:24px 12px"),
    "sender": _style(
        COLUMN,
        "margin:0 auto 12px",
        "padding:0 24px",
        f"color:{INK}",
        f"font-family:{SERIF}",
        "font-size:19px",
        "font-weight:600",
    ),
    "sheet": _style(
        COLUMN,
        "margin:0 auto",
        f"background:{SHEET}",
        f"border:1px solid {EDGE}",
        "border-radius:12px",
        "padding:28px 24px",
        f"font-family:{SANS}",
        "font-size:17px",
        "line-height:1.55",
        BREAK_WORDS,
    ),
    "paragraph": _style("margin:0 0 18px", f"color:{INK}"),
    "code": _style(
        "margin:0 0 18px",
        f"color:{INK}",
        "font-size:30px",
        "font-weight:600",
        "letter-spacing:2px",
        "line-height:1.2",
    ),
    "details": _style(
        "width:100%",
        "margin:0 0 18px",
        f"background:{CARD}",
        "border-radius:10px",
        "border-collapse:separate",
        "padding:8px 4px",
    ),
    "label": _style(
        "text-align:start",
        "vertical-align:top",
        "padding:6px 12px",
        "font-weight:normal",
        f"color:{SOFT}",
        "font-size:15px",
        "white-space:nowrap",
    ),
    "value": _style("vertical-align:top", "padding:6px 12px 6px 0", f"color:{INK}", "width:100%"),
    "action": _style("margin:0 0 22px"),
    "button": _style(
        "display:inline-block",
        f"background:{GREEN}",
        "color:#ffffff",
        "text-decoration:none",
        "font-weight:600",
        "padding:12px 22px",
        "border-radius:10px",
    ),
    "link": _style(f"color:{ACCENT}"),
    "sign_off": _style("margin:0", f"color:{INK}"),
    "footer": _style(
        COLUMN,
        "margin:14px auto 0",
        "padding:0 24px",
        f"color:{SOFT}",
        f"font-family:{SANS}",
        "font-size:14px",
        "line-height:1.5",
        BREAK_WORDS,
    ),
}
