"""Titles that the law keeps for people on a statutory register, and what is said when somebody is on it no more.

Source: domain, section 4 (protected titles; a lapsed statutory registration ends practice in that title at once). They
change with the law alone, so they are here and not in the catalogue. "Psychotherapist" and "counsellor" are not among
them. For a statutory body whose titles are not listed, the sentence names the body.
"""

from tcsuper import words

PSYCHOLOGISTS = tuple(
    f"{kind} psychologist"
    for kind in (
        "practitioner",
        "registered",
        "clinical",
        "counselling",
        "educational",
        "forensic",
        "health",
        "occupational",
        "sport and exercise",
    )
)
TITLES = {
    "hcpc_psychologist": PSYCHOLOGISTS,
    "hcpc_arts_therapist": ("art psychotherapist", "art therapist", "dramatherapist", "music therapist"),
    "swe": ("social worker",),
}
"""By the body's code."""
SAID = {
    "hcpc_psychologist": "the title practitioner psychologist, or any other of a psychologist that the law protects,",
    "hcpc_arts_therapist": "the titles art psychotherapist, art therapist, dramatherapist and music therapist",
    "swe": "the title social worker",
}


def may_not_use(body: str, body_name: str) -> str:
    """What stands beside the name of somebody whose registration with a statutory body lapsed."""
    which = SAID.get(body, f"the title that registration with {body_name} gives")
    return f"May not use {which} until restored."


def titles_in_words(body: str) -> str:
    """All of a body's, for the table of bodies; empty: none is listed."""
    return words.listed(list(TITLES.get(body, ())))
