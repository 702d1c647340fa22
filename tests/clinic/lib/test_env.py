"""Reading settings from environment variables."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from clinic.lib import env

GOOD = "k7Jq2-vXw9_pLmN4rT6yB8cD0eF1gH3i"


def test_a_text_is_stripped() -> None:
    assert env.text("NAME", source={"NAME": "  value \n"}) == "value"


@pytest.mark.parametrize("source", [{}, {"NAME": ""}, {"NAME": "   "}])
def test_an_unset_or_empty_text_is_the_default(source: dict[str, str]) -> None:
    assert env.text("NAME", "default", source=source) == "default"


@pytest.mark.parametrize("word", ["1", "true", "YES", " on "])
def test_words_for_true(word: str) -> None:
    assert env.flag("FLAG", source={"FLAG": word}) is True


@pytest.mark.parametrize("word", ["", "0", "False", "no", " OFF "])
def test_words_for_false_override_the_default(word: str) -> None:
    assert env.flag("FLAG", default=True, source={"FLAG": word}) is False


@pytest.mark.parametrize("default", [True, False])
def test_an_unset_flag_is_its_default(default: bool) -> None:
    assert env.flag("FLAG", default=default, source={}) is default


@pytest.mark.parametrize("word", ["maybe", "2", "on off", "ja"])
def test_any_other_word_is_refused_with_the_name_of_the_setting(word: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="FLAG must be on or off"):
        env.flag("FLAG", source={"FLAG": word})


def test_an_unset_number_is_its_default() -> None:
    assert env.number("PORT", 8000, source={"PORT": " 9000 "}) == 9000
    assert env.number("PORT", 8000, source={}) == 8000


@pytest.mark.parametrize("word", ["eight", "8.5", "0x10", "8000;"])
def test_an_invalid_number_is_refused_with_the_name_of_the_setting(word: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number"):
        env.number("PORT", 8000, source={"PORT": word})


def test_words_come_without_blanks_and_empty_entries() -> None:
    assert env.comma_separated("HOSTS", source={"HOSTS": " a.example, ,b.example,,"}) == [
        "a.example",
        "b.example",
    ]
    assert env.comma_separated("HOSTS", source={}) == []


def test_secrets_keep_their_order() -> None:
    found = env.secrets("KEYS", min_length=32, source={"KEYS": f"{GOOD},{GOOD[::-1]}"})
    assert found == [GOOD, GOOD[::-1]]


@pytest.mark.parametrize("source", [{}, {"KEYS": ""}, {"KEYS": " , "}])
def test_a_missing_secret_is_refused_with_the_command_that_makes_one(
    source: dict[str, str],
) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"KEYS is not set.*token_urlsafe"):
        env.secrets("KEYS", min_length=32, source=source)


@pytest.mark.parametrize(
    "weak", [GOOD[:31], "a" * 64, "abcabcabc" * 8, "django-insecure-" + GOOD, f"{GOOD},short"]
)
def test_a_weak_secret_is_refused_without_being_printed(weak: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="KEYS holds a weak secret") as refused:
        env.secrets("KEYS", min_length=32, source={"KEYS": weak})
    assert weak not in str(refused.value)


class TestFiles:
    """Secrets in the folder that systemd makes for LoadCredential=."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> dict[str, str]:
        (tmp_path / "KEYS").write_text(f"{GOOD}\n")
        (tmp_path / "clinic_EMAIL_URL").write_text("smtp://mail.example:587/?tls=True\n")
        return {"CREDENTIALS_DIRECTORY": str(tmp_path), "OTHER": "from the environment"}

    def test_a_setting_is_read_from_the_file_of_its_name(self, source: dict[str, str]) -> None:
        assert env.secrets("KEYS", min_length=32, source=source) == [GOOD]
        assert env.text("EMAIL_URL", source=source) == "smtp://mail.example:587/?tls=True"
        assert env.text("OTHER", source=source) == "from the environment"
        assert env.text("MISSING", "default", source=source) == "default"

    def test_a_missing_secret_names_the_folder(
        self, source: dict[str, str], tmp_path: Path
    ) -> None:
        with pytest.raises(ImproperlyConfigured) as refused:
            env.secrets("MISSING", min_length=32, source=source)
        assert str(refused.value).startswith(
            f"MISSING is not set, and {tmp_path} has no file of this name. Make one with: "
        )

    def test_a_variable_is_used_before_a_file(self, source: dict[str, str]) -> None:
        """The weekly drill of a restore sets DATABASE_URL for a process of its own."""
        assert env.text("KEYS", source=source | {"KEYS": "from the environment"}) == (
            "from the environment"
        )

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b" \n", "must hold one line, and no empty one"),
            (f"{GOOD}\n{GOOD[::-1]}".encode(), "must hold one line, and no empty one"),
            (b"\xff" * 40, "is not text"),
            (None, "cannot be read (Is a directory)"),
        ],
    )
    def test_a_file_that_cannot_be_used_is_named_without_its_content(
        self, source: dict[str, str], tmp_path: Path, content: bytes | None, problem: str
    ) -> None:
        path = tmp_path / "KEYS"
        path.unlink()
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content)
        with pytest.raises(ImproperlyConfigured) as refused:
            env.secrets("KEYS", min_length=32, source=source)
        assert str(refused.value) == f"KEYS: {path} {problem}."
