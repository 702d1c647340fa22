"""The licenses of the packages that a production server runs."""

import pytest

from tests.docs import licenses


@pytest.mark.parametrize("package", licenses.packages())
def test_each_package_has_a_license_that_is_allowed(package: str) -> None:
    assert licenses.is_allowed(licenses.license_of(package)), licenses.license_of(package)


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-or-later", False),
        ("MIT AND GPL-3.0-or-later", False),
        ("GPL-2.0-or-later OR MPL-1.1", True),
        ("Other/Proprietary License", False),
    ],
)
def test_one_allowed_alternative_is_enough(expression: str, allowed: bool) -> None:
    assert licenses.is_allowed(expression) is allowed


def test_the_document_lists_them_all() -> None:
    assert licenses.FILE.read_text() == licenses.render(), "python -m tests.docs.licenses"
