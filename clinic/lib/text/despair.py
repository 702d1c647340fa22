"""Recognize that somebody writes of despair, so that the next page can say whom to call.

In doubt it answers yes: numbers to call do no harm. Nothing else depends on it.
"""

import re

LONGEST_TEXT = 20_000
NO_MORE = r"(?: any ?more| any longer| like this)?"
PHRASES = (
    r"suicid\w*",
    r"(?:kill|hurt|harm|cut)(?:ing)? myself",
    r"self[- ]harm\w*",
    r"(?:end|ending|take|taking) (?:my (?:own )?life|it all)",
    r"(?:want|wish|like|going|ready) to die",
    r"wish(?:ed)? (?:that )?i (?:was|were) (?:dead|never born)",
    r"(?:better off|rather be) (?:dead|without me)",
    r"(?:do not|don't|cannot|can't|no longer) (?:want to )?(?:live|be here|exist|wake up)"
    + NO_MORE,
    r"(?:nothing|no reason|not worth|no point in|tired of) (?:to live for|to live|living)",
    r"(?:cannot|can't) (?:go on|carry on|cope|bear it|take it|stand it)"
    rf"(?:{NO_MORE})(?=[ ]*(?:[.!?,;:]|$| and\b| because\b| with (?:this|it|my life)\b))",
    r"(?:life|it) is not worth (?:it|living)",
    r"(?:give|giving|given) up on (?:life|everything)",
    r"no way out",
    r"want (?:it|everything|this) (?:all )?to (?:end|stop|be over)",
)
DESPAIR = re.compile(r"\b(?:" + "|".join(PHRASES) + r")", re.IGNORECASE | re.MULTILINE)
APOSTROPHES = dict.fromkeys((0x2018, 0x2019, 0x02BC, 0x00B4, 0x0060), "'")
"""Characters (code points) that are typed in place of an apostrophe."""


def mentions_despair(text: str) -> bool:
    """Return whether an English text suggests that its writer does not want to live."""
    plain = re.sub(r"[ \t]+", " ", text[:LONGEST_TEXT].translate(APOSTROPHES))
    return DESPAIR.search(re.sub(r"\bcan not\b|\bcant\b", "cannot", plain)) is not None
