"""Names that were replaced do not come back. The words that count: docs/glossary.md."""

import ast
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

REPLACED: Mapping[str, str] = {
    "A_DAY": "MIN_INTERVAL",
    "ActsAlready": "AlreadyActs",
    "AskFirst": "NeedsMedicalAdvice",
    "CalendarHeld": "NetworkLimitReached",
    "Combination": "BookAgainChoice",
    "Comfort": "Accommodation",
    "ComfortRule": "AccommodationRule",
    "Contender": "ContentionWorker",
    "DayHeld": "DayLimitReached",
    "EveryStory": "MailStateMachine",
    "Finding": "CheckResult",
    "FoldedField": "SearchTextField",
    "GrantGone": "GrantNotActive",
    "Judgement": "ScreeningResult",
    "Letter": "NotificationParams",
    "MessageText": "NotificationText",
    "NOTIFIED_KINDS": "CHANGE_KINDS",
    "NoVisitYet": "NoAppointmentYet",
    "NotFit": "ScreeningBlocked",
    "NotNow": "ScreeningStop",
    "OutcomeLift": "MedicalClearance",
    "Pause": "CacheOutage",
    "Prober": "HealthProbe",
    "RequestGone": "RequestNotOpen",
    "Shelf": "BookingChoices",
    "Side": "EndedBy",
    "StaffTerms": "MoveTerms",
    "StaffWish": "StaffSlotRequest",
    "SwitchOff": "ResourceChange",
    "THE_DAY_HOLDS_FOR": "ACUTE_ANSWER_VALID_FOR",
    "Touch": "Pressure",
    "TreatmentClosed": "TreatmentNotSuitable",
    "Understood": "ParsedRows",
    "UnsavedText": "Autosave",
    "UseCount": "RateLimitCounter",
    "Verification": "BookingVerification",
    "Wish": "SlotRequest",
    "WorkerBeat": "WorkerHeartbeat",
    "Yardstick": "Calibration",
    "acting_of": "current_acting",
    "address_with_help": "url_with_crisis_help",
    "all_of": "collect_errors",
    "appointments_to_answer_for": "appointments_to_save_answers_for",
    "around_changed_at": "page_changed_at",
    "ask_value": "ask_choice",
    "beat": "record_heartbeat",
    "calls_everybody_missing": "refuses_everybody",
    "came_by_account": "opened_from_account",
    "change_of": "build_change",
    "columns_of": "permission_columns",
    "describe_connection": "check_reverse_proxies",
    "describe_place": "describe_error_location",
    "dialled": "phone_field",
    "find_unknown": "find_newer_version",
    "found_by": "search_text",
    "frees_at": "blocked_until",
    "hit_for_actor": "count_use_by_actor",
    "holds_at": "is_active_hold",
    "important_act": "reauthenticate_for_changes",
    "innermost_place": "innermost_location",
    "is_unsubscribed": "has_stopped_optional_mail",
    "judge": "evaluate",
    "kept_models": "backed_up_models",
    "lift_outcome": "record_clearance",
    "live_version": "get_active_questionnaire",
    "lost_by": "list_losses",
    "marks_of": "booking_labels",
    "note_access": "log_health_access",
    "note_use": "record_use",
    "notify_urgent_note": "notify_urgent_appointment",
    "only_form_methods": "form_page",
    "only_upgrade": "upgrade_lock",
    "opens_wishes": "opens_optional_questions",
    "params_again": "get_resend_params",
    "place_with": "find_place_for",
    "reach_of": "affected_range",
    "record_look_at_patient": "record_patient_read",
    "reserve_everything": "lock_all_resources",
    "reserve_requested": "lock_requested",
    "settle_merges": "finalize_merges",
    "shelf_of": "load_booking_choices",
    "spend": "count_use",
    "standing_of": "the health status",
    "take_back_marks": "revert_failures",
    "take_back_payment": "reverse_payment",
    "take_the_guard_away": "drop_overlap_constraints",
    "taken_away": "removed_hours",
    "two_days_and_three_hours": "default_reminder_hours",
    "validate_zone": "validate_time_zone",
    "why_not_again": "get_resend_refusal",
    "why_only_once": "resend_refusal",
    "wish": "slot_request",
    "work_after_all": "cancel_time_off",
}
REPLACED_FIELDS: Mapping[str, Mapping[str, str]] = {
    "booking/models": {
        "asked": "question_set",
        "holder": "browser_key",
        "kept": "remaining",
        "merged": "duplicate",
        "moves": "patient_move_count",
        "sealed": "record_json, details_json",
    },
    "booking/inputs.py": {"accepted": "accepted_overrides", "choice": "action"},
    "booking/queries": {
        "gone": "cancelled_or_missed",
        "here": "arrived",
        "late": "minutes_late",
        "over": "minutes_overtime",
    },
    "booking/forms": {"said": "advice", "comforts": "accommodations"},
    "booking/queries/appointments": {"sentences": "descriptions"},
    "booking/errors": {"sentence": "message"},
    "clinic/lib/refusal.py": {"sentence": "message"},
}
"""Fields of models and dataclasses that were renamed: ordinary words elsewhere."""
REPLACED_CONTEXT = frozenset(
    {"found", "live", "only", "parts", "said", "sentence", "told", "usual"}
)
"""Keys that said nothing about what a template gets."""
PREFIXES = re.compile(r"^(insist_|tell_(?!apart)|MOST_|LEAST_)")
"""Actions require (`require_`), notifications notify (`notify_`), limits are MAX_ and MIN_."""
OUR_IMPORT = re.compile(r"^from ((?:articles|booking|clinic|tests)[\w.]*) import ", re.MULTILINE)
REPLACED_WORDS = re.compile(rf"\b(?:{'|'.join(REPLACED)})\b|\b{PREFIXES.pattern.lstrip('^')}")
REPLACED_IN_PAGES = re.compile(
    r"\bdata-(?:away|gone|kept|said|say|hold-say|questions-say)\b(?!-)"
    r"|\b(?:brief-word|desk-me|desk-what|health-folds?|keyvals|lane-bg|lane-fg|visit-big|visit-do|wish-list)\b(?!-)"
)
"""Data attributes and classes of style sheets that said nothing about what they hold."""
RIDDLES = re.compile(
    r"^test_\w*(?:_kindly|_that_(?:is|are)_none|_in_words|_guard|_goes_along|_leads_somewhere|nobodys_)"
)
"""Names of tests that cannot be understood without the body: a name says what is true."""
REPLACED_FOLDERS = ("booking/messages", "templates/dusk", "templates/booking/email")


def names_in(tree: ast.AST) -> Iterator[str]:
    """Yield the identifiers that a module defines or uses, except those in strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg) or (isinstance(node, ast.keyword) and node.arg):
            yield node.arg


@cache
def parsed(file: str) -> ast.Module:
    """Return the syntax tree of a file, read once for all tests here."""
    return ast.parse((ROOT / file).read_text())


def contains(file: str, words: re.Pattern[str]) -> bool:
    """Return whether the text of a file has these words: only then it is worth parsing."""
    path = ROOT / file
    return path.exists() and words.search(path.read_text()) is not None


def tracked(pattern: str) -> list[str]:
    command = ["git", "ls-files", pattern]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return listing.stdout.split()


def test_replaced_names_do_not_come_back() -> None:
    found = {
        f"{file}: {name}, call it {REPLACED.get(name, 'as PREFIXES says')}"
        for file in tracked("*.py")
        if "/migrations/" not in file and contains(file, REPLACED_WORDS)
        for name in names_in(parsed(file))
        if name in REPLACED or PREFIXES.match(name)
    }

    assert found == set()


def variables_in(template: str) -> set[str]:
    """Return the words in the tags of a template, except those in strings."""
    tags = re.findall(r"{[{%](.*?)[%}]}", template, re.DOTALL)
    return {
        word for tag in tags for word in re.findall(r"\w+", re.sub(r"\"[^\"]*\"|'[^']*'", "", tag))
    }


def test_replaced_names_do_not_come_back_in_templates() -> None:
    """A template shows nothing for a name that its view does not give it any more."""
    found = {
        f"{file}: {name}, call it {REPLACED[name]}"
        for file in tracked("templates/*.html")
        if (ROOT / file).exists()
        for name in variables_in((ROOT / file).read_text()) & set(REPLACED)
    }

    assert found == set()


def fields_in(tree: ast.AST) -> Iterator[str]:
    """Yield the names that classes of a module define as attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                match statement:
                    case ast.AnnAssign(target=ast.Name(id=name)):
                        yield name
                    case ast.Assign(targets=[ast.Name(id=name)]):
                        yield name


def test_replaced_fields_do_not_come_back() -> None:
    found = {
        f"{file}: {name}, call it {replaced[name]}"
        for place, replaced in REPLACED_FIELDS.items()
        for file in tracked(place)
        if file.endswith(".py") and (ROOT / file).exists()
        for name in fields_in(parsed(file))
        if name in replaced
    }

    assert found == set()


def test_template_variables_say_what_they_are() -> None:
    """Neither the keys of a context nor loops in templates use words that fit anything."""
    keys = {
        f"{file}: {key.value}"
        for package in ("booking", "articles", "clinic")
        for file in tracked(f"{package}/*.py")
        if "/views/" in file and (ROOT / file).exists()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and key.value in REPLACED_CONTEXT
    }
    loops = {
        file
        for file in tracked("templates/*.html")
        if (ROOT / file).exists() and "{% for one in" in (ROOT / file).read_text()
    }

    assert (keys, loops) == (set(), set())


def test_loops_name_what_they_go_over() -> None:
    """`for patient in patients`, not `for one in patients`."""
    found = {
        f"{file}:{target.lineno}"
        for file in tracked("*.py")
        if "/migrations/" not in file and contains(file, re.compile(r"\bone\b"))
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.For | ast.comprehension)
        for target in ast.walk(node.target)
        if isinstance(target, ast.Name) and target.id == "one"
    }

    assert found == set()


def test_replaced_attributes_and_classes_do_not_come_back() -> None:
    found = {
        f"{file}: {name}"
        for pattern in ("templates/*.html", "clinic/static/*.css", "clinic/static/*.js")
        for file in tracked(pattern)
        if (ROOT / file).exists()
        for name in REPLACED_IN_PAGES.findall((ROOT / file).read_text())
    }

    assert found == set()


def test_names_of_tests_say_what_is_true() -> None:
    found = {
        f"{file}: {name}"
        for file in tracked("tests/*.py")
        if contains(file, re.compile(RIDDLES.pattern.replace("^", r"\b")))
        for name in names_in(parsed(file))
        if RIDDLES.match(name)
    }

    assert found == set()


def test_replaced_folders_do_not_come_back() -> None:
    assert [folder for folder in REPLACED_FOLDERS if tracked(folder)] == []


def programs_in(tree: ast.AST) -> Iterator[str]:
    """Yield the strings of a module that are themselves programs with imports of ours."""
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and OUR_IMPORT.search(node.value):
            yield node.value


def test_programs_in_strings_import_what_is_there() -> None:
    """No linter looks into them: programs that tests hand to another Python."""
    missing = {
        f"{file}: {module}"
        for file in tracked("tests/*.py")
        if contains(file, OUR_IMPORT)
        for program in programs_in(parsed(file))
        for module in OUR_IMPORT.findall(program)
        if not (ROOT / module.replace(".", "/")).is_dir()
        and not (ROOT / module.replace(".", "/")).with_suffix(".py").exists()
    }

    assert missing == set()
