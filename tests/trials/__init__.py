"""Trials of operation on a served demo clinic of any size: they print figures and find faults."""
