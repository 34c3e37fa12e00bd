"""Supervision logs: which sessions their lines are, by which agreement they were held, and what each would add.

A line is one person at one session; a session is stored with everybody who was contracted that day, as on the page. It
hangs on the agreement that was in force, with its supervisor, its purpose and its form.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tcsuper import words
from tcsuper.rules.entries import session_problems
from tcsuper.rules.import_plan import Change, People, Planned, Settled, Write
from tcsuper.rules.importing import MonthLine, SupervisionLine

ATTENDED, IN_PART = "attended", ("late", "left_early")
STATUSES = (
    *(ATTENDED, *IN_PART, "apologies_leave", "apologies_sickness", "apologies_operational"),
    *("did_not_attend", "exempt"),
)
INDIVIDUAL, LEADER, MANAGER = "individual", "leader", "manager"
PLANNED, HELD = "planned", "held"
MOST_MISSING = 3


@dataclass(frozen=True, slots=True)
class AgreementThere:
    """`in_reach`: its person or group is one whose sessions whoever imports may record on behalf. `enters`: who records
    sessions of its purpose."""

    agreement_id: int
    supervisor_id: int
    supervisee_id: int | None
    group_id: int | None
    group_name: str
    purpose: str
    form: str
    community_id: int | None
    start_on: date
    end_on: date | None
    enters: str
    in_reach: bool

    def holds(self, on: date) -> bool:
        return self.start_on <= on and (self.end_on is None or self.end_on >= on)


@dataclass(frozen=True, slots=True)
class SessionThere:
    row_id: int
    state: str
    starts_at: str
    minutes: int
    attendance: frozenset[tuple[int, str, int]]


@dataclass(frozen=True, slots=True)
class Spell:
    """Somebody in a group, or in a post of a community (`place`), from a day to a day."""

    place: int
    staff_id: int
    start_on: date
    end_on: date | None

    def holds(self, on: date) -> bool:
        return self.start_on <= on and (self.end_on is None or self.end_on >= on)


@dataclass
class SupervisionThere:
    """What is known already. `members` by group; `posts` by person, the oldest first; `write_after_end`: how long after
    an agreement ended its sessions may still be entered, those from before `kept_from` excepted."""

    me: int
    today: date
    kept_from: date | None
    write_after_end: timedelta
    agreements: Sequence[AgreementThere]
    members: Mapping[int, Sequence[Spell]]
    posts: Mapping[int, Sequence[Spell]]
    sessions: Mapping[tuple[int, date], Sequence[SessionThere]]
    with_supervisor: dict[int, list[AgreementThere]] = field(default_factory=dict)
    of_person: dict[int, list[AgreementThere]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.agreements:
            self.with_supervisor.setdefault(one.supervisor_id, []).append(one)
            if one.supervisee_id is not None:
                self.of_person.setdefault(one.supervisee_id, []).append(one)

    def contracted(self, agreement: AgreementThere, on: date) -> list[int]:
        if agreement.supervisee_id is not None:
            return [agreement.supervisee_id]
        return sorted(one.staff_id for one in self.members.get(agreement.group_id or 0, ()) if one.holds(on))

    def may_record(self, agreement: AgreementThere) -> bool:
        """As the supervisor, or on their behalf; nobody what they are supervised in alone."""
        if agreement.supervisor_id == self.me and agreement.enters != MANAGER:
            return True
        return agreement.enters != LEADER and agreement.supervisee_id != self.me and agreement.in_reach

    def community_of(self, agreement: AgreementThere, on: date) -> int | None:
        if agreement.group_id is not None:
            return agreement.community_id
        return next((one.place for one in self.posts.get(agreement.supervisee_id or 0, ()) if one.holds(on)), None)


@dataclass(frozen=True, slots=True)
class Attended:
    """A line, and who it is about."""

    line: SupervisionLine
    who: int


def plan_supervision(
    planned: Planned, lines: Sequence[SupervisionLine], people: People, there: SupervisionThere
) -> None:
    together: dict[tuple[date, str, int, str], list[Attended]] = {}
    for line in lines:
        try:
            who, supervisor = people.who(line.person, line.staff_number), people.who(line.supervisor)
            if who < 0 or supervisor < 0:
                raise Settled("Nobody who is only entered by this file can have had sessions here. Take it in without.")
            together.setdefault((line.held_on, line.starts_at, supervisor, line.group.casefold()), []).append(
                Attended(line, who)
            )
        except Settled as settled:
            planned.settle(line.where, line.person, settled.change, settled.sentence)
    stored: dict[tuple[int, date, str], SupervisionLine] = {}
    for (held_on, _, supervisor, _), sitting in together.items():
        for session, agreement in _sessions(sitting, supervisor, held_on, there):
            _settle(planned, session, agreement, supervisor, people, there, stored)


# ---------------------------------------------------------------------------------------------------------------------
# Which sessions they are, and by which agreement


def _sessions(
    sitting: list[Attended], supervisor: int, on: date, there: SupervisionThere
) -> list[tuple[list[Attended], AgreementThere | None]]:
    """Lines of one day, time and supervisor: a session of a group, or one each with persons of an agreement of their
    own. None where no agreement fits, or more than one."""
    alone = [one for one in sitting if one.line.form == INDIVIDUAL and not one.line.group]
    others = [one for one in sitting if one not in alone]
    found = [([one], _individual(one, supervisor, on, there)) for one in alone]
    if not others:
        return found
    groups = _of_groups(others, supervisor, on, there)
    each = [([one], _individual(one, supervisor, on, there)) for one in others]
    is_group = bool(others[0].line.group) or any(one.line.form not in ("", INDIVIDUAL) for one in others)
    if is_group or (len(others) > 1 and len(groups) == 1) or not any(agreement for _, agreement in each):
        return [*found, (others, groups[0] if len(groups) == 1 else None)]
    return [*found, *each]


def _individual(one: Attended, supervisor: int, on: date, there: SupervisionThere) -> AgreementThere | None:
    fitting = [
        agreement
        for agreement in there.of_person.get(one.who, ())
        if agreement.supervisor_id == supervisor and agreement.holds(on) and one.line.purpose in ("", agreement.purpose)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _of_groups(sitting: list[Attended], supervisor: int, on: date, there: SupervisionThere) -> list[AgreementThere]:
    """By its name; without one, those that all of them were contracted to."""
    line = sitting[0].line
    found = []
    for agreement in there.with_supervisor.get(supervisor, ()):
        if agreement.group_id is None or not agreement.holds(on) or line.purpose not in ("", agreement.purpose):
            continue
        if line.group:
            fits = agreement.group_name.casefold() == line.group.casefold()
        else:
            fits = {one.who for one in sitting} <= set(there.contracted(agreement, on))
        if fits:
            found.append(agreement)
    return found


def _why_none(session: list[Attended], supervisor: int, people: People, there: SupervisionThere) -> str:
    """What to do where no agreement fits."""
    line, who = session[0].line, session[0].who
    with_whom = f"the group “{line.group}”" if line.group else people.names[who]
    of_both = [
        one
        for one in there.with_supervisor.get(supervisor, ())
        if (one.group_name.casefold() == line.group.casefold() if line.group else one.supervisee_id == who)
    ]
    name, on = people.names[supervisor], words.day(line.held_on)
    in_force = [one for one in of_both if one.holds(line.held_on)]
    if len(in_force) > 1:
        return f"{name} had several agreements with {with_whom} on {on}: give the purpose as well."
    if of_both and not in_force:
        spells = words.listed([words.from_to(one.start_on, one.end_on) for one in of_both])
        return f"The agreement of {name} with {with_whom} holds {spells}, which {on} is not in."
    return (
        f"There is no agreement of {name} with {with_whom} for {on} that you may record sessions of. "
        "Enter it with the dates that it had, then take the sheet in."
    )


# ---------------------------------------------------------------------------------------------------------------------
# One session


def _settle(
    planned: Planned,
    session: list[Attended],
    agreement: AgreementThere | None,
    supervisor: int,
    people: People,
    there: SupervisionThere,
    stored: dict[tuple[int, date, str], SupervisionLine],
) -> None:
    first = session[0].line
    try:
        if agreement is None or not there.may_record(agreement):
            raise Settled(_why_none(session, supervisor, people, there))
        check_day(agreement, first.held_on, there)
        minutes, attendance = _register(session, agreement, people, there)
        if problems := session_problems(first.held_on, first.starts_at, minutes, there.today):
            raise Settled(" ".join(problems.values()))
        found = there.sessions.get((agreement.agreement_id, first.held_on), ())
        change, sentence, writes = _write(session, agreement, minutes, attendance, found, there, stored)
    except Settled as settled:
        change, sentence, writes = settled.change, settled.sentence, []
    for one in session:
        other = one is not session[0] and change is Change.REFUSED
        said = f"Not without row {first.where.row}, of the same session." if other else sentence
        planned.settle(one.line.where, one.line.person, change, said)
    planned.writes.extend(writes)


def check_day(agreement: AgreementThere, held_on: date, there: SupervisionThere) -> None:
    """Long after an agreement ended nothing is added to it, but what was held before records were kept here."""
    is_history = there.kept_from is not None and held_on < there.kept_from
    if agreement.end_on is not None and there.today > agreement.end_on + there.write_after_end and not is_history:
        raise Settled(
            f"The agreement ended on {words.day(agreement.end_on)}. Only sessions from before records were kept here "
            "can still be added to it: say since when they are."
        )


def _register(
    session: list[Attended], agreement: AgreementThere, people: People, there: SupervisionThere
) -> tuple[int, tuple[tuple[int, str, int], ...]]:
    """The length of the session, and everybody's attendance: complete, as on the page."""
    held_on = session[0].line.held_on
    contracted = there.contracted(agreement, held_on)
    came: dict[int, Attended] = {}
    for one in session:
        if one.line.status not in STATUSES:
            raise Settled(f"“{one.line.status}” is no attendance. Use attended, late, left early, apologies…")
        if one.who in came:
            raise Settled(f"{people.names[one.who]} stands there twice: row {came[one.who].line.where.row} as well.")
        if one.who not in contracted:
            raise Settled(
                f"{people.names[one.who]} was not contracted to it on {words.day(held_on)}. Enter since when they are "
                "in the group, or leave the row out."
            )
        came[one.who] = one
    if missing := [people.names.get(who, "somebody") for who in contracted if who not in came]:
        named = [
            *missing[:MOST_MISSING],
            *([f"{len(missing) - MOST_MISSING} more"] if len(missing) > MOST_MISSING else []),
        ]
        raise Settled(f"Add a row for {words.listed(named)}, contracted that day: who came, and who did not.")
    minutes = _length(session)
    entries = tuple((who, came[who].line.status, _stayed(came[who].line, minutes)) for who in contracted)
    if not any(status == ATTENDED or status in IN_PART for _, status, _ in entries):
        raise Settled("Nobody was there. Record it as “did not happen”, with who cancelled and why.")
    return minutes, entries


def _length(session: list[Attended]) -> int:
    whole = {one.line.minutes for one in session if one.line.status == ATTENDED}
    if len(whole) > 1:
        lengths = words.listed([words.length(one) for one in sorted(whole)])
        raise Settled(f"One session has one length, and those who attended have {lengths}. Or say late, or left early.")
    return max(whole or {one.line.minutes for one in session if one.line.status in IN_PART} or {1})


def _stayed(line: SupervisionLine, minutes: int) -> int:
    if line.status in IN_PART:
        if not 1 <= line.minutes <= minutes:
            raise Settled(f"Give the minutes they were there, between 1 and {minutes}, or say attended.")
        return line.minutes
    return minutes if line.status == ATTENDED else 0


def _write(
    session: list[Attended],
    agreement: AgreementThere,
    minutes: int,
    attendance: tuple[tuple[int, str, int], ...],
    found: Sequence[SessionThere],
    there: SupervisionThere,
    stored: dict[tuple[int, date, str], SupervisionLine],
) -> tuple[Change, str, list[Write]]:
    line = session[0].line
    on = words.day(line.held_on)
    done = [one for one in found if one.state != PLANNED]
    for one in done:
        if one.state == HELD and one.minutes == minutes and one.attendance == frozenset(attendance):
            return Change.SAME, f"The session of {on} is recorded already.", []
    at = f" at {line.starts_at}" if line.starts_at else ""
    if any(one.starts_at == line.starts_at for one in done):
        raise Settled(
            f"A session of {on}{at} is already recorded otherwise. Was it another one? Then give its start time."
        )
    same = (agreement.agreement_id, line.held_on, line.starts_at)
    if (earlier := stored.get(same)) is not None:
        raise Settled(
            f"Row {earlier.where.row} is of a session on {on}{at} as well. Was it another? Give its start time."
        )
    stored[same] = line
    as_planned = _planned_then([one for one in found if one.state == PLANNED], line.starts_at)
    starts_at = line.starts_at or (as_planned.starts_at if as_planned else "")
    write = session_write(line, agreement, line.held_on, minutes, attendance, there, starts_at=starts_at)
    if as_planned is not None:
        write = replace(write, supersedes=as_planned.row_id)
    with_whom = f"“{agreement.group_name}”" if agreement.group_id else "one to one"
    sentence = f"{on}, {words.length(minutes)}, {with_whom}{', as planned' if as_planned else ''}."
    return Change.NEW, sentence, [write]


def _planned_then(planned: Sequence[SessionThere], starts_at: str) -> SessionThere | None:
    """Of the sessions planned for the day the one at that time, else the only one."""
    same = [one for one in planned if one.starts_at == starts_at]
    if len(planned) > 1 and not same:
        times = ", ".join(one.starts_at or "no time" for one in planned)
        raise Settled(f"Several sessions are planned for that day: {times}. Give the time of one.")
    return next(iter(same or planned), None)


def session_write(
    line: SupervisionLine | MonthLine,
    agreement: AgreementThere,
    held_on: date,
    minutes: int,
    attendance: Iterable[tuple[int, str, int]],
    there: SupervisionThere,
    starts_at: str = "",
    is_ad_hoc: bool = False,
) -> Write:
    """A held session of this agreement, on behalf of its supervisor unless they enter it themselves."""
    return Write(
        line.where,
        "supervision_session",
        {
            "agreement_id": agreement.agreement_id,
            "group_id": agreement.group_id,
            "supervisor_id": agreement.supervisor_id,
            "community_id": there.community_of(agreement, held_on),
            "purpose": agreement.purpose,
            "form": agreement.form,
            "state": HELD,
            "held_on": held_on,
            "starts_at": starts_at,
            "minutes": minutes,
            "contracted": max(1, len(there.contracted(agreement, held_on))),
            "is_on_behalf": there.me != agreement.supervisor_id,
            "is_ad_hoc": is_ad_hoc,
        },
        attendance=tuple(attendance),
    )
