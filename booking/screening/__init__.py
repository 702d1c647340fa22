"""The health screening before a massage: plain Python, no Django.

`versions/` holds the questionnaires as data, `questions` reads them, `rules` evaluates answers,
`records` writes and reads what is stored. It knows nothing of database rows, requests or the time.
"""
