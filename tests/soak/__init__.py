"""Load and faults: `python -m tests.soak` (see tests/soak/__main__.py).

A run serves one site on one database. Simulated patients and staff use it over HTTP while its
processes are killed, stalled and restarted:

    __main__      runs both databases at the same time, prints the figures, sets the exit code
    run           one database, from an empty folder to the check of the results
    site, database, mail_server, processes    what is served, and can be killed or stalled
    faults        which faults there are, and in which order they are injected
    users, guests, staff, browser             the simulated users, each in a thread
    health_probe, calibration                 how long recovery takes, and how busy the machine is
    journal       the answers that the users got, and the times of faults
    drain_outbox  delivers the mails that are waiting at the end
    result_check  compares the journal with the database and the mails
    contention, contention_worker             many attempts for the same times, without HTTP
"""
