"""Django's admin, for the owner and for editors."""

from booking.admin.appointments import AppointmentAdmin, AppointmentEventAdmin
from booking.admin.catalogue import RoomAdmin, RoomKindAdmin, TreatmentAdmin
from booking.admin.clinic_profile import ClinicProfileAdmin, ClosureAdmin, OpeningHoursAdmin
from booking.admin.notification_texts import NotificationTextAdmin
from booking.admin.screening import AccommodationRuleAdmin, ScreeningSignatureAdmin
from booking.admin.site import admin_site
from booking.admin.team import TherapistAdmin, UserAdmin
from booking.models import (
    AccommodationRule,
    Appointment,
    AppointmentEvent,
    ClinicProfile,
    Closure,
    NotificationText,
    OpeningHours,
    Room,
    RoomKind,
    ScreeningSignature,
    Therapist,
    Treatment,
    User,
)

admin_site.register(Appointment, AppointmentAdmin)
admin_site.register(AppointmentEvent, AppointmentEventAdmin)
admin_site.register(ClinicProfile, ClinicProfileAdmin)
admin_site.register(Closure, ClosureAdmin)
admin_site.register(NotificationText, NotificationTextAdmin)
admin_site.register(ScreeningSignature, ScreeningSignatureAdmin)
admin_site.register(AccommodationRule, AccommodationRuleAdmin)
admin_site.register(OpeningHours, OpeningHoursAdmin)
admin_site.register(Room, RoomAdmin)
admin_site.register(RoomKind, RoomKindAdmin)
admin_site.register(Therapist, TherapistAdmin)
admin_site.register(Treatment, TreatmentAdmin)
admin_site.register(User, UserAdmin)

__all__ = ["admin_site"]
