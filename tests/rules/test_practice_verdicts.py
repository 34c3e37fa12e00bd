"""The verdict table of observed practice: who was seen when at what level, what was required, and what is said of it.

The cases stand in `practice_verdicts.txt`, one paragraph each, so that somebody who supervises can read and question
them. Left out, `required:` is 3 ("alone") from 1 January 2024, `on:` is 1 June 2026 and `version:` is 2.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tcsuper.rules.carried_over import Confirmed, carried_onto, ratings_on
from tcsuper.rules.practice import LevelRequired, PracticeTerms, Rated, standing
from tests.rules.days import day, maybe, span

OBSERVERS = {"Asha": 1, "Ben": 2, "Carol": 3}
STEPS = ("with help", "with prompting", "alone", "helps others")
STAGES = ("incompetent", "novice", "advanced beginner", "competent", "proficient", "expert", "expert when it is hard")
DATE = r"(\d+ \w+ \d{4})"


@dataclass(frozen=True)
class Case:
    story: str
    facts: dict[str, str]

    def __getattr__(self, name: str) -> str:
        return self.facts.get(name, "")


def _cases() -> list[Case]:
    text = (Path(__file__).parent / "practice_verdicts.txt").read_text(encoding="utf-8")
    cases = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        story, *lines = paragraph.splitlines()
        facts = dict(line.split(": ", 1) for line in lines)
        assert story.startswith("# ") and set(facts) <= KNOWN, paragraph
        cases.append(Case(story[2:], facts))
    return cases


KNOWN = {"required", "terms", "carried", "version", "seen", "on", "status", "since", "because"}


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _required(text: str) -> tuple[LevelRequired, ...]:
    """ "2 from 1 January 2024 to 31 March 2026; 3 from 1 April 2026"."""
    levels = []
    for part in _several(text or "3 from 1 January 2024"):
        found = re.fullmatch(rf"(\d) from {DATE}(?: to {DATE})?", part)
        assert found, part
        levels.append(LevelRequired(int(found[1]), span(found[2], found[3])))
    return tuple(levels)


def _terms(case: Case) -> PracticeTerms:
    """ "needed 1; floor 2; whoever observes; written work counts; scale from 0"."""
    more: dict[str, Any] = {"level_names": STEPS}
    for part in _several(case.terms):
        match part.split():
            case "needed", number:
                more["observations_needed"] = int(number)
            case "floor", number:
                more["floor"] = int(number)
            case "whoever", "observes":
                more["prefer_two_observers"] = False
            case "written", "work", "counts":
                more["written_work_counts"] = True
            case "every", months, "months":
                more["observe_every_months"] = int(months)
            case "scale", "from", "0":
                more |= {"level_names": STAGES, "lowest_level": 0}
            case _:
                raise AssertionError(part)
    return PracticeTerms("Group facilitation", _required(case.required), **more)


SEEN = re.compile(rf"{DATE} (\w+) (?:(\d)|not seen)(.*)")
"""A day, who observed, the level, and whether it was: recorded, written, unsigned, with others, moderated, of v1."""


def _ratings(case: Case) -> dict[int, list[Rated]]:
    """By standard, which here has the number of its version; "v1b" is another standard of the first."""
    ratings: dict[int, list[Rated]] = defaultdict(list)
    for part in _several(case.seen):
        found = SEEN.fullmatch(part)
        assert found, part
        if found[3] is None:
            continue  # blank is not zero: no rating is stored
        more: dict[str, Any] = {
            "observed_on": day(found[1]),
            "observer_id": OBSERVERS[found[2]],
            "level": int(found[3]),
        }
        standard, said = int(case.version or 2), found[4]
        if together := re.search(r"with (\w+)", said):
            more["together_with"] = frozenset({OBSERVERS[together[1]]})
        if moderated := re.search(r"moderated to (\d)", said):
            more["moderated_to"] = int(moderated[1])
        if version := re.search(r"of v(\d+)(b?)", said):
            standard = int(version[1]) + (10 if version[2] else 0)
        more["how"] = "written_work" if "written" in said else "recorded" if "recorded" in said else "live"
        ratings[standard].append(Rated(**more, is_signed="unsigned" not in said))
    return ratings


def _confirmed(case: Case) -> list[Confirmed]:
    """ "v1>v2 as 2=2 3=3": what somebody confirmed."""
    found = []
    for part in _several(case.carried):
        said = re.fullmatch(r"v(\d)(b?)>v(\d) as((?: \d=\d)+)", part)
        assert said, part
        levels = dict((int(level[0]), int(level[2])) for level in said[4].split())
        found.append(Confirmed(int(said[1]) + (10 if said[2] else 0), int(said[3]), levels, said[1]))
    return found


def verdict(case: Case) -> tuple[str, str, str]:
    version = int(case.version or 2)
    ratings = ratings_on(version, _ratings(case), carried_onto(version, _confirmed(case)))
    found = standing(_terms(case), ratings, day(case.on or "1 June 2026"))
    return found.status.value, str(found.since or ""), found.because


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.story)
def test_the_verdict_and_what_is_said_of_it(case: Case) -> None:
    assert verdict(case) == (case.status, str(maybe(case.since) or ""), case.because)


def test_there_are_as_many_cases_as_the_table_promises() -> None:
    cases = _cases()
    assert len(cases) >= 80 and len({case.story for case in cases}) == len(cases)
