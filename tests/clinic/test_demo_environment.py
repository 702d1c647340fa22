"""The demo's environment: its secrets, and when a command uses the demo's data."""

import stat
from pathlib import Path

import pytest

from clinic.demo_environment import (
    PRODUCTION_SETTINGS,
    DemoDataMissing,
    demo_environment,
    load_or_create_secrets,
    use_demo_data,
)


def test_secrets_are_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    file = tmp_path / "data" / "secrets.env"
    first = load_or_create_secrets(file)
    assert set(first) == {"SECRET_KEY", "FIELD_KEYS", "LINK_KEYS"}
    assert len(set(first.values())) == 3
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_or_create_secrets(file) == first
    assert [path.name for path in file.parent.iterdir()] == ["secrets.env"]


def test_a_missing_secret_is_added_and_others_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.write_text("SECRET_KEY=kept=\n")
    assert load_or_create_secrets(file)["SECRET_KEY"] == "kept="
    assert len(load_or_create_secrets(file)) == 3


def test_a_secret_from_the_environment_wins(tmp_path: Path) -> None:
    given = demo_environment({"SECRET_KEY": "mine", "FIELD_KEYS": " "}, tmp_path)
    assert given["SECRET_KEY"] == "mine"
    assert len(given["FIELD_KEYS"]) == 44
    assert given["DEMO"] == "1"


class TestUseDemoData:
    def test_without_settings_the_demo_data_are_used(self, tmp_path: Path) -> None:
        kept = load_or_create_secrets(tmp_path / "secrets.env")
        environment = {"DATA_DIR": str(tmp_path), "HOME": "/root"}

        sentence = use_demo_data(environment)

        assert str(tmp_path) in sentence
        assert environment == kept | {"DATA_DIR": str(tmp_path), "HOME": "/root", "DEMO": "1"}

    def test_debug_is_not_changed(self, tmp_path: Path) -> None:
        load_or_create_secrets(tmp_path / "secrets.env")
        environment = {"DATA_DIR": str(tmp_path), "DEBUG": "1"}

        assert use_demo_data(environment)

        assert environment["DEBUG"] == "1"
        assert "DEMO" not in environment

    @pytest.mark.parametrize("name", PRODUCTION_SETTINGS)
    def test_with_a_production_setting_the_demo_data_are_not_used(
        self, tmp_path: Path, name: str
    ) -> None:
        load_or_create_secrets(tmp_path / "secrets.env")
        environment = {"DATA_DIR": str(tmp_path), name: "something"}

        assert use_demo_data(environment) == ""

        assert environment == {"DATA_DIR": str(tmp_path), name: "something"}

    def test_an_empty_production_setting_counts_as_unset(self, tmp_path: Path) -> None:
        kept = load_or_create_secrets(tmp_path / "secrets.env")
        environment = {"DATA_DIR": str(tmp_path), "SECRET_KEY": " "}

        assert use_demo_data(environment)

        assert environment["SECRET_KEY"] == kept["SECRET_KEY"]

    def test_before_the_first_run_a_message_says_what_to_do(self, tmp_path: Path) -> None:
        environment = {"DATA_DIR": str(tmp_path / "data")}

        with pytest.raises(DemoDataMissing, match="run `make run` once"):
            use_demo_data(environment)

        assert environment == {"DATA_DIR": str(tmp_path / "data")}
        assert not (tmp_path / "data").exists()

    def test_secrets_that_cannot_be_read_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "secrets.env").mkdir()

        with pytest.raises(DemoDataMissing, match=r"secrets\.env cannot be read"):
            use_demo_data({"DATA_DIR": str(tmp_path)})
