"""What every answer must come to, written down from the clinic's fact base and not from the
file: question/answer, outcome, where to turn, what it closes."""

EXPECTED = """
q1/chest-pain STOP emergency
q1/breathing STOP emergency
q1/coughing-blood STOP emergency
q1/fainting STOP emergency
q1/weakness STOP emergency
q1/speaking STOP emergency
q2/one-leg STOP urgent
q2/one-leg-not-sure STOP urgent
q3/cauda STOP emergency
q4/ill STOP wait
q5/spreading-redness STOP urgent
q5/shingles STOP wait
q5/infection STOP wait
q5/wound ADAPT
q5/burn ADAPT
q5/ulcer ADAPT
q5/rash ADAPT
q5/not-sure DOCTOR call
q6/not-sober STOP wait
age/under-18 DOCTOR call
q7/settled DOCTOR doctor
q7/recent STOP wait
q7/not-sure DOCTOR doctor
q8/operation DOCTOR doctor
q8/plaster DOCTOR doctor
q8/bed-rest DOCTOR doctor
q8/trip-fine ADAPT - firm
q8/trip-pain STOP urgent
q9/thinner DOCTOR doctor
q9/bleeding DOCTOR doctor
q9/aspirin ADAPT - firm
q9/not-sure DOCTOR doctor
q10/within-3-months STOP wait
q10/3-to-12-months DOCTOR doctor
q10/over-a-year ADAPT
q10/not-sure DOCTOR doctor
q11/stable DOCTOR doctor
q11/new STOP urgent
q11/new-breathless STOP emergency
q11/not-sure DOCTOR doctor
q12/controlled ADAPT
q12/not-controlled DOCTOR doctor
q12/very-high STOP urgent
q12/unknown ADAPT
q18/varicose ADAPT
q18/vein-new STOP urgent
q18/vein-known DOCTOR doctor
q18/artery DOCTOR doctor
q18/not-sure DOCTOR call
q13/under-12-weeks DOCTOR doctor
q13/12-weeks ADAPT - all-but-pregnancy
q13/problem DOCTOR doctor
q13/warning-signs STOP urgent
q13/post-birth ADAPT - firm
q13/after-cesarean DOCTOR doctor
q13/not-sure DOCTOR call
q14/finished ADAPT
q14/in-treatment DOCTOR doctor
q14/bone DOCTOR doctor
q14/not-sure DOCTOR call
q15/no-dialysis ADAPT
q15/dialysis DOCTOR doctor
q15/not-sure DOCTOR call
q16/normal ADAPT
q16/reduced ADAPT - firm
q16/ulcer DOCTOR doctor
q16/ulcer-hot STOP urgent
q16/not-sure DOCTOR call
q17/mild ADAPT - firm
q17/severe DOCTOR doctor
q17/fracture DOCTOR doctor
q17/not-sure DOCTOR call
q19/recent DOCTOR doctor
q19/older ADAPT
q19/not-sure DOCTOR call
q20/controlled ADAPT
q20/not-controlled DOCTOR doctor
q20/not-sure DOCTOR call
q21/unchecked DOCTOR doctor
q22/nuts ADAPT
q22/scents ADAPT
q22/latex ADAPT
q22/lavender ADAPT
q22/asthma ADAPT
q22/skin ADAPT
q22/other ADAPT
q23/steroids ADAPT - firm
q23/pain-medicine ADAPT - firm
q23/chemotherapy DOCTOR doctor
q23/not-sure DOCTOR call
q24/diagnosed OK
q24/not-diagnosed OK
q25/sleep OK
q25/crisis STOP emergency
"""
"""Without q26, which is free text only (see the tests)."""


def expected() -> dict[str, tuple[str, str, str]]:
    """Return outcome, care advice and restriction by question/answer."""
    rows = {}
    for line in EXPECTED.strip().splitlines():
        answer, outcome, care, closes, *_ = [*line.split(), "-", "-"]
        rows[answer] = (outcome, care.strip("-"), "" if closes == "-" else closes)
    return rows
