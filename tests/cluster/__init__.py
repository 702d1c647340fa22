"""The site on several machines, on loopback: `python -m tests.cluster` (see __main__.py).

__main__     looks for the programs, prints the figures, sets the exit code
files        the operators' files of docs/deploy/cluster, with the addresses of this test
machines     the programs of the cluster, each started from its file
trial        load, kills, and the check of the results
"""
