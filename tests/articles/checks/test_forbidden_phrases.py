"""The patterns of forbidden phrases match what they should, and nothing else."""

import pytest

from articles.checks.forbidden_phrases import forbidden_phrases
from tests.articles.content.content_files import forbidden_patterns_in

CLAIMS = [
    "Massage cures RLS.", "Massage therapy can treat restless legs.", "A cure for RLS is near.",
    "This oil cures restless legs.", "It is clinically proven.", "A proven sleep habit.",
    "This has been proven.", "The safest choice.", "It is the best treatment.",
    "Massage raises the dopamine in the brain.", "It improves the circulation in your legs.",
    "Poor circulation is one of the main causes of RLS.", "It flushes toxins away.",
    "It breaks down knots.", "It works on the thalamus.", "Everyone benefits.",
    "It will definitely work.", "Book your RLS treatment today.", "Stop taking your medicine.",
    "Twice a week for 45 minutes works.", "The more massage, the better.",
    "Many RLS sufferers like it.", "There are promising results.",
]  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS)
def test_forbidden_claims_are_found(claim: str) -> None:
    assert forbidden_patterns_in(claim) != []


def test_every_forbidden_pattern_matches_some_example() -> None:
    found = {pattern for claim in CLAIMS for pattern in forbidden_patterns_in(claim)}

    assert [row.pattern for row in forbidden_phrases() if row.pattern.pattern not in found] == []
    assert all(row.why for row in forbidden_phrases())


@pytest.mark.parametrize("sentence", [
    "Massage may help you relax. It is not a cure for RLS.", "Massage does not cure RLS.",
    "Will massage cure my legs?", "This has not been proven.", "Is twice a week proven?",
    "Nobody knows the best type.", "Do not stop your medicine.", "Should I stop my tablets?",
    "Poor blood flow has not been shown to cause RLS.", "Some people like it; some do not.",
    "{refuted: Massage flushes out toxins.} We found nothing that shows this.",
])  # fmt: skip
def test_acceptable_sentences_are_not_reported(sentence: str) -> None:
    assert forbidden_patterns_in(sentence) == []


def test_harmful_advice_is_reported_even_as_a_refuted_claim() -> None:
    assert forbidden_patterns_in("{refuted: Stop taking your medicine.}") != []
