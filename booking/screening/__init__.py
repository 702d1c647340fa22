"""The questions before a massage and what follows from the answers: plain Python, no Django.

`versions/` holds the questions as data, `questions` reads them, `rules` judges answers. It knows
nothing of rows, of requests or of the time.
"""
