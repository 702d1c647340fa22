"""The table of roles for the patient's account."""

from collections.abc import Mapping

from tests.roles.rows import PATIENTS, SIGNED_IN, Row, open_to_all

ROWS: Mapping[str, Row] = {
    "me/": Row(PATIENTS, "me"),
    "me/menu/": open_to_all("me-menu"),
    "me/start/": Row(SIGNED_IN, "me-start"),
}
