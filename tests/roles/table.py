"""The table of roles: every address, who gets in, and with which numbers in the address.

A new address gets a line in ROWS of the module of its area: who gets in (one of the groups of
tests/roles/rows.py), and, if the address has parts, one that the person may use (`own`) and one
that they may not (`foreign`). tests/roles/test_roles.py walks the whole table.
"""

from collections.abc import Mapping

from tests.roles import (
    accounts,
    articles,
    desk,
    health,
    me,
    monitoring,
    office,
    privacy,
    proxies,
    public,
)
from tests.roles.rows import Row

AREAS = (public, accounts, me, proxies, privacy, monitoring, desk, health, office, articles)
ROWS: Mapping[str, Row] = {path: row for area in AREAS for path, row in area.ROWS.items()}
