"""Articles in the back office, for owner and editors."""

from articles.admin.images import ImageAdmin
from articles.models import Image
from booking.admin.site import back_office

back_office.register(Image, ImageAdmin)
