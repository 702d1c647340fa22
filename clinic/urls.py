"""The root URLs of the site. Each included file puts its pages behind their gate."""

from django.urls import include, path

from clinic import errors, health_checks, metrics, site_pages, well_known

urlpatterns = [
    path("", site_pages.home, name="home"),
    path("about/", site_pages.about, name="about"),
    path("contact/", site_pages.contact, name="contact"),
    path("privacy/", site_pages.privacy, name="privacy"),
    path("accessibility/", site_pages.accessibility, name="accessibility"),
    path("sitemap.xml", well_known.sitemap, name="sitemap"),
    path("robots.txt", well_known.robots, name="robots"),
    path(".well-known/security.txt", well_known.security_txt, name="security-txt"),
    path("favicon.ico", well_known.favicon, name="favicon"),
    path("healthz", health_checks.healthz, name="healthz"),
    path("readyz", health_checks.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("articles/", include("articles.urls")),
    path("", include("booking.urls.public")),
    path("", include("booking.urls.links")),
    path("", include("booking.urls.accounts")),
    path("", include("booking.urls.me")),
    path("", include("booking.urls.own_record")),
    path("", include("booking.urls.desk")),
    path("", include("booking.urls.features")),
    path("", include("booking.urls.admin")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
