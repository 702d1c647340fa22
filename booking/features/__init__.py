"""Features: what a small clinic could do without. Each is a Django app of its own.

A feature may use the core; the core never imports a feature, and features do not import each
other. All have the same layout, which is that of the core. A layer that is not needed is left
out; one that needs more than one file is a folder of the same name.

    apps.py         AppConfig. Its `ready` joins the core through `booking.registries`
    abilities.py    what roles may do in the feature, if it has abilities of its own
    errors.py       refusals: exceptions with a sentence for the user
    models.py       with migrations/
    queries.py      reads, without changing anything
    actions.py      changes: a function for each user story
    forms.py        parses what users send
    views.py        the pages; everything about HTTP
    urls.py         the addresses, behind a gate; included by `booking.urls.features`

Templates are in templates/booking/features/<name>/.
"""
