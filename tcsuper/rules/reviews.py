"""Reviews of a community: what ratings add up to, how its own and the reviewers' differ, how an action of the plan
stands on a date, who closes it, and which findings come again.

Sources: a standard is met, partly met or not met; what is not applicable, or not known, counts for nothing (domain,
section 10). How many points each is worth is nowhere fixed: settings. An action is closed by somebody other than its
owner. Points are added up, never averaged, and nobody is rated by them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from tcsuper import words
from tcsuper.models import FindingKind, HowMet, PlanState, RatedBy, ReviewKind
from tcsuper.rules.standing import Tone

LONGEST_REASON, LONGEST_STATEMENT, LONGEST_FINDING, LONGEST_ACTION = 2000, 5000, 5000, 2000
KIND_WORDS = {
    ReviewKind.SELF_REVIEW: "Self-review",
    ReviewKind.PEER_REVIEW: "Peer review",
    ReviewKind.ACCREDITATION: "Accreditation",
    ReviewKind.INSPECTION: "Inspection",
    ReviewKind.STANDARDS_AUDIT: "Standards audit",
    ReviewKind.LOCAL_AUDIT: "Local audit",
}
MET_WORDS = {
    HowMet.MET: "Met",
    HowMet.PARTLY_MET: "Partly met",
    HowMet.NOT_MET: "Not met",
    HowMet.NOT_APPLICABLE: "Not applicable",
    HowMet.DO_NOT_KNOW: "Do not know",
}
MET_TONES = {
    HowMet.MET: Tone.GOOD,
    HowMet.PARTLY_MET: Tone.AMBER,
    HowMet.NOT_MET: Tone.BAD,
    HowMet.NOT_APPLICABLE: Tone.GREY,
    HowMet.DO_NOT_KNOW: Tone.GREY,
}
NOT_RATED = "Not rated yet"
RATED_BY_WORDS = {RatedBy.COMMUNITY: "Own rating", RatedBy.REVIEWERS: "Reviewers' rating"}
FINDING_WORDS = {
    FindingKind.ACHIEVEMENT: "Achievement",
    FindingKind.ACTION_POINT: "Action point",
    FindingKind.RECOMMENDATION: "Recommendation",
}
FINDING_TONES = {
    FindingKind.ACHIEVEMENT: Tone.GOOD,
    FindingKind.ACTION_POINT: Tone.AMBER,
    FindingKind.RECOMMENDATION: Tone.NEUTRAL,
}


# ---------------------------------------------------------------------------------------------------------------------
# What the product can count towards a standard


class EvidenceOf(StrEnum):
    """What `Standard.evidence` names: by `queries/standard_evidence.py` counted of one community, as at a day."""

    SUPERVISION_MET = "supervision_met"
    SUPERVISION_LOST = "supervision_lost"
    AGREEMENTS = "agreements"
    TRAINING = "training"
    REGISTRATIONS = "registrations"
    PRACTICE_OBSERVED = "practice_observed"
    PRACTICE_AT_STANDARD = "practice_at_standard"
    RESPONSIBILITIES = "responsibilities"
    APPRAISALS = "appraisals"
    PLAN_ACTIONS = "plan_actions"


EVIDENCE_WORDS = {
    EvidenceOf.SUPERVISION_MET: "Supervision minimum met",
    EvidenceOf.SUPERVISION_LOST: "Supervision lost",
    EvidenceOf.AGREEMENTS: "Supervision agreements in date",
    EvidenceOf.TRAINING: "Training in date",
    EvidenceOf.REGISTRATIONS: "Registrations in date",
    EvidenceOf.PRACTICE_OBSERVED: "Practice observed in time",
    EvidenceOf.PRACTICE_AT_STANDARD: "Practice at or above the standard",
    EvidenceOf.RESPONSIBILITIES: "Responsibilities covered",
    EvidenceOf.APPRAISALS: "Appraisals held",
    EvidenceOf.PLAN_ACTIONS: "Actions of reviews closed",
}


def kinds_known(listed: Iterable[str]) -> tuple[EvidenceOf, ...]:
    """Of the names stored with a standard those that this program counts, each once and in its own order."""
    return tuple(dict.fromkeys(EvidenceOf(name) for name in listed if name in {kind.value for kind in EvidenceOf}))


# ---------------------------------------------------------------------------------------------------------------------
# Points


@dataclass(frozen=True, slots=True)
class Points:
    """What a rating is worth."""

    met: int = 2
    partly_met: int = 1
    not_met: int = 0

    def of(self, result: HowMet) -> int | None:
        """None: it counts for nothing."""
        worth = {HowMet.MET: self.met, HowMet.PARTLY_MET: self.partly_met, HowMet.NOT_MET: self.not_met}
        return worth.get(result)


@dataclass(frozen=True, slots=True)
class Score:
    """Points reached of the points that the rated standards could have brought; beside it what is in neither number."""

    points: int = 0
    of: int = 0
    counts: tuple[tuple[HowMet, int], ...] = ()
    """How many standards were rated how."""
    not_rated: int = 0

    @property
    def rated(self) -> int:
        return sum(count for _, count in self.counts)

    @property
    def share(self) -> int | None:
        """Per cent, cut and never rounded up; None where nothing counts."""
        return 100 * self.points // self.of if self.of else None

    @property
    def label(self) -> str:
        return f"{self.points} of {self.of}" if self.of else "–"

    @property
    def sentence(self) -> str:
        """ "9 of 12 points (75%): 4 met, 1 partly met, 1 not met; outside: 1 not applicable; 2 not rated yet." """
        if not self.rated:
            return "No standard is rated yet."
        counts = dict(self.counts)
        inside, outside = (
            ", ".join(f"{counts[result]} {MET_WORDS[result].lower()}" for result in which if counts.get(result))
            for which in (COUNTED, OUTSIDE)
        )
        said = f"{self.label} points ({self.share}%): {inside}" if self.of else inside and f"No points: {inside}"
        parts = [said, f"outside: {outside}" if outside else "", f"{self.not_rated} not rated yet"]
        whole = "; ".join(part for part in (parts if self.not_rated else parts[:2]) if part)
        return f"{whole[:1].upper()}{whole[1:]}."


COUNTED = (HowMet.MET, HowMet.PARTLY_MET, HowMet.NOT_MET)
OUTSIDE = (HowMet.NOT_APPLICABLE, HowMet.DO_NOT_KNOW)


def score(results: Iterable[HowMet | None], points: Points) -> Score:
    """Of some standards, by how each is rated; None: not rated yet, which is not "not met"."""
    rated = list(results)
    counts = {result: rated.count(result) for result in HowMet if result in rated}
    counted = [worth for result in rated if result is not None and (worth := points.of(result)) is not None]
    return Score(sum(counted), points.met * len(counted), tuple(counts.items()), rated.count(None))


# ---------------------------------------------------------------------------------------------------------------------
# Two ratings of one standard


class Differs(StrEnum):
    """The reviewers' rating beside the community's own."""

    ALIKE = "alike"
    LOWER = "lower"
    HIGHER = "higher"
    OTHERWISE = "otherwise"
    """One of the two counts for nothing: not applicable, or not known."""
    ONE_ALONE = "one_alone"
    NEITHER = "neither"


def differs(own: HowMet | None, reviewers: HowMet | None) -> Differs:
    if own is None or reviewers is None:
        return Differs.NEITHER if own is reviewers else Differs.ONE_ALONE
    if own is reviewers:
        return Differs.ALIKE
    if own in OUTSIDE or reviewers in OUTSIDE:
        return Differs.OTHERWISE
    return Differs.LOWER if COUNTED.index(reviewers) > COUNTED.index(own) else Differs.HIGHER


def difference_words(own: HowMet | None, reviewers: HowMet | None) -> str:
    """Nothing to say where they agree, or there are not two."""
    verdict = differs(own, reviewers)
    if own is None or reviewers is None or verdict in (Differs.ALIKE, Differs.NEITHER, Differs.ONE_ALONE):
        return ""
    both = f"“{MET_WORDS[reviewers]}” beside your own “{MET_WORDS[own]}”"
    how = {Differs.LOWER: "lower", Differs.HIGHER: "higher"}.get(verdict, "otherwise")
    return f"The reviewers rated it {how}: {both}."


# ---------------------------------------------------------------------------------------------------------------------
# An action of the plan


class PlanStatus(StrEnum):
    """Most pressing first."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


PLAN_ORDER = {status: place for place, status in enumerate(PlanStatus)}
PLAN_WORDS = {
    PlanStatus.OVERDUE: "Overdue",
    PlanStatus.DUE_SOON: "Due soon",
    PlanStatus.OPEN: "Open",
    PlanStatus.DONE: "To be closed",
    PlanStatus.CLOSED: "Closed",
    PlanStatus.WITHDRAWN: "Withdrawn",
}
PLAN_TONES = {
    PlanStatus.OVERDUE: Tone.BAD,
    PlanStatus.DUE_SOON: Tone.AMBER,
    PlanStatus.OPEN: Tone.NEUTRAL,
    PlanStatus.DONE: Tone.AMBER,
    PlanStatus.CLOSED: Tone.GOOD,
    PlanStatus.WITHDRAWN: Tone.GREY,
}
TO_DO = frozenset({PlanStatus.OVERDUE, PlanStatus.DUE_SOON, PlanStatus.OPEN})
"""What its owner has still to do."""
NOT_OVER = TO_DO | {PlanStatus.DONE}
"""What somebody has still to do."""


@dataclass(frozen=True, slots=True)
class NewDue:
    """A date that was moved: on which day, from where to where, and why."""

    changed_on: date
    former: date
    due_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What the rules need to know of an action. `due_on`: as it stands now. `moved`: how that came, oldest first."""

    agreed_on: date
    due_on: date
    state: PlanState = PlanState.OPEN
    done_on: date | None = None
    closed_on: date | None = None
    withdrawn_on: date | None = None
    withdrawn_because: str = ""
    moved: tuple[NewDue, ...] = ()

    def due_as_at(self, on: date) -> date:
        """The date that held on a day: one that was moved later had not moved yet."""
        later = [one for one in self.moved if one.changed_on > on]
        return later[0].former if later else self.due_on


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """How an action stands on a date, and the sentence that says so."""

    status: PlanStatus
    due_on: date
    because: str

    @property
    def is_late(self) -> bool:
        return self.status is PlanStatus.OVERDUE


def how_it_stands(action: Planned, on: date, warning_days: int) -> PlanStanding:
    """By everything known now. The due day itself still counts; the warning window includes its edge. Done and closed
    count from their own days on, a withdrawal from the day it was written."""
    due = action.due_as_at(on)
    if action.withdrawn_on is not None and action.withdrawn_on <= on:
        why = action.withdrawn_because.rstrip(".")
        return PlanStanding(PlanStatus.WITHDRAWN, due, f"Withdrawn on {words.day(action.withdrawn_on)}: {why}.")
    is_done = action.done_on is not None and action.done_on <= on
    if is_done and action.closed_on is not None and action.closed_on <= on:
        closed = f"Done on {_day(action.done_on)}{_late(action, due)}, closed on {words.day(action.closed_on)}."
        return PlanStanding(PlanStatus.CLOSED, due, closed)
    if is_done:
        said = f"Done on {_day(action.done_on)}{_late(action, due)}; somebody else is to look at it and close it."
        return PlanStanding(PlanStatus.DONE, due, said)
    return _still_to_do(due, _was_due(action, on), on, warning_days)


def _still_to_do(due: date, was: str, on: date, warning_days: int) -> PlanStanding:
    left = (due - on).days
    if left < 0:
        said = f"It was due on {words.day(due)}, {words.count(-left, 'day')} ago{was}."
        return PlanStanding(PlanStatus.OVERDUE, due, said)
    when = "today" if left == 0 else f"on {words.day(due)}, in {words.count(left, 'day')}"
    status = PlanStatus.DUE_SOON if on + timedelta(days=warning_days) >= due else PlanStatus.OPEN
    return PlanStanding(status, due, f"Due {when}{was}.")


def _was_due(action: Planned, on: date) -> str:
    moved = [one for one in action.moved if one.changed_on <= on]
    return f" (was due {words.day(moved[0].former)})" if moved else ""


def _late(action: Planned, due: date) -> str:
    late = (action.done_on - due).days if action.done_on else 0
    return f", {words.count(late, 'day')} late" if late > 0 else ""


def _day(on: date | None) -> str:
    return words.day(on) if on else ""


# ---------------------------------------------------------------------------------------------------------------------
# Who closes it

OWNER_CLOSES_NOTHING = "It is yours: somebody else looks at the evidence and closes it."
YOU_MARKED_IT = "You marked it done for its owner: somebody else looks at the evidence and closes it."


def why_not_close(person: int, owner: int, marked_done_by: int | None) -> str:
    """Why a person who may close actions does not close this one; empty: they may. Two people look at each: neither
    its owner nor whoever entered that it is done is the second."""
    if person == owner:
        return OWNER_CLOSES_NOTHING
    return YOU_MARKED_IT if person == marked_done_by else ""


def closers(may_close: Collection[int], owner: int, marked_done_by: int | None) -> tuple[int, ...]:
    """Of those who may close actions there, who may close this one."""
    return tuple(sorted(one for one in may_close if not why_not_close(one, owner, marked_done_by)))


def who_closes(names: Sequence[str], owner: str) -> str:
    """Says plainly when nobody can."""
    if names:
        return f"{words.listed(sorted(names), 'or')} can close it."
    return (
        f"Nobody can close it: no director answers for this community but {owner}, or whoever marked it done. Have "
        "another director approved there."
    )


# ---------------------------------------------------------------------------------------------------------------------
# Findings that come again


def first_found(record_id: UUID, repeats: Mapping[UUID, UUID | None]) -> UUID:
    """The earliest finding that one goes back to. `repeats`: of each finding the one it finds again. One that is not
    there any more (voided) ends the way back, and so does a circle."""
    seen = {record_id}
    while (former := repeats.get(record_id)) is not None and former in repeats and former not in seen:
        seen.add(former)
        record_id = former
    return record_id


def repeated(repeats: Mapping[UUID, UUID | None]) -> dict[UUID, list[UUID]]:
    """By the first of them: findings that were found again, that one among them, in the order given. One that nobody
    found again is not in it."""
    found: dict[UUID, list[UUID]] = {}
    for record_id in repeats:
        found.setdefault(first_found(record_id, repeats), []).append(record_id)
    return {first: records for first, records in found.items() if len(records) > 1}


def would_go_in_a_circle(record_id: UUID | None, former: UUID, repeats: Mapping[UUID, UUID | None]) -> bool:
    """Whether a finding, said to repeat another, would at last repeat itself."""
    if record_id is None:
        return False
    step: UUID | None = former
    seen: set[UUID] = set()
    while step is not None and step not in seen:
        if step == record_id:
            return True
        seen.add(step)
        step = repeats.get(step)
    return False
