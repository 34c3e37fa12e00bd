"""Registrations: what a line about one would add, renew or correct. A cell that is left empty changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tcsuper import words
from tcsuper.rules.entries import registration_problems
from tcsuper.rules.import_plan import Change, People, Planned, Settled, Write, said
from tcsuper.rules.importing import RegistrationLine


@dataclass(frozen=True, slots=True)
class BodyThere:
    body_id: int
    short_name: str


@dataclass(frozen=True, slots=True)
class RegistrationThere:
    """The last record of a registration, in its version in force; `began_on`: of its first record. `renewed_on`: where
    it is a renewal."""

    row_id: int
    record_id: UUID
    body_id: int
    grade: str
    number: str
    membership_number: str
    began_on: date
    renewed_on: date | None
    expires_on: date | None
    ended_on: date | None


@dataclass
class RegistrationsThere:
    """What is known already, by person. `may_add` and `may_correct`: whose, never one's own."""

    me: int
    today: date
    bodies: Mapping[str, BodyThere]
    held: Mapping[int, Sequence[RegistrationThere]]
    may_add: frozenset[int]
    may_correct: frozenset[int]


def plan_registrations(
    planned: Planned, lines: Sequence[RegistrationLine], people: People, there: RegistrationsThere
) -> None:
    seen: dict[tuple[Any, ...], RegistrationLine] = {}
    for line in lines:
        try:
            change, sentence, writes = _settle(line, people, there, seen)
            planned.settle(line.where, line.person, change, sentence, *writes)
        except Settled as settled:
            planned.settle(line.where, line.person, settled.change, settled.sentence)


def _settle(
    line: RegistrationLine,
    people: People,
    there: RegistrationsThere,
    seen: dict[tuple[Any, ...], RegistrationLine],
) -> tuple[Change, str, list[Write]]:
    who = people.who(line.person, line.staff_number)
    if who == there.me:
        raise Settled("You enter your own registration under My record, and a manager checks it.")
    if who > 0 and who not in there.may_add:
        raise Settled("You may not enter a registration for them.")
    body = there.bodies.get(line.body)
    if body is None:
        raise Settled(f"There is no body “{line.body}” here.")
    problems = registration_problems(
        line.grade,
        line.number,
        line.membership_number,
        line.registered_on,
        line.expires_on,
        line.ended_on,
        there.today,
    )
    if problems:
        raise Settled(" ".join(problems.values()))
    same = (who, line.body, line.number.strip().casefold(), *([] if line.number.strip() else [line.grade.strip()]))
    if (earlier := seen.get(same)) is not None:
        return _twin(line, earlier)
    seen[same] = line
    found = _the_same(line, body, there.held.get(who, ()))
    if found is None:
        return _added(line, who, body)
    return _again(line, who, body, found, there)


def _twin(line: RegistrationLine, earlier: RegistrationLine) -> tuple[Change, str, list[Write]]:
    def facts(one: RegistrationLine) -> tuple[Any, ...]:
        return one.registered_on, one.expires_on, one.ended_on, one.grade, one.membership_number

    if facts(line) != facts(earlier):
        raise Settled(f"Row {earlier.where.row} says otherwise of the same registration. Keep the later one.")
    return Change.SAME, f"The same as row {earlier.where.row}.", []


def _the_same(line: RegistrationLine, body: BodyThere, held: Sequence[RegistrationThere]) -> RegistrationThere | None:
    """The registration that a line is about: of this body, by its number; where one of them has no number, by the day
    it began; the one that goes on before one that was given up."""
    number = line.number.strip().casefold()
    of_body = sorted((one for one in held if one.body_id == body.body_id), key=lambda one: one.ended_on is not None)
    for one in of_body:
        has_both = bool(number and one.number)
        fits = one.number.casefold() == number if has_both else one.began_on == line.registered_on
        over_before = one.ended_on is not None and line.registered_on > one.ended_on
        if fits and not over_before:
            return one
    return next((one for one in of_body if _is_held(one, line)), None)


def _is_held(one: RegistrationThere, line: RegistrationLine) -> bool:
    """Body, grade and number are the same, and it was not given up: a second one is never entered beside it."""
    return one.ended_on is None and (one.grade, one.number) == (line.grade.strip(), line.number.strip())


def _added(line: RegistrationLine, who: int, body: BodyThere) -> tuple[Change, str, list[Write]]:
    values = {
        "staff_id": who,
        "body_id": body.body_id,
        "grade": line.grade.strip(),
        "number": line.number.strip(),
        "membership_number": line.membership_number.strip(),
        "registered_on": line.registered_on,
        "expires_on": line.expires_on,
        "ended_on": line.ended_on,
    }
    until = f", until {words.day(line.expires_on)}" if line.expires_on else ""
    sentence = (
        f"{body.short_name} since {words.day(line.registered_on)}{until}. It has yet to be checked on the register."
    )
    return Change.NEW, sentence, [Write(line.where, "registration", values)]


def _again(
    line: RegistrationLine, who: int, body: BodyThere, found: RegistrationThere, there: RegistrationsThere
) -> tuple[Change, str, list[Write]]:
    name = body.short_name
    if found.ended_on is not None and line.ended_on != found.ended_on:
        raise Settled(
            f"{name}: it was given up on {words.day(found.ended_on)}. Enter a new one with its own first day."
        )
    if found.expires_on is not None and line.expires_on is not None and line.expires_on < found.expires_on:
        raise Settled(f"{name}: it already runs until {words.day(found.expires_on)}.")
    began = found.renewed_on or found.began_on
    if line.ended_on is not None and line.ended_on < began:
        raise Settled(f"{name}: it would end before {words.day(began)}, when it began or was renewed.")
    renews = found.expires_on is not None and line.expires_on is not None and line.expires_on > found.expires_on
    changes, sentences = _corrections(line, found)
    if not changes and not renews:
        other = (
            " The sheet gives another first day, which stays as it is here." if _began_otherwise(line, found) else ""
        )
        return Change.SAME, f"{name}: recorded already.{other}", []
    if changes and who not in there.may_correct:
        raise Settled(f"{name} is recorded otherwise ({'; '.join(sentences)}). Their manager corrects it.")
    if renews and changes:
        raise Settled(f"{name}: a renewal and a correction ({'; '.join(sentences)}) at once. Correct it here first.")
    if not renews:
        return (
            Change.CHANGED,
            f"{name}: {'; '.join(sentences)}.",
            [Write(line.where, "registration", changes, supersedes=found.row_id)],
        )
    return (
        Change.CHANGED,
        f"{name} renewed: {said('until', found.expires_on, line.expires_on)}.",
        [_renewal(line, who, found, there.today)],
    )


def _began_otherwise(line: RegistrationLine, found: RegistrationThere) -> bool:
    return line.registered_on != found.began_on


def _corrections(line: RegistrationLine, found: RegistrationThere) -> tuple[dict[str, Any], list[str]]:
    """What is not there yet. What is there otherwise stays, and somebody corrects it by hand."""
    changes: dict[str, Any] = {}
    for field in ("number", "membership_number", "grade"):
        if getattr(line, field).strip() and not getattr(found, field):
            changes[field] = getattr(line, field).strip()
    if line.expires_on is not None and found.expires_on is None:
        changes["expires_on"] = line.expires_on
    if line.ended_on is not None and found.ended_on is None:
        changes["ended_on"] = line.ended_on
    named = {"expires_on": "until", "ended_on": "given up", "membership_number": "membership number"}
    return changes, [said(named.get(field, field), None, value) for field, value in changes.items()]


def _renewal(line: RegistrationLine, who: int, found: RegistrationThere, today: date) -> Write:
    """From the day after the former last one, however late it is entered: no gap is made of that. Never from a day to
    come."""
    assert found.expires_on is not None
    renewed_on = max(min(found.expires_on + timedelta(days=1), today), found.renewed_on or found.began_on)
    return Write(
        line.where,
        "registration",
        {
            "staff_id": who,
            "body_id": found.body_id,
            "grade": found.grade,
            "number": found.number,
            "membership_number": found.membership_number,
            "registered_on": found.began_on,
            "expires_on": line.expires_on,
            "renews_record_id": found.record_id,
            "renewed_on": renewed_on,
        },
    )
