"""Load on the real web server, beside an empty page and beside django-appointment.

__main__          the table
pages             what is asked for, and the limits
data_set          20 therapists and 100,000 appointments, kept in a cache folder outside the tree
site              the web server and its processor time
generator         wrk, which sends the requests
other_product     django-appointment in an environment of its own
appointment_site  a minimal site around it, run by that environment
"""
