"""From answers to an outcome. Every answer of the questions, every pair of outcomes."""

from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.screening.outcomes import Care, Closes, Outcome, Touch, open_touches
from booking.screening.questionnaires import all_versions, find_version, newest_version
from booking.screening.questions import BadVersion, Mode, read_version
from booking.screening.records import DoctorsWord, Record, Wishes
from booking.screening.rules import Sheet, changes, is_crisis, judge, lifted
from tests.booking.health import sheet
from tests.booking.screening.expected import expected

VERSION = newest_version()
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
def test_each_answer_comes_to_what_the_fact_base_says(answer: str) -> None:
    judgement = judge(VERSION, sheet(answer))
    outcome, care, closes = expected()[answer]
    (finding,) = judgement.findings

    assert (judgement.outcome, judgement.care, finding.closes) == (outcome, care, closes)


def test_nothing_ticked_is_fine() -> None:
    judgement = judge(VERSION, Sheet())

    assert (judgement.outcome, judgement.care, judgement.findings) == (Outcome.OK, Care.NONE, [])
    assert judgement.open_touches == frozenset(Touch)


def test_words_about_feeling_safe_are_adapted_to() -> None:
    judgement = judge(VERSION, sheet(q26="Please knock before you come in."))

    assert judgement.outcome == Outcome.ADAPT
    assert judgement.findings[0].words == "Please knock before you come in."
    assert judge(VERSION, sheet(q26="   ")).outcome == Outcome.OK


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_of_two_outcomes_the_higher_wins(pair: tuple[str, str]) -> None:
    answers = {ONE_OF_EACH[one] for one in pair}
    judgement = judge(VERSION, sheet(*answers))

    assert judgement.outcome == max(pair, key=list(ONE_OF_EACH).index)
    assert judgement.outcome.blocks == (judgement.outcome in ("DOCTOR", "STOP"))


@given(st.lists(st.sampled_from(PICKED), unique=True, max_size=12))
def test_of_any_answers_the_highest_wins_and_every_closure_holds(answers: list[str]) -> None:
    judgement = judge(VERSION, sheet(*answers))
    ranks = list(ONE_OF_EACH)
    alone = [expected()[answer] for answer in answers]

    assert judgement.outcome == max((one[0] for one in alone), key=ranks.index, default="OK")
    assert judgement.open_touches == open_touches(Closes(one[2]) for one in alone)


@given(st.lists(st.sampled_from(PICKED), unique=True, max_size=8), st.sampled_from(PICKED))
def test_one_more_answer_never_makes_it_safer(answers: list[str], more: str) -> None:
    before, after = judge(VERSION, sheet(*answers)), judge(VERSION, sheet(*answers, more))

    assert after.outcome.rank >= before.outcome.rank
    assert after.open_touches <= before.open_touches


def test_not_sure_is_never_no() -> None:
    unsure = [answer for answer in PICKED if "not-sure" in answer or answer == "q12/unknown"]

    assert len(unsure) >= 14
    for answer in unsure:
        assert judge(VERSION, sheet(answer)).outcome != Outcome.OK
    hearts_and_blood = {"q7", "q9", "q10", "q11"}
    for question in hearts_and_blood:
        assert judge(VERSION, sheet(f"{question}/not-sure")).care == Care.DOCTOR


def test_every_follow_up_that_can_be_unknown_can_be_answered_so() -> None:
    exempt = {"q12", "q22"}  # q12 has an answer of its own; nobody is unsure of an allergy
    for question in VERSION.questions:
        if question.mode in (Mode.ONE, Mode.MANY) and question.id not in exempt:
            assert "not-sure" in {answer.code for answer in question.answers}, question.id


def test_the_most_pressing_help_is_named_first() -> None:
    assert judge(VERSION, sheet("q4/ill", "q2/one-leg", "q1/chest-pain")).care == Care.EMERGENCY
    assert judge(VERSION, sheet("q4/ill", "q2/one-leg")).care == Care.URGENT


def test_only_pregnancy_massage_stays_open_in_pregnancy() -> None:
    assert judge(VERSION, sheet("q13/12-weeks")).open_touches == {Touch.PREGNANCY}
    assert judge(VERSION, sheet("q13/12-weeks", "q9/aspirin")).open_touches == {Touch.PREGNANCY}
    assert judge(VERSION, sheet("q9/aspirin")).open_touches == {Touch.GENTLE, Touch.PREGNANCY}


def test_only_one_answer_is_a_crisis() -> None:
    crises = [answer for answer in PICKED if is_crisis(VERSION, sheet(answer))]

    assert crises == ["q25/crisis"]


@pytest.mark.parametrize("country", ["US", "GB", "DE", "XX"])
def test_every_stop_and_every_doctor_has_words_and_no_number_is_left_out(country: str) -> None:
    for _question, answer in VERSION.answers():
        said = VERSION.said(answer, country)
        assert "{" not in said
        if answer.outcome.blocks:
            assert len(said) > 20


def test_a_doctors_word_opens_what_it_covers_and_nothing_else() -> None:
    judgement = judge(VERSION, sheet("q9/thinner", "q14/in-treatment"))
    both = frozenset({("q9", "thinner"), ("q14", "in-treatment")})

    assert lifted(judgement, frozenset({("q9", "thinner")}), only_gentle=True).outcome == "DOCTOR"
    open_again = lifted(judgement, both, only_gentle=True)
    assert open_again.outcome == Outcome.ADAPT
    assert Touch.FIRM not in open_again.open_touches
    assert Touch.FIRM in lifted(judgement, both, only_gentle=False).open_touches


@pytest.mark.parametrize("answer", [one for one in PICKED if expected()[one][0] == "STOP"])
def test_nobodys_word_lifts_a_stop(answer: str) -> None:
    judgement = judge(VERSION, sheet(answer))
    covers = frozenset(finding.key for finding in judgement.findings)

    assert lifted(judgement, covers, only_gentle=True).outcome == Outcome.STOP


def test_a_word_does_not_open_what_the_answers_close() -> None:
    judgement = judge(VERSION, sheet("q9/thinner", "q13/12-weeks"))
    covers = frozenset({("q9", "thinner")})

    assert lifted(judgement, covers, only_gentle=False).open_touches == {Touch.PREGNANCY}


def test_the_short_set_replaces_only_itself() -> None:
    before = sheet("q4/ill", "q9/aspirin", q5="arm")
    after = before.with_new(sheet("q6/not-sober"), VERSION.short_questions())

    assert after.keys() == {("q9", "aspirin"), ("q6", "not-sober")}
    assert "q5" not in after.words
    assert [question.id for question in VERSION.short_questions()] == [f"q{n}" for n in range(1, 7)]


def test_what_has_changed_since_is_told_both_ways() -> None:
    before = judge(VERSION, sheet("q9/aspirin", "q5/wound", "q12/controlled", q5="arm"))
    after = judge(VERSION, sheet("q12/controlled", "q5/wound", "q22/nuts", q5="leg"))
    new, gone = changes(before, after)

    assert [finding.key for finding in new] == [("q5", "wound"), ("q22", "nuts")]
    assert [finding.key for finding in gone] == [("q9", "aspirin")]


def test_a_record_is_read_as_it_was_sealed() -> None:
    answers = sheet("q9/aspirin", "q13/post-birth", q26="knock")
    judgement = judge(VERSION, answers)
    record = Record("an-id", VERSION.code, answers, judgement, Wishes("light", "neck", ("breaks",)))
    again = Record.from_json(record.to_json())

    assert again.judgement == judgement
    assert again.wishes == record.wishes
    assert again.sheet.keys() == answers.keys()
    word = DoctorsWord("Dr. A", "light", only_gentle=False, covers=frozenset({("q9", "thinner")}))
    assert DoctorsWord.from_json(word.to_json()) == word


def test_versions_are_found_by_their_code() -> None:
    assert find_version(VERSION.code) is VERSION
    assert find_version("1999-01") is None
    assert all_versions()[-1] is VERSION


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
def test_a_file_with_a_mistake_is_refused_when_it_is_read(
    questions: list[dict[str, object]],
) -> None:
    with pytest.raises(BadVersion):
        read_version(MINIMAL | {"questions": questions}, digest="")


def test_a_file_that_lacks_something_is_refused() -> None:
    with pytest.raises(BadVersion):
        read_version({"code": "x"}, digest="")
