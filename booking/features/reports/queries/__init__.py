"""How the clinic goes: numbers over a period, beside those of the period before.

All counting is the database's. Periods are dates of the clinic's zone; every boundary that a
statement compares with is an instant worked out here, so that a clock change moves nothing into
the wrong day. What counts:

    kept         booked, arrived or completed
    missed       nobody came
    late         cancelled within the hours that the clinic asks for
    early        cancelled before that
    income       the prices of what was kept, in the clinic's currency
"""
