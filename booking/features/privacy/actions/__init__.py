"""Erase people, seal what the law keeps, and run what is due."""
