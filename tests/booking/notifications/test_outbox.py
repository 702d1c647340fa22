"""Writing into the outbox."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import TransactionTestCase
from pytest_django import DjangoAssertNumQueries

from booking.models import Notification
from booking.notifications import enqueue
from booking.notifications.outbox import build, enqueue_all

pytestmark = pytest.mark.postgresql


@pytest.mark.django_db
def test_the_same_event_queues_one_mail() -> None:
    with transaction.atomic():
        first = enqueue("mail_test", key="event:1", to="ana@reader.example")
        second = enqueue("mail_test", key="event:1", to="other@reader.example")

    assert second.pk == first.pk
    assert Notification.objects.get().to_email == "ana@reader.example"


@pytest.mark.django_db
def test_the_text_is_encrypted_and_the_message_id_is_ours() -> None:
    with transaction.atomic():
        message = enqueue("mail_test", key="event:1", to="a@b.example", data={"clinic": "Oak"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM booking_message")
        (stored,) = cursor.fetchone()

    assert "Oak" not in stored
    assert message.message_id.endswith("@clinic.example>")


class TestWithoutATransaction(TransactionTestCase):
    def test_queueing_needs_a_transaction(self) -> None:
        with pytest.raises(RuntimeError):
            enqueue("mail_test", key="event:1", to="ana@reader.example")

    def test_a_rolled_back_event_queues_no_mail(self) -> None:
        with transaction.atomic():
            enqueue("mail_test", key="event:1", to="ana@reader.example")
            transaction.set_rollback(True)

        assert Notification.objects.count() == 0


@pytest.mark.django_db
def test_many_mails_are_queued_in_one_query_and_existing_ones_kept(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with transaction.atomic():
        enqueue("mail_test", key="event:1", to="ana@reader.example")
        with django_assert_num_queries(1):
            enqueue_all([build("mail_test", key=f"event:{n}", to="b@c.example") for n in (1, 2)])

    told = Notification.objects.order_by("key").values_list("key", "to_email")
    assert list(told) == [("event:1", "ana@reader.example"), ("event:2", "b@c.example")]


@pytest.mark.django_db
def test_an_invalid_mail_is_refused_also_among_many() -> None:
    wrong = build("mail_test", key="event:1", to="b@c.example")
    wrong.status = Notification.Status.SENT  # and does not say when

    with pytest.raises(IntegrityError), transaction.atomic():
        enqueue_all([wrong])


@pytest.mark.django_db
def test_the_kind_determines_priority_and_expiry() -> None:
    kinds = ["thank_you", "day_list", "contact", "reminder", "cancelled", "moved", "lost_link"]
    rows = [build(kind, key=kind, to="a@b.example") for kind in [*kinds, "sign_in_code"]]
    in_order = sorted(rows, key=lambda row: row.priority)

    assert [row.kind for row in in_order] == [
        "sign_in_code", "lost_link", "cancelled", "moved", "reminder", "day_list", "contact",
        "thank_you",
    ]  # fmt: skip
    sample = build("mail_test", key="mail_test", to="a@b.example")
    assert sample.give_up_at - sample.due_at == timedelta(days=1)
