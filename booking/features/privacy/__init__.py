"""Copies and erasure of a person's data, and what the law makes the clinic keep."""
