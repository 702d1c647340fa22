"""Articles in the back office, for owner and editors."""

from articles.admin.comments import CommentAdmin
from articles.admin.images import ImageAdmin
from articles.models import Comment, Image
from booking.admin.site import back_office

back_office.register(Comment, CommentAdmin)
back_office.register(Image, ImageAdmin)
