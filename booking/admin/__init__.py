"""The back office: the stock Django admin, for the owner and for editors."""

from booking.admin.message_texts import MessageTextAdmin
from booking.admin.screening import ComfortRuleAdmin, ScreeningSignatureAdmin
from booking.admin.site import back_office
from booking.models import ComfortRule, MessageText, ScreeningSignature

back_office.register(MessageText, MessageTextAdmin)
back_office.register(ScreeningSignature, ScreeningSignatureAdmin)
back_office.register(ComfortRule, ComfortRuleAdmin)

__all__ = ["back_office"]
