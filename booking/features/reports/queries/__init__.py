"""Figures of the clinic over a period, and of the period before.

All counting is done by the database. Periods are dates of the clinic's zone; every boundary that a
statement compares with is an instant worked out here, so that a clock change moves nothing into
the wrong day. What counts:

    kept         booked, arrived or completed
    missed       no-shows
    late         canceled with less notice than the clinic asks for (cancellation_hours)
    early        canceled before that
    income       the prices of what was kept, in the clinic's currency
"""
