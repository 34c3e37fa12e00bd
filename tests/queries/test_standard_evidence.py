"""What is counted towards a standard: the same numbers as the screens', and nothing of too few people."""

import json
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.database import writing
from tcsuper.errors import NotAllowed
from tcsuper.queries.coverage import coverage_seen
from tcsuper.queries.due import lost_sessions
from tcsuper.queries.standard_evidence import Evidence, evidence_for
from tcsuper.queries.team import kinds_by_community, supervision_rate_by_month
from tcsuper.rules.reviews import EvidenceOf
from tcsuper.rules.standing import add_months, first_of_month, last_of_month
from tcsuper.settings import ROOT
from tests.access_stage import Stage, make_stage
from tests.people import as_person
from tests.reviewing import agreed, done, found, review

KIND_OF_COLUMN = {
    EvidenceOf.AGREEMENTS: "Agreements",
    EvidenceOf.TRAINING: "Training",
    EvidenceOf.REGISTRATIONS: "Registration",
    EvidenceOf.PRACTICE_OBSERVED: "Observed",
    EvidenceOf.PRACTICE_AT_STANDARD: "At standard",
    EvidenceOf.APPRAISALS: "Appraisal",
}
SINCE = add_months(first_of_month(today()), -6)
UNTIL = last_of_month(add_months(today(), -1))


@pytest.fixture
def stage(database: str) -> Stage:
    with writing() as db:
        return make_stage(db)


def counted(
    db: Session, viewer: Actor, community: int, until: date = UNTIL, on: date | None = None
) -> dict[EvidenceOf, Evidence]:
    found_ = evidence_for(
        db,
        viewer=viewer,
        community_id=community,
        kinds=list(EvidenceOf),
        since=SINCE,
        until=until,
        on=on or today(),
    )
    return {one.kind: one for one in found_}


@pytest.mark.parametrize("name", ["Asha", "Dev", "Ivor"])
def test_numbers_equal_the_screens(stage: Stage, name: str) -> None:
    with as_person(stage, name) as (db, viewer):
        found_ = counted(db, viewer, stage.community_b)
        kinds = kinds_by_community(db, viewer=viewer, on=UNTIL)
        here = {row.kind: row for row in kinds[kinds["community"] == "Ashdown B"].itertuples()}
        for kind, column in KIND_OF_COLUMN.items():
            shown = here.get(column)
            expected = (shown.met, shown.duty) if shown is not None and shown.duty else (None, None)
            assert (found_[kind].numerator, found_[kind].denominator) == expected, kind
        assert {kind for kind in KIND_OF_COLUMN if found_[kind].denominator}, "else nothing was compared"
        rates = supervision_rate_by_month(db, viewer=viewer, on=UNTIL, how_many=8)
        over = [
            row
            for row in rates.itertuples()
            if row.community == "Ashdown B" and SINCE <= row.month <= UNTIL and row.met is not None
        ]
        met = found_[EvidenceOf.SUPERVISION_MET]
        assert len(over) == 6
        assert (met.numerator, met.denominator) == (sum(r.met for r in over), sum(r.duty for r in over))


def test_lost_sessions_and_responsibilities_equal_the_screens(stage: Stage) -> None:
    with as_person(stage, "Asha") as (db, asha):
        found_ = counted(db, asha, stage.community_b, until=today())
        lost = lost_sessions(db, viewer=asha, on=today(), months=7, community_id=stage.community_b)
        shown = None if lost is None else int(lost["count"].sum())
        assert found_[EvidenceOf.SUPERVISION_LOST].numerator == shown
        lines = [one for one in coverage_seen(db, viewer=asha, on=today())]
        assert found_[EvidenceOf.RESPONSIBILITIES].denominator == len(lines) > 0


def test_too_few_people_have_no_figure_for_who_sees_counts(stage: Stage) -> None:
    """Three people work in Ashdown C: a director is told of their training, not of their supervision or practice."""
    with as_person(stage, "Dev") as (db, dev):
        found_ = counted(db, dev, stage.community_c)
        hidden = (EvidenceOf.AGREEMENTS, EvidenceOf.PRACTICE_AT_STANDARD, EvidenceOf.SUPERVISION_MET)
        assert all(found_[kind].numerator is None and "fewer than 5" in found_[kind].sentence for kind in hidden)
        assert found_[EvidenceOf.TRAINING].denominator == 3
        carol = counted(db, actor_for_staff(db, stage.id("Carol")), stage.community_c)
        assert carol[EvidenceOf.AGREEMENTS].denominator == 3, "else there was nothing to hide"


def test_actions_count_from_the_day_they_close(stage: Stage) -> None:
    with as_person(stage, "Dev") as (db, dev):
        its = review(db, dev, stage)
        finding = found(db, dev, its, stage.community_b)
        done(db, actor_for_staff(db, stage.id("Ben")), agreed(db, dev, finding.record_id, stage.id("Ben")))
        one = counted(db, dev, stage.community_b, until=today())[EvidenceOf.PLAN_ACTIONS]
        assert one.figure == "0 of 1" and one.query == {"show": "plans"}
        before = counted(db, dev, stage.community_b, until=today(), on=today() - timedelta(days=1))
        assert before[EvidenceOf.PLAN_ACTIONS].numerator is None, "it was not agreed yet"


def test_a_period_to_come_has_nothing_to_count_and_another_community_is_refused(stage: Stage) -> None:
    with as_person(stage, "Asha") as (db, asha):
        ahead = evidence_for(
            db,
            viewer=asha,
            community_id=stage.community_b,
            kinds=[EvidenceOf.TRAINING],
            since=today() + timedelta(days=1),
            until=today() + timedelta(days=90),
            on=today(),
        )
        assert [one.numerator for one in ahead] == [None] and "begins on" in ahead[0].sentence
        with pytest.raises(NotAllowed):
            counted(db, asha, stage.community_c)


def test_every_kind_named_in_the_catalogue_is_counted() -> None:
    sets = json.loads((ROOT / "seed" / "catalogue" / "standard_sets.json").read_text(encoding="utf-8"))
    named = {name for of in sets for one in of["standards"] for name in one.get("evidence", ())}
    assert named == {kind.value for kind in EvidenceOf}
