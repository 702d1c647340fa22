"""The rules from answers to an outcome, for every answer and every pair of outcomes."""

import json
from dataclasses import replace
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.screening.outcomes import (
    CareAdvice,
    Outcome,
    Pressure,
    TreatmentRestriction,
    allowed_pressures,
)
from booking.screening.questionnaires import (
    all_questionnaires,
    find_questionnaire,
    newest_questionnaire,
)
from booking.screening.questions import InvalidQuestionnaire, QuestionType, parse_questionnaire
from booking.screening.records import ClearanceDetails, ScreeningRecord, SessionPreferences
from booking.screening.rules import (
    AnswerSet,
    compare_results,
    evaluate,
    has_crisis_answer,
    with_clearance,
)
from tests.booking.health.answers import answer_set
from tests.booking.screening.expected import expected

VERSION = newest_questionnaire()
ANSWERS = [f"{question.id}/{answer.code}" for question, answer in VERSION.answers()]
PICKED = [answer for answer in ANSWERS if not answer.startswith("q26/")]
ONE_OF_EACH = {
    "OK": "q24/diagnosed",
    "ADAPT": "q12/controlled",
    "DOCTOR": "q9/thinner",
    "STOP": "q4/ill",
}
PAIRS = list(combinations_with_replacement(ONE_OF_EACH, 2))


def test_the_table_of_the_tests_names_every_answer_of_the_file() -> None:
    assert set(expected()) == set(PICKED)


@pytest.mark.parametrize("answer", PICKED)
def test_each_answer_has_the_outcome_of_the_fact_base(answer: str) -> None:
    screening_result = evaluate(VERSION, answer_set(answer))
    outcome, care, closes = expected()[answer]
    (finding,) = screening_result.findings

    assert (screening_result.outcome, screening_result.care, finding.restriction) == (
        outcome,
        care,
        closes,
    )


def test_no_answers_give_ok() -> None:
    screening_result = evaluate(VERSION, AnswerSet())

    assert (screening_result.outcome, screening_result.care, screening_result.findings) == (
        Outcome.OK,
        CareAdvice.NONE,
        [],
    )
    assert screening_result.allowed_pressures == frozenset(Pressure)


def test_a_text_about_feeling_safe_gives_adapt() -> None:
    screening_result = evaluate(VERSION, answer_set(q26="Please knock before you come in."))

    assert screening_result.outcome == Outcome.ADAPT
    assert screening_result.findings[0].free_text == "Please knock before you come in."
    assert evaluate(VERSION, answer_set(q26="   ")).outcome == Outcome.OK


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_of_two_outcomes_the_more_severe_counts(pair: tuple[str, str]) -> None:
    answers = {ONE_OF_EACH[outcome] for outcome in pair}
    screening_result = evaluate(VERSION, answer_set(*answers))

    assert screening_result.outcome == max(pair, key=list(ONE_OF_EACH).index)
    assert screening_result.outcome.blocks_booking == (
        screening_result.outcome in ("DOCTOR", "STOP")
    )


@given(st.lists(st.sampled_from(PICKED), unique=True, max_size=12))
def test_of_any_answers_the_most_severe_outcome_and_all_restrictions_count(
    answers: list[str],
) -> None:
    screening_result = evaluate(VERSION, answer_set(*answers))
    ranks = list(ONE_OF_EACH)
    alone = [expected()[answer] for answer in answers]

    assert screening_result.outcome == max(
        (expectation[0] for expectation in alone), key=ranks.index, default="OK"
    )
    assert screening_result.allowed_pressures == allowed_pressures(
        TreatmentRestriction(expectation[2]) for expectation in alone
    )


@given(st.lists(st.sampled_from(PICKED), unique=True, max_size=8), st.sampled_from(PICKED))
def test_one_more_answer_never_makes_it_safer(answers: list[str], more: str) -> None:
    before, after = (
        evaluate(VERSION, answer_set(*answers)),
        evaluate(VERSION, answer_set(*answers, more)),
    )

    assert after.outcome.rank >= before.outcome.rank
    assert after.allowed_pressures <= before.allowed_pressures


def test_not_sure_is_never_no() -> None:
    unsure = [answer for answer in PICKED if "not-sure" in answer or answer == "q12/unknown"]

    assert len(unsure) >= 14
    for answer in unsure:
        assert evaluate(VERSION, answer_set(answer)).outcome != Outcome.OK
    hearts_and_blood = {"q7", "q9", "q10", "q11"}
    for question in hearts_and_blood:
        assert evaluate(VERSION, answer_set(f"{question}/not-sure")).care == CareAdvice.DOCTOR


def test_every_follow_up_that_can_be_unknown_can_be_answered_so() -> None:
    exempt = {"q12", "q22"}  # q12 has an answer of its own; nobody is unsure of an allergy
    for question in VERSION.questions:
        if (
            question.mode in (QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE)
            and question.id not in exempt
        ):
            assert "not-sure" in {answer.code for answer in question.answers}, question.id


def test_the_most_urgent_help_is_named_first() -> None:
    assert (
        evaluate(VERSION, answer_set("q4/ill", "q2/one-leg", "q1/chest-pain")).care
        == CareAdvice.EMERGENCY
    )
    assert evaluate(VERSION, answer_set("q4/ill", "q2/one-leg")).care == CareAdvice.URGENT


def test_only_pregnancy_massage_is_allowed_in_pregnancy() -> None:
    assert evaluate(VERSION, answer_set("q13/12-weeks")).allowed_pressures == {Pressure.PREGNANCY}
    assert evaluate(VERSION, answer_set("q13/12-weeks", "q9/aspirin")).allowed_pressures == {
        Pressure.PREGNANCY
    }
    assert evaluate(VERSION, answer_set("q9/aspirin")).allowed_pressures == {
        Pressure.GENTLE,
        Pressure.PREGNANCY,
    }


def test_only_one_answer_is_a_crisis() -> None:
    crises = [answer for answer in PICKED if has_crisis_answer(VERSION, answer_set(answer))]

    assert crises == ["q25/crisis"]


@pytest.mark.parametrize("country", ["US", "GB", "DE", "XX"])
def test_every_blocking_answer_has_a_text_without_open_placeholders(country: str) -> None:
    for _question, answer in VERSION.answers():
        said = VERSION.advice_for(answer, country)
        assert "{" not in said
        if answer.outcome.blocks_booking:
            assert len(said) > 20


def test_a_clearance_allows_only_what_it_covers() -> None:
    screening_result = evaluate(VERSION, answer_set("q9/thinner", "q14/in-treatment"))
    both = frozenset({("q9", "thinner"), ("q14", "in-treatment")})

    assert (
        with_clearance(screening_result, frozenset({("q9", "thinner")}), gentle_only=True).outcome
        == "DOCTOR"
    )
    open_again = with_clearance(screening_result, both, gentle_only=True)
    assert open_again.outcome == Outcome.ADAPT
    assert Pressure.FIRM not in open_again.allowed_pressures
    assert (
        Pressure.FIRM in with_clearance(screening_result, both, gentle_only=False).allowed_pressures
    )


@pytest.mark.parametrize("answer", [answer for answer in PICKED if expected()[answer][0] == "STOP"])
def test_no_clearance_allows_a_booking_despite_stop(answer: str) -> None:
    screening_result = evaluate(VERSION, answer_set(answer))
    covers = frozenset(finding.key for finding in screening_result.findings)

    assert with_clearance(screening_result, covers, gentle_only=True).outcome == Outcome.STOP


def test_a_clearance_does_not_lift_restrictions_of_the_answers() -> None:
    screening_result = evaluate(VERSION, answer_set("q9/thinner", "q13/12-weeks"))
    covers = frozenset({("q9", "thinner")})

    assert with_clearance(screening_result, covers, gentle_only=False).allowed_pressures == {
        Pressure.PREGNANCY
    }


def test_the_short_set_replaces_only_itself() -> None:
    before = answer_set("q4/ill", "q9/aspirin", q5="arm")
    after = before.updated_with(answer_set("q6/not-sober"), VERSION.short_questions())

    assert after.answer_keys() == {("q9", "aspirin"), ("q6", "not-sober")}
    assert "q5" not in after.free_texts
    assert [question.id for question in VERSION.short_questions()] == [f"q{n}" for n in range(1, 7)]


def test_changes_between_two_answer_sets_are_listed_both_ways() -> None:
    before = evaluate(VERSION, answer_set("q9/aspirin", "q5/wound", "q12/controlled", q5="arm"))
    after = evaluate(VERSION, answer_set("q12/controlled", "q5/wound", "q22/nuts", q5="leg"))
    new, gone = compare_results(before, after)

    assert [finding.key for finding in new] == [("q5", "wound"), ("q22", "nuts")]
    assert [finding.key for finding in gone] == [("q9", "aspirin")]


def test_a_record_is_read_as_it_was_stored() -> None:
    answers = answer_set("q9/aspirin", "q13/post-birth", q26="knock")
    screening_result = evaluate(VERSION, answers)
    record = ScreeningRecord(
        "an-id",
        VERSION.code,
        answers,
        screening_result,
        SessionPreferences("light", "neck", ("breaks",)),
    )
    again = ScreeningRecord.from_json(record.to_json())

    assert again.screening_result == screening_result
    assert again.preferences == record.preferences
    assert again.answer_set.answer_keys() == answers.answer_keys()
    word = ClearanceDetails(
        "Dr. A", "light", gentle_only=False, covered_answers=frozenset({("q9", "thinner")})
    )
    assert ClearanceDetails.from_json(word.to_json()) == word


def test_versions_are_found_by_their_code() -> None:
    assert find_questionnaire(VERSION.code) is VERSION
    assert find_questionnaire("1999-01") is None
    assert all_questionnaires()[-1] is VERSION


def test_the_newest_version_differs_from_the_one_before_by_its_brief_words_alone() -> None:
    *_others, before, after = all_questionnaires()
    plain = replace(
        after,
        code=before.code,
        digest=before.digest,
        questions=[replace(question, brief=()) for question in after.questions],
    )

    assert plain == before
    assert any(question.brief for question in after.questions)


MINIMAL = {
    "code": "x", "consent": "c", "not_a_diagnosis": "n", "messages": {}, "countries": {},
    "groups": [{"id": "g", "heading": "G"}],
}  # fmt: skip
TICK = {"code": "a", "text": "A", "outcome": "OK"}
BAD_QUESTIONS = {
    "a stop that does not say where to turn": [
        {"id": "q", "group": "g", "mode": "ticks", "answers": [TICK | {"outcome": "STOP"}]}
    ],
    "an outcome that does not exist": [
        {"id": "q", "group": "g", "mode": "ticks", "answers": [TICK | {"outcome": "MAYBE"}]}
    ],
    "an answer twice": [{"id": "q", "group": "g", "mode": "ticks", "answers": [TICK, TICK]}],
    "a question twice": [{"id": "q", "group": "g", "mode": "ticks", "answers": [TICK]}] * 2,
    "a group that does not exist": [{"id": "q", "group": "h", "mode": "ticks", "answers": [TICK]}],
    "a choice without a line": [{"id": "q", "group": "g", "mode": "one", "answers": [TICK]}],
    "a word that means nothing": [
        {"id": "q", "group": "g", "mode": "ticks", "answers": [TICK], "colour": "red"}
    ],
}


@pytest.mark.parametrize("questions", BAD_QUESTIONS.values(), ids=BAD_QUESTIONS)
def test_an_invalid_file_is_refused_when_it_is_read(
    questions: list[dict[str, object]],
) -> None:
    with pytest.raises(InvalidQuestionnaire):
        parse_questionnaire(MINIMAL | {"questions": questions}, digest="")


def test_a_file_that_lacks_something_is_refused() -> None:
    with pytest.raises(InvalidQuestionnaire):
        parse_questionnaire({"code": "x"}, digest="")


def test_the_stored_json_format_does_not_change() -> None:
    finding = {
        "question": "q26", "code": "said", "outcome": "ADAPT", "care": "", "closes": "firm",
        "answer": "Anything else?", "adapt": "See their words.", "words": "knock", "doctor": False,
    }  # fmt: skip
    record = {
        "appointment": "an-id", "version": "2026-12",
        "sheet": {"picked": {"q9": ["aspirin"]}, "words": {"q26": "knock"}},
        "outcome": "ADAPT", "care": "", "findings": [finding],
        "wishes": {"pressure": "light", "avoid": "neck", "comforts": ["breaks"]},
    }  # fmt: skip
    clearance = {
        "doctor": "Dr. A", "limits": "light", "only_gentle": True, "covers": [["q9", "thinner"]],
    }  # fmt: skip
    record_text, clearance_text = json.dumps(record), json.dumps(clearance)

    assert ScreeningRecord.from_json(record_text).to_json() == record_text
    assert ClearanceDetails.from_json(clearance_text).to_json() == clearance_text
