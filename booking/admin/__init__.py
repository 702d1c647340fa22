"""The back office: the stock Django admin, for the owner and for editors."""

from booking.admin.appointments import AppointmentAdmin, HistoryAdmin
from booking.admin.catalogue import RoomAdmin, RoomKindAdmin, TreatmentAdmin
from booking.admin.clinic_profile import ClinicProfileAdmin, ClosureAdmin, OpeningHoursAdmin
from booking.admin.notification_texts import MessageTextAdmin
from booking.admin.screening import ComfortRuleAdmin, ScreeningSignatureAdmin
from booking.admin.site import back_office
from booking.admin.team import TherapistAdmin, UserAdmin
from booking.models import (
    Appointment,
    AppointmentEvent,
    ClinicProfile,
    Closure,
    ComfortRule,
    MessageText,
    OpeningHours,
    Room,
    RoomKind,
    ScreeningSignature,
    Therapist,
    Treatment,
    User,
)

back_office.register(Appointment, AppointmentAdmin)
back_office.register(AppointmentEvent, HistoryAdmin)
back_office.register(ClinicProfile, ClinicProfileAdmin)
back_office.register(Closure, ClosureAdmin)
back_office.register(MessageText, MessageTextAdmin)
back_office.register(ScreeningSignature, ScreeningSignatureAdmin)
back_office.register(ComfortRule, ComfortRuleAdmin)
back_office.register(OpeningHours, OpeningHoursAdmin)
back_office.register(Room, RoomAdmin)
back_office.register(RoomKind, RoomKindAdmin)
back_office.register(Therapist, TherapistAdmin)
back_office.register(Treatment, TreatmentAdmin)
back_office.register(User, UserAdmin)

__all__ = ["back_office"]
