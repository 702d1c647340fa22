"""Hostile load and faults: `python -m tests.soak` (see tests/soak/__main__.py).

A trial serves one site on one database and lets a crowd of patients and staff use it over HTTP,
while its processes are killed, stalled and started again:

    __main__      both databases beside each other, the figures, the exit code
    trial         one database, from an empty folder to the verdict
    site, database, mail_server, processes    what is served, and can be killed or stalled
    faults        which faults there are, and in which order they come
    crowd, guests, staff, browser             who uses the site, each in a thread
    journal       what the crowd was answered, and when something was out of order
    verdict       compares the journal with the database and the mails
    contention    many attempts for the same times, without HTTP
"""
