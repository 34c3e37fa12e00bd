"""How people stand on what is required of them, on a date and as known on a date.

The one way from rows to statuses: posts and registrations give the requirements that bind a person, the area queries
load the evidence in bulk, `rules/` decides. Nothing else decides a status.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, Object, Shape, StaffIds, people_within
from tcsuper.models import Community, RequirementKind, StaffEventKind
from tcsuper.queries.bound import Bound, Evidence
from tcsuper.queries.ratings import StandardRequired
from tcsuper.rules import dated, groups, practice, registers, registration, requirements, supervision, training
from tcsuper.rules.credit import Sitting
from tcsuper.rules.minimum import Duty, HoursOf, Measure, Minimum, Per
from tcsuper.rules.standing import LATE, LeftOut, Standing, Status, last_of_month, not_kept_here, status_word, worst


@dataclass(frozen=True, slots=True)
class Row:
    """One person on one requirement. `because` and `next_step` are the standing's own."""

    staff_id: int
    person: str
    bound: Bound
    standing: Standing

    @property
    def requirement(self) -> str:
        return self.bound.title

    @property
    def kind(self) -> RequirementKind:
        return self.bound.kind


GROUP = "group"
"""Among the terms of a requirement: that it asks for any one or all of several things."""
STATUS_OBJECTS = {
    RequirementKind.SUPERVISION: Object.SUPERVISION_STATUS,
    RequirementKind.AGREEMENT: Object.AGREEMENT_STATUS,
    RequirementKind.COURSE: Object.TRAINING_STATUS,
    RequirementKind.QUALIFICATION: Object.TRAINING_STATUS,
    RequirementKind.REGISTRATION: Object.REGISTRATION_STATUS,
    RequirementKind.CHECK: Object.REGISTRATION_STATUS,
    RequirementKind.PRACTICE: Object.PRACTICE_STATUS,
    RequirementKind.PERIOD: Object.EVENT_STATUS,
    RequirementKind.EVENT: Object.EVENT_STATUS,
}
"""Which line of the table says who may see the status of each kind of requirement."""


def whose_status(
    viewer: Actor, kind: RequirementKind, shapes: tuple[Shape, ...] = (Shape.FULL, Shape.STATUS)
) -> StaffIds:
    """The people whose status on this kind the viewer may see by name."""
    return people_within(viewer, STATUS_OBJECTS[kind], shapes=shapes)


def standings_seen(
    db: Session,
    *,
    viewer: Actor,
    on: date,
    known_on: date | None = None,
    kinds: Iterable[RequirementKind] | None = None,
    about: int | None = None,
) -> list[Row]:
    """The standings of everyone (or of one person) whose status the viewer may see by name, kind by kind. Who may see
    the status alone gets it without the record behind it."""
    wanted = tuple(kinds) if kinds is not None else tuple(JUDGES)
    sight = sight_of(db, viewer, wanted)
    people = set().union(*sight.named.values()) if about is None else {about}
    return as_seen(standings(db, sorted(people), on, known_on, wanted), sight)


@dataclass(frozen=True, slots=True)
class Sight:
    """Of whom somebody may see the status, kind by kind: by name at all, and with the record behind it."""

    named: dict[RequirementKind, set[int]]
    whole: dict[RequirementKind, set[int]]


def sight_of(db: Session, viewer: Actor, kinds: Iterable[RequirementKind]) -> Sight:
    kinds = tuple(kinds)
    return Sight(
        {kind: set(db.scalars(whose_status(viewer, kind))) for kind in kinds},
        {kind: set(db.scalars(whose_status(viewer, kind, (Shape.FULL,)))) for kind in kinds},
    )


def as_seen(rows: Iterable[Row], sight: Sight) -> list[Row]:
    """Of these rows those that may be seen, each with as much of the record as may be."""
    seen = [row for row in rows if row.staff_id in sight.named[row.kind]]
    return [row if row.staff_id in sight.whole[row.kind] else _status_alone(row) for row in seen]


def _status_alone(row: Row) -> Row:
    status = f"{status_word(row.standing.status).lower()}{_by_when(row.standing)}"
    why = f"{row.requirement}: {status}. You see the status alone."
    alone = LeftOut(status=row.standing.status, since=row.standing.since, due_on=row.standing.due_on, why=why)
    return replace(row, standing=alone)


def _by_when(standing: Standing) -> str:
    if standing.due_on is None:
        return ""
    verb = {Status.OVERDUE: "it was due", Status.EXPIRED: "it was valid until"}.get(standing.status, "due")
    return f"{'; ' if standing.status in LATE else ', '}{verb} {words.day(standing.due_on)}"


def standings(
    db: Session,
    people: StaffIds | Sequence[int],
    on: date,
    known_on: date | None = None,
    kinds: Iterable[RequirementKind] | None = None,
    rules_of_courses: training.CourseRules | None = None,
) -> list[Row]:
    """Every requirement that binds these people on a date, judged. Checks nothing: see `standings_seen`.
    `rules_of_courses`: to be judged by in place of the stored ones, for a look at what another rule would change."""
    wanted = set(kinds) if kinds is not None else set(JUDGES)
    evidence = Evidence(db, people, on, known_on)
    if rules_of_courses is not None:
        evidence.course_rules = rules_of_courses
    names = evidence.names
    bound = [one for one in evidence.bound if one.kind in wanted and one.kind in JUDGES]
    rows = [Row(one.staff_id, names[one.staff_id], one, judged(evidence, one, on)) for one in bound]
    return sorted(rows, key=lambda row: (row.person, row.staff_id, row.bound.kind, row.bound.title))


def judged(evidence: Evidence, bound: Bound, on: date) -> Standing:
    """Waived and exempt come before any evidence; an extension moves the date and is the judge's to use."""
    binding = requirements.Binding(bound.requirement_id or 0, bound.span, bound.override)
    if left_out := requirements.left_out(bound.title, binding, on):
        return left_out
    kept_from = evidence.kept_from.get((bound.community_id, bound.kind))
    if kept_from is not None and (left_out := not_kept_here(kept_from, on)):
        return left_out
    return JUDGES[bound.kind](evidence, bound, on)


# ---------------------------------------------------------------------------------------------------------------------
# A judge for each kind: its stored terms read, its evidence handed to its rule


def _judge_supervision(evidence: Evidence, bound: Bound, on: date) -> Standing:
    return supervision.standing(
        evidence.minimum(bound), evidence.duty(bound), evidence.sittings.get(bound.staff_id, []), on
    )


def _judge_course(evidence: Evidence, bound: Bound, on: date) -> Standing:
    if GROUP in bound.terms:
        return _judge_group(evidence, bound, on)
    is_qualification = bound.kind is RequirementKind.QUALIFICATION
    return _course_standing(evidence, bound, on, bound.title, tuple(bound.terms["any_of"]), is_qualification)


def _course_standing(
    evidence: Evidence, bound: Bound, on: date, title: str, courses: tuple[str, ...], is_qualification: bool
) -> training.CourseStanding:
    after = tuple(bound.terms.get("after", ()))
    known = evidence.completions.get(bound.staff_id, [])
    terms = training.CourseTerms(
        title,
        courses,
        after,
        tuple(evidence.course_titles.get(code, code) for code in after),
        bound.terms.get("target_days"),
        is_qualification,
        evidence.number("due_soon_days"),
        bool(bound.terms.get("after_in_date")),
        int(bound.terms.get("from_version", 1)),
        bound.version_from,
        bound.asked_from,
    )
    booked = [runs_on for code, runs_on in evidence.bookings.get(bound.staff_id, []) if code in courses]
    return training.standing(terms, evidence.course_rules, bound.started_on, known, on, booked, bound.extended_to)


def _judge_group(evidence: Evidence, bound: Bound, on: date) -> Standing:
    """Each part by the rule of its own kind, then the group: see `rules/groups.py`."""

    def part(stored: groups.Stored) -> groups.Part:
        if isinstance(stored, str):
            title = evidence.course_titles.get(stored, stored)
            is_qualification = stored in evidence.qualifications
            return groups.Part(title, _course_standing(evidence, bound, on, title, (stored,), is_qualification))
        terms = {"target_days": bound.terms.get("target_days", 0)} | stored["registration"]
        says = " and ".join(group.says for group in _registration_terms(evidence, bound, terms, "").groups)
        title = f"Registration with {says}"
        return groups.Part(title, _registration_standing(evidence, bound, on, terms, title))

    return groups.standing(bound.title, groups.read(bound.terms[GROUP], part))


def _judge_practice(evidence: Evidence, bound: Bound, on: date) -> Standing:
    if bound.is_observation:
        return _judge_observation(evidence, bound, on)
    standard: StandardRequired = bound.terms["standard"]
    ratings = evidence.ratings.get(bound.staff_id, {}).get(standard.standard_id, [])
    return practice.standing(practice_terms(evidence, standard), ratings, on)


def practice_terms(evidence: Evidence, standard: StandardRequired) -> practice.PracticeTerms:
    """A standard as the service judges it."""
    return practice.PracticeTerms(
        standard.title,
        standard.levels,
        standard.level_names,
        standard.lowest_level,
        observations_needed=evidence.number("observations_needed"),
        prefer_two_observers=bool(evidence.number("prefer_two_observers")),
        written_work_counts=bool(evidence.number("written_work_counts")),
        observe_every_months=evidence.number("observe_every_months"),
        floor=standard.floor,
    )


def _judge_observation(evidence: Evidence, bound: Bound, on: date) -> Standing:
    """Seen on any of the standards that the posts ask for, or asked for before: of a former version too."""
    terms = practice.PracticeTerms(
        "Practice",
        (),
        (),
        written_work_counts=bool(evidence.number("written_work_counts")),
        observe_every_months=evidence.number("observe_every_months"),
    )
    of_person = evidence.ratings.get(bound.staff_id, {})
    ratings = [rated for standard_id in sorted(bound.terms["to_observe"]) for rated in of_person.get(standard_id, [])]
    return practice.observation_standing(terms, ratings, on, bound.started_on)


def _judge_registration(evidence: Evidence, bound: Bound, on: date) -> Standing:
    if GROUP in bound.terms:
        return _judge_group(evidence, bound, on)
    return _registration_standing(evidence, bound, on, bound.terms, bound.title)


def _registration_terms(
    evidence: Evidence, bound: Bound, terms: Mapping[str, Any], title: str
) -> registration.RegistrationTerms:
    warning = {"warning_days": evidence.number("due_soon_days")}
    read = registration.RegistrationTerms.read(title, {**warning, **terms}, evidence.body_names)
    return replace(read, asked_from=bound.asked_from)


def _registration_standing(
    evidence: Evidence, bound: Bound, on: date, terms: Mapping[str, Any], title: str
) -> registration.RegistrationStanding:
    read = _registration_terms(evidence, bound, terms, title)
    held, checks = evidence.registrations.get(bound.staff_id, []), evidence.checks_on(bound.staff_id)
    return registration.standing(read, held, checks, on, bound.started_on, bound.extended_to)


def registration_standing(evidence: Evidence, staff_id: int, held: registers.RegistrationHeld) -> Standing:
    """How one registration stands by itself, whether anything requires it or not."""
    terms = registration.RegistrationTerms(
        f"Registration with {held.body_name}",
        (registration.AnyOf(bodies=(held.body,), names=(held.body_name,)),),
        warning_days=evidence.number("due_soon_days"),
    )
    return registration.standing(terms, [held], evidence.checks_on(staff_id), evidence.on, held.registered_on)


def register_checks(evidence: Evidence, bound: Bound, on: date) -> list[tuple[registers.RegistrationHeld, Standing]]:
    """How the checking of each registration stands that a person holds on a date. A membership has no register."""
    terms = registers.CheckTerms(every_months=evidence.number("check_every_months"))
    checks = evidence.checks_on(bound.staff_id)
    return [
        (held, registers.check_standing(terms, held, checks, on, bound.started_on))
        for held in evidence.registrations.get(bound.staff_id, [])
        if held.is_register and held.is_held(on)
    ]


def _judge_check(evidence: Evidence, bound: Bound, on: date) -> Standing:
    none_held = LeftOut(
        status=Status.NOT_REQUIRED,
        why=f"No live register is to be checked: no registration is held on {words.day(on)}.",
    )
    return worst(standing for _, standing in register_checks(evidence, bound, on)) or none_held


def _judge_agreement(evidence: Evidence, bound: Bound, on: date) -> Standing:
    target_days = int(bound.terms.get("target_days", 0))
    if bound.extended_to is not None:
        target_days = max(target_days, (bound.extended_to - bound.started_on).days)
    held = [
        one.held
        for one in evidence.agreements.get(bound.staff_id, [])
        if bound.terms.get("purpose") in (None, one.purpose)
        and bound.terms.get("is_external", one.is_external) == one.is_external
        and bool(bound.terms.get("of_supervision")) == one.of_supervision
    ]
    terms = dated.AgreementTerms(
        bound.title, target_days, evidence.number("review_every_months"), asked_from=bound.asked_from
    )
    return dated.agreement_standing(terms, held, on, bound.started_on, bound.span.end)


DONE_WORDS = {
    StaffEventKind.APPRAISAL: "held",
    StaffEventKind.PROBATION_PASSED: "passed",
    StaffEventKind.SUITABLE_FOR_YOUNG_PEOPLE: "assessed",
    StaffEventKind.SECURITY_CHECK_SEEN: "seen",
}


def _judge_period(evidence: Evidence, bound: Bound, on: date) -> Standing:
    kind = StaffEventKind(bound.terms["event"])
    months = int(bound.terms.get("months", 0))
    terms = dated.PeriodTerms(bound.title, months, done_word=DONE_WORDS[kind], asked_from=bound.asked_from)
    done = evidence.events.get((bound.staff_id, kind), [])
    return dated.period_standing(terms, bound.started_on, done, on, bound.extended_to)


def _judge_event(evidence: Evidence, bound: Bound, on: date) -> Standing:
    kind, started_on, asked_from = StaffEventKind(bound.terms["event"]), bound.started_on, bound.asked_from
    first_days = bound.terms.get("target_days")
    if bound.terms.get("only_on_transfer"):
        moves_on = evidence.moves_to_young_people_on(bound.staff_id)
        if moves_on is None:
            why = f"{bound.title} is asked on a move to a service for young people, and none is recorded."
            return LeftOut(status=Status.NOT_REQUIRED, why=why)
        started_on, first_days = max(moves_on, asked_from or moves_on), 0
        asked_from = asked_from if asked_from == started_on else None
    every_months, done_word = bound.terms.get("every_months"), DONE_WORDS[kind]
    terms = dated.EventTerms(bound.title, every_months, first_days, done_word, asked_from=asked_from)
    held_on = evidence.events.get((bound.staff_id, kind), [])
    return dated.event_standing(terms, held_on, on, started_on, bound.extended_to)


JUDGES: dict[RequirementKind, Callable[[Evidence, Bound, date], Standing]] = {
    RequirementKind.SUPERVISION: _judge_supervision,
    RequirementKind.COURSE: _judge_course,
    RequirementKind.QUALIFICATION: _judge_course,
    RequirementKind.REGISTRATION: _judge_registration,
    RequirementKind.CHECK: _judge_check,
    RequirementKind.AGREEMENT: _judge_agreement,
    RequirementKind.PERIOD: _judge_period,
    RequirementKind.EVENT: _judge_event,
    RequirementKind.PRACTICE: _judge_practice,
}


STANDING_COLUMNS = ("person", "requirement", "kind", "status", "since", "due_on", "because", "next_step")


def standing_line(row: Row) -> dict[str, str]:
    """A row for other programs: the columns above as text, dates as 2026-11-22, empty when there is none."""
    standing = row.standing
    return {
        "person": row.person,
        "requirement": row.requirement,
        "kind": row.kind.value,
        "status": standing.status.value,
        "since": standing.since.isoformat() if standing.since else "",
        "due_on": standing.due_on.isoformat() if standing.due_on else "",
        "because": standing.because,
        "next_step": standing.next_step,
    }


# ---------------------------------------------------------------------------------------------------------------------
# Supervision by month, for bars and heatmaps


@dataclass(frozen=True, slots=True)
class SupervisionMonths:
    """One person's months against one minimum, oldest first, with this month's forecast."""

    staff_id: int
    person: str
    bound: Bound
    minimum: Minimum
    months: tuple[supervision.Month, ...]
    forecast: supervision.Forecast
    duty: Duty
    sittings: Sequence[Sitting]


def supervision_months(
    db: Session,
    people: StaffIds | Sequence[int],
    on: date,
    known_on: date | None = None,
    how_many: int = 12,
    planned_from: date | None = None,
    leave: frozenset[Per] = frozenset({Per.ROLLING, Per.IN_ALL}),
) -> list[SupervisionMonths]:
    """Each minimum by the calendar month that binds these people on the date. Checks nothing: the caller chooses the
    people by the access table. `planned_from`: today, for the forecast of a later date. `leave`: minima passed over;
    those by rolling days have months too, read at the last day."""
    evidence = Evidence(db, people, on, known_on)
    out = []
    for bound in evidence.bound:
        if bound.kind is not RequirementKind.SUPERVISION or not bound.terms.get("amount"):
            continue
        minimum, duty = evidence.minimum(bound), evidence.duty(bound)
        if minimum.per in leave:
            continue
        sittings = evidence.sittings.get(bound.staff_id, [])
        months = supervision.months_of(minimum, duty, sittings, on, how_many)
        forecast = supervision.forecast(minimum, duty, sittings, on, planned_from)
        name = evidence.names[bound.staff_id]
        out.append(SupervisionMonths(bound.staff_id, name, bound, minimum, tuple(months), forecast, duty, sittings))
    return sorted(out, key=lambda row: (row.person, row.staff_id, row.bound.title))


def my_supervision_months(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, how_many: int = 12
) -> list[SupervisionMonths]:
    """The viewer's own."""
    return supervision_months(db, [viewer.staff_id], on, known_on, how_many)


def counted_for(rows: Iterable[Row], held_on: date) -> list[tuple[str, Minimum]]:
    """For whom a session of a day counts, of one person's standings: their post, and each body whose rule bound them
    that day. Empty without a body: minutes then simply count as attended. How often a body wants a meeting says nothing
    about what one counts for."""
    bound = [(one, minimum) for one, minimum in _minima(rows) if one.span.holds(held_on) and minimum.amount]
    if not any(one.body for one, _ in bound):
        return []
    return [
        (one.body or "your post", minimum)
        for one, minimum in bound
        if not one.body or minimum.measure is Measure.MINUTES
    ]


def _minima(rows: Iterable[Row]) -> list[tuple[Bound, Minimum]]:
    of_supervision = [row.bound for row in rows if row.kind is RequirementKind.SUPERVISION]
    return [(bound, Minimum.read(bound.title, bound.terms)) for bound in of_supervision]


def hours_asked(rows: Iterable[Row]) -> frozenset[HoursOf]:
    """Which hours of each month somebody is to enter, of their standings: those that a minimum of theirs goes by."""
    return frozenset().union(*(minimum.hours_needed for _, minimum in _minima(rows)))


def is_to_come(month: supervision.Month, today: date) -> bool:
    """Short in a month that is not over yet: looked at from a later date, it is a forecast."""
    return month.verdict is supervision.Verdict.SHORT and today <= last_of_month(month.first)


def months_frame(months: Sequence[SupervisionMonths], today: date) -> pd.DataFrame:
    """For the month heatmap. Columns: row (the minimum), month, label, verdict."""
    return pd.DataFrame(
        [
            (
                one.minimum.title,
                month.first,
                words.number(month.credited) if month.verdict.value in ("met", "short", "short_so_far") else "–",
                "forecast" if is_to_come(month, today) else month.verdict.value,
            )
            for one in months
            for month in one.months
        ],
        columns=["row", "month", "label", "verdict"],
    )


def community_names(db: Session, communities: Sequence[int]) -> dict[int, str]:
    found = db.exec(select(Community).where(col(Community.id).in_(communities)).order_by(Community.name))
    return {community.id or 0: community.name for community in found}
