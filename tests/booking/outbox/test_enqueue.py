"""Writing into the outbox."""

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from booking.messages import enqueue
from booking.models import Message


@pytest.mark.django_db
def test_the_same_event_is_told_once() -> None:
    with transaction.atomic():
        first = enqueue("mail_test", key="event:1", to="ana@reader.example")
        second = enqueue("mail_test", key="event:1", to="other@reader.example")

    assert second.pk == first.pk
    assert Message.objects.get().to_email == "ana@reader.example"


@pytest.mark.django_db
def test_what_it_says_is_encrypted_and_its_id_is_our_own() -> None:
    with transaction.atomic():
        message = enqueue("mail_test", key="event:1", to="a@b.example", data={"clinic": "Oak"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM booking_message")
        (stored,) = cursor.fetchone()

    assert "Oak" not in stored
    assert message.message_id.endswith("@clinic.example>")


class TestWithoutATransaction(TransactionTestCase):
    def test_a_message_needs_the_transaction_of_what_it_tells_about(self) -> None:
        with pytest.raises(RuntimeError):
            enqueue("mail_test", key="event:1", to="ana@reader.example")

    def test_a_message_of_something_that_did_not_happen_is_never_sent(self) -> None:
        with transaction.atomic():
            enqueue("mail_test", key="event:1", to="ana@reader.example")
            transaction.set_rollback(True)

        assert Message.objects.count() == 0
