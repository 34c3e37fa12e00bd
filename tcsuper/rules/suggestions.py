"""Which requirements and standards a responsibility may call for, by its words: for a person to accept, never applied.

Two wordings are compared by the words that carry meaning in the field: everyday words are left aside, forms of one word
count as one ("supervise", "supervisor", "supervision"), and a slip of the pen does not hide a word. A suggestion says
which words made it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from tcsuper import words

THRESHOLD = 60
"""Of 100: about where half of what a title says is found in the responsibility."""
SLIP = 88
"""Of 100: two words so much alike are one word with a slip of the pen; short ones are taken as they stand."""
LEAST_LETTERS_WITH_A_SLIP = 6

FIELD: Mapping[str, tuple[str, ...]] = {
    "supervision": ("supervis",),
    "supervising officers": ("supervising officer",),
    "facilitation": ("facilitat", "conductor", "run small groups", "run groups", "lead groups", "conduct groups"),
    "groups": ("group", "groupwork"),
    "individual": ("individual", "singly", "one to one", "1 to 1"),
    "first aid": ("first aid", "first aider", "resuscitat"),
    "risk": ("risk",),
    "safeguarding": ("safeguard", "child protection", "adult protection", "protection of children"),
    "TCAT": ("tcat", "therapeutic community training", "therapeutic community awareness", "tc training"),
    "registration": ("regist", "professional body", "professional bodies", "hcpc", "ukcp", "bacp", "babcp", "nmc"),
    "psychology": ("psycholog",),
    "psychotherapy": ("psychotherap",),
    "restraint": ("restrain", "control and restraint", "use of force"),
    "custody": ("custod",),
    "records": ("record", "paperwork", "note taking", "case notes", "minute taking"),
    "reports": ("report",),
    "writing": ("write", "writing", "written"),
    "feedback": ("feedback", "feed back"),
    "boundaries": ("boundar",),
    "safety": ("safe", "safety"),
    "values": ("values", "value", "ethos"),
    "culture": ("culture", "cultural"),
    "creative work": ("creativ", "art therapy", "arts therap", "drama", "music therapy"),
    "integrating": ("integrat", "fit in", "bring together"),
    "concerns": ("concern", "whistleblow", "raise a concern"),
    "fire safety": ("fire", "evacuat"),
    "suicide and self-harm": ("suicid", "self harm", "acct"),
    "audit": ("audit", "accreditation", "peer review"),
    "research": ("research",),
    "assessment": ("assess",),
    "training": ("train", "course", "teach"),
    "trainees": ("trainee", "traineeship"),
    "information security": ("data protection", "information security", "confidential", "gdpr"),
    "mediation": ("mediat", "conflict resolution", "restorative"),
    "probation": ("probation",),
    "appraisal": ("apprais",),
}
"""What the field speaks of, in the words that are said to a person, and how words for it begin. Of two beginnings the
longer decides."""
TOO_GENERAL = frozenset(
    {"groups", "individual", "training", "assessment", "integrating", "writing"}
    | {"clinical", "professional", "practice", "care", "therapy", "therapeutic", "community", "communities", "control"}
    | {"resident", "qualification", "background", "degree", "body", "experience", "model", "treatment", "tc"}
    | {"competence", "operational", "limit", "challenge", "agreement"}
)
"""Words that many titles share: they add to a likeness and never make one."""
ASIDE = frozenset(
    "a about above across after all also an and any appropriate are as at be been before being between both but "
    "by can check checked do does duties duty each ensure ensuring every for from full general give given gives "
    "giving has have her his how if in including into is it its keep lead level live made make may member members "
    "more must need needs new no not of off on once one only or other our out over own part people per person "
    "post provide providing relevant required requirement responsibility responsible role roles s see service "
    "services set shall she should so some staff such support take team than that the their them then there these "
    "they this those through to too under up upon use used uses using was well what when where which while who "
    "will with within work works would you your".split()
)
"""Everyday words, and those that every job description is full of."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that could be called for. `key`: the caller's own."""

    key: Any
    title: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    option: Option
    score: int
    words: tuple[str, ...]
    """What both speak of, what weighs most first."""

    @property
    def because(self) -> str:
        return f"Suggested because both speak of {words.listed(self.words)}."


def suggestions(text: str, short_title: str, area: str, options: Iterable[Option]) -> list[Suggestion]:
    """Of these options those that speak of the same as a responsibility, the most alike first.

    `text`: its own sentence; while that has not been read in, `short_title` stands for it. The area it belongs to adds
    to a likeness, and makes none by itself.
    """
    said = meaningful(text.strip() or short_title)
    around = meaningful(area)
    found = [one for option in options if (one := _suggestion(option, said, around)) is not None]
    return sorted(found, key=lambda one: (-one.score, one.option.title))


def _suggestion(option: Option, said: frozenset[str], around: frozenset[str]) -> Suggestion | None:
    """The score is how much of the title both speak of."""
    asked = meaningful(option.title)
    common = {word for word in asked if _is_among(word, said)}
    if not common - TOO_GENERAL:
        return None
    common |= {word for word in asked if _is_among(word, around)}
    score = round(fuzz.token_sort_ratio(" ".join(common), " ".join(asked)))
    in_order = sorted(common, key=lambda word: (word in TOO_GENERAL, word))
    return Suggestion(option, score, tuple(in_order)) if score >= THRESHOLD else None


def _is_among(word: str, said: frozenset[str]) -> bool:
    if word in said or len(word) < LEAST_LETTERS_WITH_A_SLIP:
        return word in said
    return process.extractOne(word, said, scorer=fuzz.ratio, score_cutoff=SLIP) is not None


CONCEPT_OF = {form: concept for concept, forms in FIELD.items() for form in forms}
BEGINNING = re.compile(r"\b(" + "|".join(sorted(CONCEPT_OF, key=len, reverse=True)) + r")\w*")


def meaningful(text: str) -> frozenset[str]:
    """The words of a text that carry meaning, each once: those of the field under one name for all their forms."""
    plain = " ".join(re.findall(r"[^\W_]+", text.lower().replace("\u2019", "'").replace("'s ", " ")))
    of_field = {CONCEPT_OF[found[1]] for found in BEGINNING.finditer(plain)}
    others = re.findall(r"[^\W\d]{2,}", BEGINNING.sub(" ", plain))
    return frozenset(of_field | {_singular(word) for word in others if word not in ASIDE})


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
