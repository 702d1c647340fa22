"""Store a photo of a therapist, and print its address: `python -m tests.cluster.add_picture`."""

from io import BytesIO

import django

django.setup()

from booking.actions.staff.therapist_photo import PHOTO_WIDTHS, set_therapist_photo  # noqa: E402
from booking.models import Therapist  # noqa: E402  # needs the settings
from tests.articles.images.image_files import make_image  # noqa: E402

if __name__ == "__main__":
    therapist = Therapist.objects.order_by("pk")[0]
    content = make_image(size=(900, 1080))
    set_therapist_photo(therapist, BytesIO(content), len(content))
    print(f"/therapists/photos/{therapist.pk}/{therapist.photo_digest}/{PHOTO_WIDTHS[0]}.webp")
