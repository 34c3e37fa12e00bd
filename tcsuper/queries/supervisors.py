"""Supervisors and who supervises whom: load, qualification, own supervision; who has nobody, rings, who lapsed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import Actor, Object, as_no_supervisor, communities_within, in_force, people_within
from tcsuper.models import (
    Community,
    Employment,
    GroupMember,
    Post,
    RequirementKind,
    SessionForm,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    WhatIsRecorded,
)
from tcsuper.queries.bound import Evidence
from tcsuper.queries.standing import Row, as_seen, sight_of, standings
from tcsuper.rules.network import OF_PRACTICE, Pair, ring_next_step, ring_sentence, rings, unsupervised
from tcsuper.rules.standing import LATE, LEFT_OUT, Span, Standing, Tone, is_soon, worst
from tcsuper.settings import service_number

DAYS_A_MONTH = 365.25 / 12
TO_SUPERVISE = frozenset(
    {"supervisor_training", "supervision_qualification_individual", "supervision_qualification_group"}
)
"""Courses and qualifications that make a supervisor: a requirement for any of them says whether one is qualified."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One supervisor, one supervisee, one agreement, in force on the day. `group`: empty for one to one."""

    pair: Pair
    agreement_id: int
    group: str
    is_peer: bool
    purpose: str
    minutes_a_month: float
    ends_on: date | None
    """The agreement itself: a membership may end before it."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at, in a sentence, with what to do."""

    word: str
    tone: Tone
    because: str
    next_step: str


@dataclass(frozen=True, slots=True)
class SupervisorLine:
    """`people`: supervised in all, each once; `elsewhere`: of them those whom the viewer does not see by name.
    `qualification`, `own`: how they stand that day; None where nothing is asked of them, or it is not to be seen."""

    staff_id: int
    person: str
    is_external: bool
    people: int
    elsewhere: int
    groups: tuple[str, ...]
    minutes_a_month: int
    qualification: Standing | None
    own: Standing | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of the whole: somebody without a supervisor, a ring, a supervisor who lapsed. `people`: on it. `steps`:
    of a ring, who supervises whom, as far as the viewer sees it."""

    flag: Flag
    title: str
    people: tuple[int, ...]
    steps: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class SupervisionSeen:
    """`findings` come before everything else; `in_post`: the people who should have a supervisor; `ties`: by name of
    the supervisee. `manages`: whether the viewer sees more than themselves."""

    on: date
    manages: bool
    names: dict[int, str]
    in_post: dict[int, str]
    """With their community."""
    ties: list[Tie]
    findings: list[Finding]
    supervisors: list[SupervisorLine]

    def on_a(self, word: str) -> set[int]:
        return {person for one in self.findings if one.flag.word == word for person in one.people}


NOBODY, RING, LAPSED_SUPERVISOR = "No supervisor", "Ring", "Lapsed supervisor"


def supervisors_seen(db: Session, *, viewer: Actor, on: date, known_on: date | None = None) -> SupervisionSeen:
    """Who supervises whom on a date, as far as the viewer may see by name: the people of their communities, and whom
    they supervise themselves. A supervisor's load is told whole to themselves and to their own manager."""
    manages = bool(communities_within(viewer, Object.AGREEMENT))
    managed = set(db.scalars(people_within(as_no_supervisor(viewer), Object.AGREEMENT))) if manages else set()
    everything = ties_on(db, on)
    seen = [one for one in everything if one.pair.supervisee in managed or one.pair.supervisor == viewer.staff_id]
    own_staff = managed | {viewer.staff_id}
    load: dict[int, list[Tie]] = defaultdict(list)
    for one in everything:
        if one.pair.supervisor in own_staff or one.pair.supervisee in managed:
            load[one.pair.supervisor].append(one)
    in_post = _in_post(db, communities_within(viewer, Object.AGREEMENT), on)
    people = {*in_post, *load, *(one.pair.supervisee for one in seen)}
    names = Evidence(db, sorted(people), on, known_on).names
    rows = _standings_of(db, viewer, sorted(load), on, known_on)
    lines = _lines(db, load, seen, names, rows, on)
    findings = [
        *_without(db, in_post, seen, names, on),
        *_rings(everything, seen, own_staff, names, on),
        *_lapsed(lines),
    ]
    seen.sort(key=lambda one: (names[one.pair.supervisee], one.purpose, names[one.pair.supervisor]))
    return SupervisionSeen(on, manages, names, in_post, seen, findings, lines)


def ties_on(db: Session, on: date | None, people: Collection[int] | None = None) -> list[Tie]:
    """Agreements of supervision (a purpose of which the full record is kept: meetings are none), one to one and of
    groups: in force on a date, or of all dates; of everybody or of these supervisees."""
    agreement, group, purpose = SupervisionAgreement, SupervisionGroup, SupervisionPurpose
    supervisee = sa.func.coalesce(agreement.supervisee_id, GroupMember.staff_id)
    rows = db.execute(
        sa.select(agreement, GroupMember, group, col(purpose.name))
        .join(purpose, col(purpose.code) == col(agreement.purpose))
        .outerjoin(group, col(group.id) == col(agreement.group_id))
        .outerjoin(GroupMember, col(GroupMember.group_id) == col(agreement.group_id))
        .where(
            col(purpose.records) == WhatIsRecorded.FULL,
            supervisee != col(agreement.supervisor_id),
            *([supervisee.in_(people)] if people is not None else []),
            *([in_force(agreement.start_on, agreement.end_on, on)] if on else []),
        )
        .order_by(col(agreement.id), col(GroupMember.id))
    )
    found = [_tie(one, member, of_group, name) for one, member, of_group, name in rows]
    return [one for one in found if on is None or one.pair.span.holds(on)]


def _tie(one: SupervisionAgreement, member: GroupMember | None, group: SupervisionGroup | None, purpose: str) -> Tie:
    ends = [end for end in (one.end_on, member.end_on if member else None) if end is not None]
    span = Span(max(one.start_on, member.start_on) if member else one.start_on, min(ends, default=None))
    supervisee = member.staff_id if member else one.supervisee_id or 0
    return Tie(
        Pair(one.supervisor_id, supervisee, one.purpose, span),
        one.id or 0,
        group.name if group else "",
        group is not None and group.form is SessionForm.PEER,
        purpose,
        one.usual_minutes * DAYS_A_MONTH / one.every_days,
        one.end_on,
    )


def _in_post(db: Session, communities: Sequence[int], on: date) -> dict[int, str]:
    """Who has a post in one of these communities on a date, with its name: of several, the first started."""
    rows = db.execute(
        sa.select(col(Post.staff_id), col(Community.name))
        .join(Community, col(Community.id) == col(Post.community_id))
        .where(col(Post.community_id).in_(communities), in_force(Post.start_on, Post.end_on, on))
        .order_by(col(Post.start_on).desc(), col(Post.id).desc())
    )
    return {staff_id: community for staff_id, community in rows}


# ---------------------------------------------------------------------------------------------------------------------
# Problems of the whole


def _without(
    db: Session, in_post: Mapping[int, str], ties: Sequence[Tie], names: Mapping[int, str], on: date
) -> list[Finding]:
    """People in post whom nobody supervises clinically, and since when."""
    alone = unsupervised([one.pair for one in ties], sorted(in_post, key=lambda one: names[one]), on)
    last: dict[int, date] = {}
    for one in ties_on(db, None, alone):
        end = one.pair.span.end
        if one.pair.purpose == "clinical" and end is not None and end < on:
            last[one.pair.supervisee] = max(end, last.get(one.pair.supervisee, end))
    return [
        Finding(
            Flag(
                NOBODY,
                Tone.BAD,
                f"In post in {in_post[person]}. "
                + (
                    f"Nobody has supervised them since {words.day(last[person] + timedelta(days=1))}."
                    if person in last
                    else "No agreement for clinical supervision was made yet."
                ),
                "Make an agreement with a supervisor, or let them join a group.",
            ),
            names[person],
            (person,),
        )
        for person in alone
    ]


def _rings(
    everything: Sequence[Tie], seen: Sequence[Tie], own: Collection[int], names: Mapping[int, str], on: date
) -> list[Finding]:
    """Looked for over all communities, since a ring may pass through several; told to whoever sees a step of it. One
    that the viewer sees whole is told step by step. Of any other they hear which of `own` (themselves, and those they
    manage) are on it, and nothing of the rest: not who, not how many."""
    steps = {(one.pair.supervisor, one.pair.supervisee) for one in seen if one.pair.purpose in OF_PRACTICE}
    by_peers = {(one.pair.supervisor, one.pair.supervisee) for one in everything if one.is_peer}
    whole: list[Finding] = []
    in_part: dict[tuple[int, ...], frozenset[tuple[int, int]]] = {}
    for ring in rings([one.pair for one in everything], on):
        of_ring = set(zip(ring, [*ring[1:], ring[0]], strict=True))
        if of_ring <= steps:
            through = " One of these steps is a peer group." if by_peers & of_ring else ""
            flag = Flag(RING, Tone.BAD, ring_sentence(ring, names) + through, ring_next_step(ring, names))
            whole.append(Finding(flag, words.listed([names[one] for one in ring]), ring, frozenset(of_ring)))
        elif of_ring & steps:
            theirs = tuple(sorted((one for one in ring if one in own), key=lambda one: names[one]))
            among_them = {step for step in of_ring & steps if set(step) <= set(theirs)}
            in_part[theirs] = in_part.get(theirs, frozenset()) | among_them
    return whole + [_ring_in_part(theirs, among_them, names) for theirs, among_them in in_part.items()]


def _ring_in_part(people: tuple[int, ...], steps: frozenset[tuple[int, int]], names: Mapping[int, str]) -> Finding:
    listed = words.listed([names[one] for one in people])
    are = "is" if len(people) == 1 else "are"
    said = f"{listed} {are} on a ring of supervision that closes through people whom you do not see here."
    return Finding(Flag(RING, Tone.BAD, said, ring_next_step(people, names)), listed, people, steps)


def _lapsed(lines: Sequence[SupervisorLine]) -> list[Finding]:
    return [
        Finding(flag, line.person, (line.staff_id,))
        for line in lines
        for flag in line.flags
        if flag.word == LAPSED_SUPERVISOR
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Each supervisor

KINDS = (
    RequirementKind.SUPERVISION,
    RequirementKind.QUALIFICATION,
    RequirementKind.COURSE,
    RequirementKind.REGISTRATION,
)


def _standings_of(
    db: Session, viewer: Actor, supervisors: list[int], on: date, known_on: date | None
) -> dict[int, list[Row]]:
    """How they stand on what matters here, as far as the viewer may see it."""
    rows: dict[int, list[Row]] = defaultdict(list)
    if supervisors:
        for row in as_seen(standings(db, supervisors, on, known_on, KINDS), sight_of(db, viewer, KINDS)):
            if row.standing.status not in LEFT_OUT:
                rows[row.staff_id].append(row)
    return rows


def is_to_supervise(row: Row) -> bool:
    """Whether this standing is on one of the courses that supervising asks for."""
    return bool(TO_SUPERVISE & set(row.bound.terms.get("any_of", ())))


def lapses(row: Row) -> bool:
    """Whether it makes a lapsed supervisor: a registration, or what qualifies for supervising, not held on the day."""
    matters = row.kind is RequirementKind.REGISTRATION or is_to_supervise(row)
    return matters and row.standing.status in LATE


def _lines(
    db: Session,
    load: Mapping[int, Sequence[Tie]],
    seen: Sequence[Tie],
    names: Mapping[int, str],
    rows: Mapping[int, Sequence[Row]],
    on: date,
) -> list[SupervisorLine]:
    """By what there is to look at first, then by name."""
    external = _external(db, list(load))
    managed = _line_managed(db, list(load), on)
    limits = service_number(db, "most_supervisees"), service_number(db, "due_soon_days")
    by_supervisor: dict[int, list[Tie]] = defaultdict(list)
    for one in seen:
        by_supervisor[one.pair.supervisor].append(one)
    lines = []
    for supervisor, ties in load.items():
        mine, people = rows.get(supervisor, []), {one.pair.supervisee for one in ties}
        named = {one.pair.supervisee: names[one.pair.supervisee] for one in by_supervisor[supervisor]}
        own = [row.standing for row in mine if row.kind is RequirementKind.SUPERVISION]
        reports = [one for one in by_supervisor[supervisor] if one.pair.purpose in OF_PRACTICE]
        flags = [
            *_lapsed_flag(mine, named, len(people)),
            *_own_flag(own),
            *_load_flag(len(people), limits[0]),
            *_manager_flag([one for one in reports if (supervisor, one.pair.supervisee) in managed], names),
            *_ending_flags(by_supervisor[supervisor], names, on, limits[1]),
        ]
        lines.append(
            SupervisorLine(
                supervisor,
                names[supervisor],
                supervisor in external,
                len(people),
                len(people - set(named)),
                tuple(sorted({one.group for one in ties if one.group})),
                round(sum({one.agreement_id: one.minutes_a_month for one in ties}.values())),
                worst(row.standing for row in mine if is_to_supervise(row)),
                worst(own),
                tuple(flags),
            )
        )
    return sorted(lines, key=lambda line: (_urgency(line), line.person, line.staff_id))


def _urgency(line: SupervisorLine) -> int:
    return min((0 if flag.tone is Tone.BAD else 1 for flag in line.flags), default=2)


def _external(db: Session, people: list[int]) -> set[int]:
    found = sa.select(col(Staff.id)).where(col(Staff.id).in_(people), col(Staff.employment) == Employment.INDEPENDENT)
    return {one for one in db.scalars(found) if one is not None}


def _line_managed(db: Session, managers: list[int], on: date) -> set[tuple[int, int]]:
    """Of these managers, each with whom they line-manage on a date."""
    rows = db.execute(
        sa.select(col(Post.line_manager_id), col(Post.staff_id)).where(
            col(Post.line_manager_id).in_(managers), in_force(Post.start_on, Post.end_on, on)
        )
    )
    return {(manager, report) for manager, report in rows if manager is not None}


def _lapsed_flag(mine: Sequence[Row], named: Mapping[int, str], people: int) -> list[Flag]:
    gone = [row for row in mine if lapses(row)]
    if not gone:
        return []
    why = " ".join(row.standing.because for row in gone)
    whom = _some(sorted(named.values()), people)
    return [
        Flag(
            LAPSED_SUPERVISOR,
            Tone.BAD,
            f"{why} They still supervise {whom}.",
            "Hand their supervisees over, or put it right before the next session.",
        )
    ]


def _some(names: Sequence[str], of: int) -> str:
    """ "Asha, Ben and 3 others": at most three names."""
    shown, rest = list(names[:3]), of - len(names[:3])
    more = [words.count(rest, "other")] if rest and shown else [words.count(rest, "person", "people")] if rest else []
    return words.listed([*shown, *more])


def _own_flag(own: Sequence[Standing]) -> list[Flag]:
    short = worst(one for one in own if one.status in LATE)
    return [Flag("Own supervision", Tone.BAD, short.because, short.next_step)] if short else []


def _load_flag(people: int, most: int) -> list[Flag]:
    if not most or people <= most:
        return []
    return [
        Flag(
            "Many supervisees",
            Tone.AMBER,
            f"Supervises {people} people; the most your service wants is {most}.",
            "Hand some of them over to another supervisor.",
        )
    ]


def _manager_flag(reports: Sequence[Tie], names: Mapping[int, str]) -> list[Flag]:
    """Allowed, and flagged: the same person supervises somebody's practice and manages them."""
    if not reports:
        return []
    whom = sorted({names[one.pair.supervisee] for one in reports})
    return [
        Flag(
            "Also line manager",
            Tone.AMBER,
            f"Also line-manages {words.listed(whom)}. It is allowed, and both should know which is which.",
            "Agree in the terms what stays in supervision, or agree another supervisor.",
        )
    ]


def _ending_flags(ties: Sequence[Tie], names: Mapping[int, str], on: date, soon: int) -> list[Flag]:
    """Each agreement whose last day is inside the window, the first to end first."""
    ending: dict[tuple[date, int], list[Tie]] = defaultdict(list)
    for one in ties:
        if one.ends_on is not None and is_soon(one.ends_on, on, soon):
            ending[one.ends_on, one.agreement_id].append(one)
    return [
        Flag(
            "Agreement ends",
            Tone.AMBER,
            f"The agreement with {theirs[0].group or names[theirs[0].pair.supervisee]}, "
            f"{theirs[0].purpose.lower()}, ends on {words.day(ends_on)}.",
            "Make the next one, or hand it over, before that day.",
        )
        for (ends_on, _), theirs in sorted(ending.items())
    ]
