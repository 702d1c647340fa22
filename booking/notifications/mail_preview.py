"""A mail shown on a page of ours, as it is: without scripts, and under the strict policy.

Mails carry their style inline, which pages may not. Here each style moves into one sheet that
carries the page's nonce; the mail is then the content of a frame that may do nothing but open
links (its address is the page's own, so the page's policy holds in it).
"""

import re

INLINE_STYLE = re.compile(r' style="([^"]*)"')
STYLE_TAG = "<style>"
"""What our layout begins its own style sheet with."""


def iframe_document(html: str, nonce: str) -> str:
    """The HTML part, fit for a frame's srcdoc. Only for mails that we have rendered: in them
    every quotation mark that somebody typed is escaped, so a style is a style."""
    styles = list(dict.fromkeys(INLINE_STYLE.findall(html)))
    rules = "\n".join(f'[data-s="{n}"]{{{style}}}' for n, style in enumerate(styles))
    marked = INLINE_STYLE.sub(lambda found: f' data-s="{styles.index(found[1])}"', html)
    head = f'<base target="_top"><style nonce="{nonce}">{rules}</style><style nonce="{nonce}">'
    return marked.replace(STYLE_TAG, head, 1)
