"""Actions: the functions that change state, one verb_noun function per user story.

Public pages, the desk, the back office, imports and commands call the same actions. An action takes
one `by` actor and keyword-only options. In one transaction it locks the therapists and rooms it
may use (see booking.actions.locks), checks the request with the queries that list slots, saves,
appends an event to the history and queues notifications. It raises a `Refusal` with a sentence for
the user.
"""
