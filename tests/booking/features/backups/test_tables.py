"""Every table is in a backup or left out with a reason, and every kind of value has a text."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.features.backups.errors import BackupProblem
from booking.features.backups.queries.tables import (
    LEFT_OUT,
    all_models,
    backed_up_models,
    table_columns,
)
from booking.features.backups.queries.values import decode_row, encode_row
from booking.models import Patient

KEPT = """
account_emailaddress account_emailconfirmation auth_group auth_group_permissions auth_permission
django_admin_log django_content_type mfa_authenticator
articles_article articles_article_topics articles_article_treatments articles_articleevent
articles_articlesettings articles_blockedsender articles_comment articles_commentevent
articles_contributor articles_faq articles_glossaryterm articles_helpfulcount articles_image
articles_oldslug articles_page articles_revision articles_source articles_topic
articles_unsavedtext
booking_appointment booking_appointmentevent booking_auditentry booking_bookingorigin
booking_calendarfeed booking_callback booking_clinicprofile booking_closure booking_comfortrule
booking_dateexception booking_dateexceptionspan booking_emailchange booking_erasurerequest
booking_favorite
booking_invitation booking_message booking_messagetext booking_moveproposal booking_offer
booking_openinghours booking_option booking_outcomelift booking_patient booking_patientchoice
booking_patientmerge booking_payment booking_provenemail booking_room booking_roomkind
booking_screening booking_screeningsignature booking_staffrole booking_therapist booking_timeoff
booking_treatment booking_user booking_user_groups booking_user_user_permissions booking_weeklyhours
booking_money_ledgerentry booking_money_ledgerline booking_money_ledgerreason
booking_proxies_dateofbirth booking_proxies_guardianconsent booking_proxies_hiddenappointment
booking_proxies_proxy
booking_proxies_proxyend booking_proxies_proxyinvitation
booking_proxies_proxyrequest booking_proxies_proxyreview
booking_proxies_proxysettings booking_proxies_recordtakeover booking_restriction
booking_privacy_retentionrule booking_privacy_retentionrun booking_privacy_sealedrecord
"""
"""The tables that a backup holds. A new table is added here, or to LEFT_OUT with the reason."""

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(2**62), 2**62),
    "boolean": st.booleans(),
    "text": st.text(),
    "datetime": st.datetimes(timezones=st.just(UTC)),
    "date": st.dates(),
    "time": st.times(),
    "duration": st.timedeltas(),
    "decimal": st.decimals(-9999, 9999, places=2),
    "uuid": st.uuids(),
    "json": st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
}


def test_every_table_is_kept_or_left_out_with_a_reason() -> None:
    assert [model._meta.db_table for model in backed_up_models()] == sorted(KEPT.split())
    assert set(LEFT_OUT) <= {model._meta.label for model in all_models()}
    assert all(LEFT_OUT.values())


def test_nothing_that_is_kept_points_at_what_is_left_out() -> None:
    left_out = [model for model in all_models() if model._meta.label in LEFT_OUT]
    found = [
        f"{model._meta.label}.{field.name}"
        for model in backed_up_models()
        for field in model._meta.concrete_fields
        if field.related_model in left_out
    ]

    assert found == []


def test_the_kind_of_every_column_is_known() -> None:
    kinds = {column.kind for model in backed_up_models() for column in table_columns(model)}

    assert kinds <= set(VALUES)


def test_a_kind_of_field_that_is_unknown_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.features.backups.queries.tables.KINDS", {})
    with pytest.raises(BackupProblem, match="no backup"):
        table_columns(Patient)


@given(st.data())
def test_the_text_of_a_row_gives_back_its_values(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=6))
    row = [data.draw(st.none() | VALUES[kind]) for kind in kinds]

    assert decode_row(encode_row(row, kinds), kinds) == row


def test_the_text_of_a_row_is_the_same_for_the_same_values() -> None:
    kinds = ["datetime", "decimal", "uuid", "json", "duration", "date", "time"]
    instant = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    uuid = UUID("00000000-0000-0000-0000-00000000002a")
    rest = [timedelta(minutes=1), date(2026, 11, 23), time(9)]
    first = [instant, Decimal("90.00"), uuid, {"a": 1, "b": "é"}, *rest]
    second = [instant, Decimal("90.00"), uuid, {"b": "é", "a": 1}, *rest]

    assert encode_row(first, kinds) == encode_row(second, kinds)
    assert encode_row(first, kinds).decode().startswith('["2026-11-23T18:00:00+00:00","90.00"')


@pytest.mark.parametrize("line", [b"{}", b"[1]", b'["x", 2]', b"["])
def test_a_line_that_does_not_fit_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it says
        decode_row(line, ["integer", "integer"])
