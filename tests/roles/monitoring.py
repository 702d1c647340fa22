"""The table of roles for what the site has found out about itself."""

from collections.abc import Mapping

from tests.factories.monitoring import ProgramErrorFactory
from tests.roles.rows import OWNERS, Row

ROWS: Mapping[str, Row] = {
    "desk/monitoring/": Row(OWNERS, "desk-monitoring"),
    "desk/monitoring/errors/<int:pk>/settle/": Row(
        OWNERS,
        "desk-error-settle",
        lambda _world: {"pk": ProgramErrorFactory().pk},
        lambda _world: {"pk": 999999},
    ),
}
