"""Actions: the functions that change state, one verb_noun function per user story.

Every door (public page, desk, back office, import, command) calls the same action. An action takes
one `by` actor and keyword-only options. In one transaction it locks the therapists and rooms it
may use, checks the request with the code that lists slots, saves, appends to the history and
queues notifications. It raises a `Refusal` carrying one sentence for the person who asked.
"""
