"""Ages of majority other than 18, where a retention rule counts from majority.

Each cites its statute, and none is more than a start: laws set other ages for single purposes, such
as consent to treatment, and change. Ask your counsel, and write what they say into the rule.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgeOfMajority:
    """From which age people are of age in a jurisdiction, by which source.

    `seen` says which text was read for this list, and when; it is empty where none was.
    """

    jurisdiction: str
    age: int
    source: str
    seen: str = ""


OTHER_AGES = (
    AgeOfMajority(
        "Alabama",
        19,
        "Code of Alabama, section 26-1-1",
        "a copy of the section at womenslaw.org, 1 December 2026",
    ),
    AgeOfMajority(
        "Mississippi",
        21,
        "Mississippi Code, section 1-3-27; other sections say 18 for contracts",
        "an overview at uslegal.com and Senate Bill 2073 of 2023, 1 December 2026",
    ),
    AgeOfMajority(
        "Nebraska",
        19,
        "Nebraska Revised Statutes, section 43-2101; also section 43-245(2)",
        "section 43-245 at nebraskalegislature.gov, 1 December 2026",
    ),
)
