"""Invisible characters: format characters, fillers and unusual spaces."""

import unicodedata

FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters without a visible shape that Unicode counts as letters, marks or symbols."""
INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def is_invisible(character: str) -> bool:
    """Whether a character is a space, a control or format character, or a blank filler."""
    return (
        character in FILLERS
        or _is_variation_selector(character)
        or unicodedata.category(character) in INVISIBLE_CATEGORIES
    )


def strip_invisible(text: str) -> str:
    """Return the text without spaces, format characters and fillers at both ends.

    Those inside stay: joiners are part of names in Persian, Hindi and other languages. So does a
    variation selector after a visible character, to which it belongs. Control characters stay, so
    that they can be refused.
    """
    first, last = 0, len(text)
    while first < last and _is_stripped(text[first]):
        first += 1
    while last > first and _is_stripped(text[last - 1]):
        if _is_variation_selector(text[last - 1]) and not is_invisible(text[last - 2]):
            break
        last -= 1
    return text[first:last]


def has_visible(text: str) -> bool:
    """Return whether the text has a visible character."""
    return any(not is_invisible(character) for character in text)


def without_format_characters(text: str) -> str:
    """Return the text without format characters, such as those that set the text's direction."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def without_control_characters(text: str) -> str:
    """Return the text without control characters, except tabs and line breaks."""
    return "".join(
        letter for letter in text if letter in "\t\n\r" or unicodedata.category(letter) != "Cc"
    )


def _is_stripped(character: str) -> bool:
    return character.isspace() or (
        is_invisible(character) and unicodedata.category(character) != "Cc"
    )


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f"
