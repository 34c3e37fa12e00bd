"""Who is able to hold a responsibility: how they stand on what it calls for, on a date.

It may call for requirements (training, a registration, …) and for being seen at a level of a standard
(`called_for.py`). How somebody stands on either is decided where all standing is (`standing.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.models import Post
from tcsuper.queries.bound import Bound, Evidence
from tcsuper.queries.called_for import Link, called_for_on
from tcsuper.queries.standing import Row, as_seen, judged, sight_of
from tcsuper.rules.standing import LEFT_OUT, Span, Standing


@dataclass(frozen=True, slots=True)
class Needed:
    """What somebody does not meet of what a responsibility calls for, and what of it the viewer may not be told about
    them: neither that it is met nor that it is not."""

    lacks: tuple[Standing, ...]
    """Each with its sentence (`because`) and its `next_step`."""
    not_shown: tuple[str, ...]
    """What it calls for, in words, whose status is not shown to the viewer: "TCAT 1", "Risk: Alone"."""

    @property
    def is_able(self) -> bool:
        """Nothing is missing and nothing is hidden: the viewer may say that they are able."""
        return not self.lacks and not self.not_shown


def needed(
    db: Session, viewer: Actor, on: date, candidates: Mapping[tuple[int, int], Post]
) -> dict[tuple[int, int], Needed]:
    """What each of these people would still need on a date to hold a responsibility, whether they hold it or not.

    `candidates`: by (person, responsibility), the responsibility of a version in force, the post from which they would
    hold it (one that they have on that date). An answer for each; a responsibility that calls for nothing needs
    nothing. Whom the viewer may name at all is for the caller to know; of their status no more is said than the viewer
    may see by name, kind by kind: the rest is `not_shown`.
    """
    called_for = called_for_on(db, {responsibility for _, responsibility in candidates}, on)
    sight = sight_of(db, viewer, {one.kind for asked in called_for.values() for one in asked})
    named: set[int] = set().union(*sight.named.values())
    people = {staff for staff, responsibility in candidates if called_for.get(responsibility)} & named
    evidence = Evidence(db, sorted(people), on, None)
    found = {}
    for (staff, responsibility), post in candidates.items():
        asked = called_for.get(responsibility, [])
        shown = [one for one in asked if staff in sight.named[one.kind]]
        rows = [_row(evidence, post, one, on) for one in shown]
        # judged on the whole record, so that the same person is able for everybody who may see it: "due soon" alone
        # does not tell what was never had from what is to be renewed
        short = [row for row in rows if not row.standing.is_met and row.standing.status not in LEFT_OUT]
        found[staff, responsibility] = Needed(
            tuple(row.standing for row in as_seen(short, sight)), tuple(one.says for one in asked if one not in shown)
        )
    return found


def lacking(
    db: Session, viewer: Actor, on: date, held: Mapping[tuple[int, int], Post]
) -> dict[tuple[int, int], list[Standing]]:
    """What is not met of what responsibilities call for, by (person, responsibility), for the posts they are held in.
    Of a kind of requirement whose status the viewer may not see by name, nothing is said."""
    return {key: list(one.lacks) for key, one in needed(db, viewer, on, held).items() if one.lacks}


def _row(evidence: Evidence, post: Post, asked: Link, on: date) -> Row:
    """How somebody stands on what a responsibility calls for, whether their own post asks the same of them or not. The
    level of a standard is the one called for, whatever their post asks."""
    bound = _bound_by_own_post(evidence, post, asked) or _bound(post, asked)
    return Row(post.staff_id, evidence.names[post.staff_id], bound, judged(evidence, bound, on))


def _bound_by_own_post(evidence: Evidence, post: Post, asked: Link) -> Bound | None:
    """With what was waived or extended for them, and since when it is asked."""
    same = (post.staff_id, asked.kind, asked.title)
    own = (one for one in evidence.bound if (one.staff_id, one.kind, one.title) == same)
    return next(own, None) if asked.requirement is not None else None


def _bound(post: Post, asked: Link) -> Bound:
    span = Span(post.start_on, post.end_on)
    requirement, standard = asked.requirement, asked.standard
    of = requirement or standard
    assert of is not None
    return Bound(
        staff_id=post.staff_id,
        requirement_id=requirement.id if requirement else None,
        kind=asked.kind,
        title=asked.title,
        terms=requirement.terms if requirement else {"standard": standard.within(span) if standard else None},
        mark=of.mark,
        source=of.source,
        span=span,
        started_on=post.start_on,
        community_id=post.community_id,
        hours=post.hours_a_week,
    )
