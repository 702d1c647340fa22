"""Fields and confirmations carried to the next page of a POST."""

from django.http import QueryDict

from clinic.lib.http.carried_fields import Confirmations, carried_fields


def test_everything_but_the_token_is_carried() -> None:
    data = QueryDict("csrfmiddlewaretoken=x&day=1&day=2&choice-7=keep&step=go")

    assert carried_fields(data, leave_out=["step"]) == [
        ("day", "1"), ("day", "2"), ("choice-7", "keep"),
    ]  # fmt: skip
    assert carried_fields(data, only=["choice-"]) == [("choice-7", "keep")]


def test_confirmations_are_merged_without_duplicates() -> None:
    given = Confirmations.from_post(QueryDict("accepted=hours@1&accepted=hours@1&accepted=a b"))
    more = given.with_keys(["notice@1", "hours@1"])

    assert more.hidden_fields() == [("accepted", "hours@1"), ("accepted", "notice@1")]
    assert ("notice@1" in given, "notice@1" in more) == (False, True)


def test_the_number_of_confirmations_is_limited() -> None:
    sent = QueryDict("&".join(f"accepted={number}" for number in range(1000)))

    assert len(Confirmations.from_post(sent).keys) == 20
