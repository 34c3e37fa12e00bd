"""Agreed actions as people work on them, and as those read them who see more than one pair: what was shared, and
counts.

The words of an action are given here to those whose it is: a list to work by, drawn at every click, whose drawing is no
event. A therapy manager reads the words of what was shared with them through a service, which notes it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, Shape, communities_within, observations_visible_to
from tcsuper.clock import today
from tcsuper.confidential import (
    actions_shared_with,
    actions_worked_on_by,
    circles_of,
    find_action,
    opened,
    sessions_led_by,
)
from tcsuper.errors import Refused
from tcsuper.models import (
    ActionState,
    AgreedAction,
    Community,
    Observation,
    ObservationState,
    Rating,
    Staff,
    Standard,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.ratings import carried_over
from tcsuper.queries.standard_sets import sets_in_force
from tcsuper.queries.team import months_as_at
from tcsuper.queries.titles import TITLE, titled
from tcsuper.rules.actions import (
    ActionStanding,
    ActionStatus,
    Agreed,
    Moves,
    Seen,
    does_observation_close,
    moves_in,
    needs_evidence,
    standing_of,
)
from tcsuper.rules.small_groups import left_out_of
from tcsuper.rules.standing import add_months, first_of_month, last_of_month
from tcsuper.settings import service_number

MONTHS_TOGETHER = 13
"""Months that are judged together, however few are asked for: the page shows twelve, the monthly return one before."""
MOST_PRESSING = {status: position for position, status in enumerate(ActionStatus)}


@dataclass(frozen=True)
class ActionSeen:
    """One action as it stands. `text` and `evidence` are empty where the words come from a service."""

    version_id: int
    record_id: UUID
    session_record_id: UUID
    held_on: date
    title: str
    supervisor: str
    owner_id: int | None
    owner: str
    """Empty: it is of all who were there."""
    text: str
    evidence: str
    due_on: date | None
    standard_id: int | None
    standard: str
    standing: ActionStanding
    is_shareable: bool
    is_mine: bool
    """Of the viewer, alone or with the others who were there."""
    is_supervised: bool
    """The viewer supervised its session."""
    is_open: bool
    """As it stands now, whatever day is looked at."""
    observation_id: UUID | None = None
    """The record of the observation that closed it."""

    @property
    def needs_evidence(self) -> bool:
        return needs_evidence(self.standing.action)

    @property
    def is_own(self) -> bool:
        """The viewer's alone: theirs to share."""
        return self.is_mine and self.owner_id is not None


def actions_seen(
    db: Session, *, viewer: Actor, on: date, session_record_id: UUID | None = None, only_open: bool = False
) -> list[ActionSeen]:
    """Actions that are the viewer's to work on, with their words, the most pressing first; of one session when one is
    chosen. `only_open`: as they stand now."""
    which = [actions_worked_on_by(viewer)]
    if session_record_id is not None:
        which.append(col(AgreedAction.session_record_id) == session_record_id)
    if only_open:
        which.append(col(AgreedAction.state) == ActionState.OPEN)
    return _seen(db, viewer, on, which, with_words=True)


def actions_shared(db: Session, *, viewer: Actor, on: date) -> list[ActionSeen]:
    """Actions that others made shareable and the viewer, their therapy manager, may read; without the words."""
    which = [actions_shared_with(viewer), ~actions_worked_on_by(viewer)]
    return _seen(db, viewer, on, which, with_words=False)


def _seen(
    db: Session, viewer: Actor, on: date, which: Sequence[sa.ColumnElement[bool]], with_words: bool
) -> list[ActionSeen]:
    """An action stands as long as its session does: with a voided session it is on no list."""
    action, session, owner, supervisor = AgreedAction, SupervisionSession, aliased(Staff), aliased(Staff)
    rows = db.execute(
        titled(
            sa.select(
                action,
                session,
                TITLE,
                col(supervisor.full_name),
                col(owner.full_name),
                col(Standard.short_title),
            )
            .join(session, col(session.record_id) == col(action.session_record_id))
            .join(supervisor, col(supervisor.id) == col(session.supervisor_id))
            .outerjoin(owner, col(owner.id) == col(action.owner_id))
            .outerjoin(Standard, col(Standard.id) == col(action.standard_id))
        ).where(current(action), current(session), col(session.held_on) <= on, *which)
    ).all()
    facts = facts_of(db, [row[0] for row in rows], {row[1].record_id: row[1].held_on for row in rows})
    warn_days = service_number(db, "action_warning_days")
    led = set(db.scalars(sessions_led_by(viewer))) if rows and with_words else set()
    seen = []
    for found, held, title, supervisor_name, owner_name, standard in rows:
        leads = held.record_id in led
        mine = found.owner_id == viewer.staff_id if found.owner_id is not None else with_words and not leads
        seen.append(
            ActionSeen(
                version_id=found.id,
                record_id=found.record_id,
                session_record_id=held.record_id,
                held_on=held.held_on,
                title=title,
                supervisor=supervisor_name,
                owner_id=found.owner_id,
                owner=owner_name or "",
                text=_words_of(found, "sealed_text") if with_words else "",
                evidence=_words_of(found, "sealed_evidence") if with_words and found.sealed_evidence else "",
                due_on=found.due_on,
                standard_id=found.standard_id,
                standard=standard or "",
                standing=standing_of(facts[found.id], on, warn_days),
                is_shareable=found.is_shareable,
                is_mine=mine,
                is_supervised=leads,
                is_open=found.state is ActionState.OPEN,
                observation_id=found.observation_id,
            )
        )
    return sorted(seen, key=_pressing)


def _pressing(one: ActionSeen) -> tuple[object, ...]:
    """The earliest date first; among the closed, the latest."""
    order = MOST_PRESSING[one.standing.status]
    if one.standing.action.closed_on is not None:
        return (order, -one.standing.action.closed_on.toordinal(), one.version_id)
    return (order, (one.due_on or date.max).toordinal(), one.version_id)


def _words_of(action: AgreedAction, column: str) -> str:
    """A list is not broken by one text that no key opens."""
    try:
        return opened(action, column)
    except Refused as cannot:
        return str(cannot)


def facts_of(db: Session, actions: Sequence[AgreedAction], held: dict[UUID, date]) -> dict[int, Agreed]:
    """By id of the version: what the rules need to know. `held`: the day of each session. Checks nothing."""
    by_observation = {one.observation_id for one in actions if one.observation_id is not None}
    observed: dict[UUID, date] = {}
    if by_observation:
        rows = select(Observation).where(col(Observation.record_id).in_(by_observation), current(Observation))
        observed = {one.record_id: one.observed_on for one in db.exec(rows)}
    return {
        one.id or 0: Agreed(
            held[one.session_record_id],
            one.owner_id,
            one.due_on,
            one.standard_id,
            one.is_shareable,
            one.state,
            one.closed_on,
            one.observation_id is not None,
            observed.get(one.observation_id) if one.observation_id else None,
            one.evidence_on,
        )
        for one in actions
    }


# ---------------------------------------------------------------------------------------------------------------------
# What can be chosen


@dataclass(frozen=True)
class StandardToServe:
    standard_id: int
    label: str


def standards_to_serve(db: Session) -> list[StandardToServe]:
    """The standards of the version of each set that is in force. The catalogue is read by everyone."""
    names = {one.id: one.name for one in sets_in_force(db, today())}
    found = db.exec(select(Standard).where(col(Standard.standard_set_id).in_(names)).order_by(col(Standard.number)))
    offered = [StandardToServe(one.id or 0, f"{names[one.standard_set_id]}: {one.short_title}") for one in found]
    return sorted(offered, key=lambda one: one.label.partition(": ")[0])


@dataclass(frozen=True)
class ObservationToClose:
    record_id: UUID
    label: str
    seen: Seen


def observations_that_close(db: Session, *, viewer: Actor, action_id: int) -> list[ObservationToClose]:
    """The observations that close an action, as far as the viewer may read them: the latest first."""
    action = find_action(db, viewer, action_id)
    circle = circles_of(db, [action.session_record_id])[action.session_record_id]
    facts = facts_of(db, [action], {action.session_record_id: circle.session.held_on})[action_id]
    offered = observations_offered(db, viewer=viewer, observed_id=action.owner_id or 0)
    return [one for one in offered if does_observation_close(facts, one.seen)]


def observations_offered(db: Session, *, viewer: Actor, observed_id: int) -> list[ObservationToClose]:
    """Every observation of somebody that the viewer may read, the latest first, with the standards seen: those of
    former versions too, which were carried over onto what was rated."""
    observer = aliased(Staff)
    rows = db.execute(
        sa.select(Observation, col(observer.full_name))
        .join(observer, col(observer.id) == col(Observation.observer_id))
        .where(
            col(Observation.observed_id) == observed_id,
            col(Observation.state) != ObservationState.DRAFT,
            current(Observation),
            observations_visible_to(viewer),
        )
        .order_by(col(Observation.observed_on).desc(), col(Observation.id).desc())
    ).all()
    rated: dict[int, set[int]] = defaultdict(set)
    carried = carried_over(db)
    for one in db.exec(select(Rating).where(col(Rating.observation_id).in_([found.id for found, _ in rows]))):
        rated[one.observation_id].add(one.standard_id)
        rated[one.observation_id].update(former.former for former in carried.get(one.standard_id, []))
    offered: dict[str, ObservationToClose] = {}
    for found, name in rows:
        label = f"{words.day(found.observed_on)}, seen by {name}"
        label = label if label not in offered else f"{label} ({len(offered) + 1})"  # a selectbox goes by labels alone
        seen = Seen(found.observed_id, found.observed_on, found.state, frozenset(rated[found.id or 0]))
        offered[label] = ObservationToClose(found.record_id, label, seen)
    return list(offered.values())


# ---------------------------------------------------------------------------------------------------------------------
# Counts


@dataclass(frozen=True)
class _Counted:
    """One action for the counts: where, and whom it concerns."""

    community_id: int | None
    people: frozenset[int]
    agreed: Agreed


def do_actions_move(db: Session, *, viewer: Actor, on: date, how_many: int = 12) -> pd.DataFrame:
    """By month, oldest first: actions agreed, closed, and overdue at its end. Who sees counts has those of the
    communities with enough people concerned; a therapy manager those that were shared with them.

    Columns: month (date, the first), opened, closed, overdue (each None where too few people are concerned). Empty when
    there is nothing to count."""
    counted, smallest = _to_count(db, viewer), _smallest(db, viewer)
    if smallest:
        on = months_as_at(viewer, on)
    shown = [one for _, those in _by_community(counted, smallest) for one in those if one.agreed.agreed_on <= on]
    if not shown:
        return pd.DataFrame(columns=["month", "opened", "closed", "overdue"], dtype=object)
    firsts = [add_months(first_of_month(on), -back) for back in reversed(range(max(how_many, MONTHS_TOGETHER)))]
    concerned = [
        frozenset(
            person for one in shown if _moves(one.agreed, first, last_of_month(first), on) for person in one.people
        )
        for first in firsts
    ]
    few = left_out_of(concerned, smallest)
    out = []
    for place, first in list(enumerate(firsts))[-how_many:]:
        of_month = moves_in([one.agreed for one in shown], first, last_of_month(first), on)
        figures = (None, None, None) if place in few else (of_month.opened, of_month.closed, of_month.overdue)
        out.append((first, *figures))
    return pd.DataFrame(out, columns=["month", "opened", "closed", "overdue"], dtype=object)


def _moves(one: Agreed, first: date, last: date, on: date) -> bool:
    counted: Moves = moves_in([one], first, last, on)
    return bool(counted.opened or counted.closed or counted.overdue)


def actions_by_community(db: Session, *, viewer: Actor, on: date) -> pd.DataFrame:
    """How the actions of each community stand today, for those who see counts: only communities in which enough people
    are concerned.

    Columns: community, people, overdue, due_soon, open, done, dropped."""
    smallest = _smallest(db, viewer)
    counted = _to_count(db, viewer) if smallest else []
    names = {one.id: one.name for one in db.exec(select(Community))}
    on, warn_days = months_as_at(viewer, on), service_number(db, "action_warning_days")
    out = []
    for community_id, those in _by_community(counted, smallest):
        states = Counter(standing_of(one.agreed, on, warn_days).status for one in those if one.agreed.agreed_on <= on)
        people = len(_concerned(those))
        out.append((names[community_id], people, *(states[status] for status in ActionStatus)))
    columns = ["community", "people", *(status.value for status in ActionStatus)]
    return pd.DataFrame(sorted(out), columns=columns)


def _counted_communities(viewer: Actor) -> list[int]:
    return communities_within(viewer, Object.AGREED_ACTION, Action.READ, (Shape.COUNTS,))


def _smallest(db: Session, viewer: Actor) -> int:
    """From how many people up; 0 for who reads the records themselves."""
    return int(service_number(db, "smallest_group")) if _counted_communities(viewer) else 0


def _to_count(db: Session, viewer: Actor) -> list[_Counted]:
    """Every action of the communities of which the viewer sees counts; else those shared with them."""
    places = _counted_communities(viewer)
    which = col(SupervisionSession.community_id).in_(places) if places else actions_shared_with(viewer)
    rows: Sequence[Any] = db.execute(
        sa.select(AgreedAction, col(SupervisionSession.community_id), col(SupervisionSession.held_on))
        .join(SupervisionSession, col(SupervisionSession.record_id) == col(AgreedAction.session_record_id))
        .where(current(AgreedAction), current(SupervisionSession), which)
    ).all()
    circles = circles_of(db, {action.session_record_id for action, _, _ in rows})
    facts = facts_of(db, [action for action, _, _ in rows], {one.session_record_id: day for one, _, day in rows})
    counted = []
    for action, community_id, _ in rows:
        owner = action.owner_id
        people = circles[action.session_record_id].present if owner is None else frozenset({owner})
        counted.append(_Counted(community_id, people, facts[action.id]))
    return counted


def _by_community(counted: Sequence[_Counted], smallest: int) -> list[tuple[int, list[_Counted]]]:
    found: dict[int, list[_Counted]] = defaultdict(list)
    for one in counted:
        found[one.community_id or 0].append(one)
    return [(place, those) for place, those in found.items() if len(_concerned(those)) >= smallest]


def _concerned(those: Collection[_Counted]) -> set[int]:
    return {person for one in those for person in one.people}
