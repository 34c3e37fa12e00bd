"""Training: what a line about a completion would add or change. A cell that is left empty changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tcsuper import words
from tcsuper.rules.entries import completion_problems
from tcsuper.rules.import_plan import Change, People, Planned, Settled, Write, said
from tcsuper.rules.importing import TrainingLine
from tcsuper.rules.training import version_taught

NOT_YOUR_OWN = "You cannot correct your own training record. Ask another manager."
WAITS = "it waits to be confirmed by a manager"
REPEAT = "asked_to_repeat"
RESULTS = ("passed", "attended", REPEAT)


@dataclass(frozen=True, slots=True)
class CourseThere:
    course_id: int
    title: str
    version: int
    version_from: date | None


@dataclass(frozen=True, slots=True)
class CompletionThere:
    """`record_row_id`: of the version in force."""

    record_row_id: int
    result: str
    printed_expiry_on: date | None
    certificate: str
    is_confirmed: bool


@dataclass
class TrainingThere:
    """What is known already. `may_record`: about whom whoever imports may; `may_confirm` and `may_correct`: of these.
    `places`: people and courses with a place on a run of a day, which the completion uses up."""

    me: int
    today: date
    courses: Mapping[str, CourseThere]
    completions: Mapping[tuple[int, int, date], CompletionThere]
    may_record: frozenset[int]
    may_confirm: frozenset[int]
    may_correct: frozenset[int]
    confirms_newcomers: bool
    places: frozenset[tuple[int, int, date]]


def plan_training(planned: Planned, lines: Sequence[TrainingLine], people: People, there: TrainingThere) -> None:
    seen: dict[tuple[int, str, date], TrainingLine] = {}
    for line in lines:
        try:
            change, sentence, writes = _settle(line, people, there, seen)
            planned.settle(line.where, line.person, change, sentence, *writes)
        except Settled as settled:
            planned.settle(line.where, line.person, settled.change, settled.sentence)


def _settle(
    line: TrainingLine, people: People, there: TrainingThere, seen: dict[tuple[int, str, date], TrainingLine]
) -> tuple[Change, str, list[Write]]:
    who = people.who(line.person, line.staff_number)
    if who > 0 and who not in there.may_record:
        raise Settled("You may not record training for them.")
    course = there.courses.get(line.course)
    if course is None:
        raise Settled(f"There is no course “{line.course}” here.")
    if line.result not in RESULTS:
        raise Settled(f"“{line.result}” is no result. Use passed, attended or asked to repeat.")
    if problems := completion_problems(line.completed_on, line.expires_on, line.certificate, there.today):
        raise Settled(" ".join(problems.values()))
    same = (who, line.course, line.completed_on)
    if (earlier := seen.get(same)) is not None:
        return _twin(line, earlier)
    seen[same] = line
    found = there.completions.get((who, course.course_id, line.completed_on))
    if found is not None:
        return _again(line, who, course, found, there)
    return _added(line, who, course, there)


def _twin(line: TrainingLine, earlier: TrainingLine) -> tuple[Change, str, list[Write]]:
    def facts(one: TrainingLine) -> tuple[Any, ...]:
        return one.result, one.expires_on, one.certificate.strip()

    if facts(line) != facts(earlier):
        raise Settled(f"Row {earlier.where.row} says otherwise of the same completion. Keep one of the two.")
    return Change.SAME, f"The same as row {earlier.where.row}.", []


def _added(line: TrainingLine, who: int, course: CourseThere, there: TrainingThere) -> tuple[Change, str, list[Write]]:
    counts = there.confirms_newcomers if who < 0 else who in there.may_confirm and who != there.me
    values = {
        "staff_id": who,
        "course_id": course.course_id,
        "completed_on": line.completed_on,
        "result": line.result,
        "printed_expiry_on": line.expires_on if line.result != REPEAT else None,
        "certificate": line.certificate.strip(),
        "course_version": version_taught(course.version, course.version_from, line.completed_on),
        "is_confirmed": counts,
    }
    used = counts and (who, course.course_id, line.completed_on) in there.places
    sentence = f"{course.title} of {words.day(line.completed_on)}"
    sentence += ", asked to repeat" if line.result == REPEAT else ""
    sentence += "" if counts else f"; {WAITS}"
    return Change.NEW, f"{sentence}.", [Write(line.where, "training_record", values, closes_place=used)]


def _again(
    line: TrainingLine, who: int, course: CourseThere, found: CompletionThere, there: TrainingThere
) -> tuple[Change, str, list[Write]]:
    """The same person, course and day: the same, or its certificate is corrected. Passed and attended count alike, and
    many sheets do not tell them apart."""
    on = words.day(line.completed_on)
    if (found.result == REPEAT) != (line.result == REPEAT):
        there_it_is = "asked to repeat" if found.result == REPEAT else found.result
        raise Settled(
            f"{course.title} of {on} is recorded as “{there_it_is}”. Correct that on the Training page first."
        )
    changes: dict[str, Any] = {}
    sentences = []
    if line.expires_on is not None and line.expires_on != found.printed_expiry_on and line.result != REPEAT:
        changes["printed_expiry_on"] = line.expires_on
        sentences.append(said("expiry", found.printed_expiry_on, line.expires_on))
    if line.certificate.strip() and line.certificate.strip() != found.certificate:
        changes["certificate"] = line.certificate.strip()
        sentences.append(said("certificate", found.certificate, line.certificate.strip()))
    if not changes:
        state = "is recorded already" if found.is_confirmed else "was sent in and still waits to be confirmed"
        return Change.SAME, f"{course.title} of {on} {state}.", []
    if who == there.me:
        raise Settled(NOT_YOUR_OWN)
    if who not in there.may_correct:
        raise Settled(
            f"{course.title} of {on} is recorded otherwise ({'; '.join(sentences)}). Their manager corrects it."
        )
    write = Write(line.where, "training_record", changes, supersedes=found.record_row_id)
    return Change.CHANGED, f"{course.title} of {on}: {'; '.join(sentences)}.", [write]
