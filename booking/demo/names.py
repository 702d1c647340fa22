"""Invented names and phone numbers."""

from itertools import count
from random import Random

FIRST_NAMES = (
    "Abigail Ahmed Alice Amara Andre Anita Antonio Arjun Beatriz Ben Carlos Carmen Chloe "
    "Connor Dana David Elena Elijah Emily Erik Esther Fatima Felix Fiona Gabriel Grace Hannah "
    "Hassan Helen Ines Isaac Jada James Jin Joan Jonas Julia Kai Karen Kofi Lara Leo Lin Lucia "
    "Malik Marcus Maria Mateo Mei Mia Miriam Nadia Nathan Noor Olga Oscar Paula Peter Quinn "
    "Rachel Ravi Rosa Ruth Samir Sara Sean Sofia Tariq Theo Tina Uma Victor Wei Yara Yusuf Zoe"
)

LAST_NAMES = (
    "Abbott Ahmadi Almeida Andersen Baker Banerjee Barnes Bauer Bell Brandt Brooks Castillo "
    "Chan Clark Cohen Costa Cruz Daniels Diaz Dubois Ellis Evans Farrell Fischer Flores Foster "
    "Garcia Gomez Grant Haddad Hall Hansen Hayes Hoffman Hughes Ibrahim Iyer Jackson Jensen "
    "Johnson Kaplan Kelly Khan Kim Kowalski Larsen Lee Lopez Malone Martin Mbeki Mendez Meyer "
    "Mills Mori Murphy Nguyen Novak Olsen Ortiz Owens Park Patel Perez Quinn Ramos Reed Reyes "
    "Rossi Russo Sato Schmidt Shah Silva Singh Suzuki Tan Torres Turner Vargas Walsh Weber "
    "White Wong Yilmaz Young Zhang"
)

FIRST_NAME_LIST, LAST_NAME_LIST = FIRST_NAMES.split(), LAST_NAMES.split()
AREA_CODES = (312, 708, 773, 847)


def random_name(rng: Random) -> str:
    """Return a first and a last name."""
    return f"{rng.choice(FIRST_NAME_LIST)} {rng.choice(LAST_NAME_LIST)}"


def random_phone(rng: Random) -> str:
    """Return a number from the range that is reserved for fiction (555-0100 to 555-0199)."""
    return f"+1 {rng.choice(AREA_CODES)}-555-01{rng.randrange(100):02}"


def unique_names(rng: Random, used: set[str], wanted: int) -> list[str]:
    """Return names that are not in `used` and add them to it; numbered if the lists run out."""
    names: list[str] = []
    for attempt in count():
        if len(names) >= wanted:
            break
        name = random_name(rng) if attempt < wanted * 20 else f"{random_name(rng)} {attempt}"
        if name not in used:
            used.add(name)
            names.append(name)
    return names
