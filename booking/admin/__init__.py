"""The back office: the stock Django admin, for the owner and for editors."""

from booking.admin.message_texts import MessageTextAdmin
from booking.admin.site import back_office
from booking.models import MessageText

back_office.register(MessageText, MessageTextAdmin)

__all__ = ["back_office"]
