"""Features: what a small clinic could live without. Each is a Django app of its own.

A feature may use the core; the core never imports a feature, and features do not import each
other. A feature joins the core through `booking.registries`, in its `AppConfig.ready`; its
`urls.py` is included by `booking.urls.features`.
"""
