"""A set written, put in force, followed by a next version, and taken out of use; and what is carried over."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Anchor, AuditEvent, RequiredLevel, SetOf, Standard, StandardCarriedOver, StandardSet
from tcsuper.queries.carried_over import carrying_over, levels_that_go_on
from tcsuper.queries.evidence import current
from tcsuper.queries.practice import standard_sets
from tcsuper.queries.standard_sets import State, set_versions, sets_in_force, standards_of, what_differs
from tcsuper.rules.reviews import EvidenceOf
from tcsuper.rules.standard_sets import FOUR_STEPS, HOW_FAR_MET, NOUGHT_TO_SIX, Worded
from tcsuper.services.carried_over import CarryOver, carry_over, take_back_carried_over
from tcsuper.services.practice import rate_self
from tcsuper.services.standard_sets import (
    change_version,
    put_in_force,
    start_set,
    take_out_of_use,
    throw_away,
    write_next_version,
)
from tcsuper.services.standards import add_standard, change_standard, paste_standards, remove_standard
from tests.observing import STANDARDS, Observing, observing

TOMORROW, YESTERDAY = today() + timedelta(days=1), today() - timedelta(days=1)


@pytest.fixture
def stage(db: Session) -> Observing:
    return observing(db)


def titles(stage: Observing, version: int) -> list[str]:
    lines = standards_of(stage.db, viewer=stage.actor("Asha"), standard_set_id=version, on=today())
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    return [line.short_title for line in lines]


def ids(stage: Observing, version: int) -> list[int]:
    lines = standards_of(stage.db, viewer=stage.actor("Asha"), standard_set_id=version, on=today())
    return [line.standard_id for line in lines]


def started(stage: Observing, **other: object) -> int:
    given: dict = dict(name="Our own", set_of=SetOf.STAFF, scale=FOUR_STEPS)
    return start_set(stage.db, by=stage.actor("Asha"), **given | other).id or 0


def next_version(stage: Observing) -> int:
    return write_next_version(stage.db, by=stage.actor("Asha"), standard_set_id=stage.set_id).id or 0


def in_force(stage: Observing, version: int, on: date = TOMORROW) -> None:
    by = stage.actor("Asha")
    shown = levels_that_go_on(stage.db, viewer=by, standard_set_id=version, on=on)
    put_in_force(stage.db, by=by, standard_set_id=version, in_force_from=on, shown=shown)


def carry(stage: Observing, version: int, *pairs: tuple[int, int], levels: dict[int, int] | None = None) -> list[int]:
    """By the places of the standards in the two versions."""
    new = ids(stage, version)
    levels = levels or {1: 1, 2: 2, 3: 3, 4: 4}
    confirmed = [CarryOver(stage.standards[was], new[now], levels) for was, now in pairs]
    carried = carry_over(stage.db, by=stage.actor("Asha"), standard_set_id=version, confirmed=confirmed)
    return [one.id or 0 for one in carried]


def required(stage: Observing) -> set[tuple[int, int, date, date | None]]:
    rows = stage.db.exec(select(RequiredLevel).where(RequiredLevel.job_description_id == stage.cast.officer))
    return {(one.standard_id, one.level, one.start_on, one.end_on) for one in rows}


# ---------------------------------------------------------------------------------------------------------------------
# Written


def test_a_set_of_ones_own_is_started_written_and_put_in_force(db: Session, stage: Observing) -> None:
    by, version = stage.actor("Asha"), started(stage)
    with pytest.raises(InvalidRecord, match="no standard in it yet"):
        put_in_force(db, by=by, standard_set_id=version, in_force_from=today())
    paste_standards(db, by=by, standard_set_id=version, text="Groups:\nRisk: Notices harm.\nLimits", source="A college")
    add_standard(db, by=by, standard_set_id=version, worded=Worded("Recording", floor=2, anchors={1: "Is shown how"}))
    add_standard(db, by=by, standard_set_id=version, worded=Worded("Feedback", section="Groups"))
    assert titles(stage, version) == ["Risk", "Limits", "Feedback", "Recording"], "at the end of its section"
    assert version not in [one.set_id for one in standard_sets(db, viewer=by)], "nobody is rated by it yet"
    put_in_force(db, by=by, standard_set_id=version, in_force_from=today())
    assert version in [one.set_id for one in standard_sets(db, viewer=by)]
    assert version not in [one.set_id for one in standard_sets(db, viewer=by, on=YESTERDAY)]
    stored = db.get_one(StandardSet, version)
    assert (stored.source, stored.mark, stored.version) == ("A college", "service", "1")


def test_what_is_written_is_changed_moved_and_removed(db: Session, stage: Observing) -> None:
    by, version = stage.actor("Asha"), next_version(stage)
    first = ids(stage, version)[0]
    row_version = db.get_one(Standard, first).row_version or 0
    worded = Worded("Groups", "Runs them", "Work", 2, {2: "Nearly", 4: ""})
    change_standard(db, by=by, standard_id=first, row_version=row_version, worded=worded, number=3)
    assert titles(stage, version) == [*STANDARDS[1:], "Groups"]
    looks = db.exec(select(Anchor).where(Anchor.standard_id == first)).all()
    assert [(one.level, one.text) for one in looks] == [(2, "Nearly")]
    with pytest.raises(Conflict):
        change_standard(db, by=by, standard_id=first, row_version=row_version, worded=worded, number=1)
    remove_standard(db, by=by, standard_id=ids(stage, version)[0])
    assert titles(stage, version) == [STANDARDS[2], "Groups"]
    assert titles(stage, stage.set_id) == list(STANDARDS), "the version in force stays as it is"


def test_what_is_counted_is_chosen_while_it_is_written_of_a_community_alone(db: Session, stage: Observing) -> None:
    by = stage.actor("Asha")
    facts = {"name": "Our audit", "scale": HOW_FAR_MET, "source": "Our own"}
    version = start_set(db, by=by, set_of=SetOf.COMMUNITY, **facts).id or 0
    kinds = [EvidenceOf.TRAINING, EvidenceOf.SUPERVISION_MET, EvidenceOf.TRAINING]
    one = add_standard(db, by=by, standard_set_id=version, worded=Worded("Staff"), evidence=kinds)
    assert one.evidence == ["training", "supervision_met"]
    [line] = standards_of(db, viewer=by, standard_set_id=version, on=today())
    assert line.evidence == (EvidenceOf.TRAINING, EvidenceOf.SUPERVISION_MET)

    def changed(**evidence: object) -> list[str]:
        given = {"standard_id": one.id or 0, "row_version": one.row_version or 0, "worded": Worded("Staff")}
        return change_standard(db, by=by, number=1, **given, **evidence).evidence  # type: ignore[arg-type]

    assert changed() == ["training", "supervision_met"], "not said: it stays"
    assert changed(evidence=[EvidenceOf.APPRAISALS]) == ["appraisals"]
    with pytest.raises(InvalidRecord, match="from the list"):
        changed(evidence=["salaries"])
    put_in_force(db, by=by, standard_set_id=version, in_force_from=today())
    with pytest.raises(NotAllowed):
        changed(evidence=[])
    of_staff = next_version(stage)
    with pytest.raises(InvalidRecord, match="as a whole"):
        add_standard(db, by=by, standard_set_id=of_staff, worded=Worded("X"), evidence=[EvidenceOf.TRAINING])


FORBIDDEN: dict[str, Callable[[Observing], object]] = {
    "add": lambda stage: add_standard(
        stage.db, by=stage.actor("Asha"), standard_set_id=stage.set_id, worded=Worded("Risk")
    ),
    "change": lambda stage: change_standard(
        stage.db, by=stage.actor("Asha"), standard_id=stage.standards[0], row_version=1, worded=Worded("X"), number=1
    ),
    "remove": lambda stage: remove_standard(stage.db, by=stage.actor("Asha"), standard_id=stage.standards[0]),
    "paste": lambda stage: paste_standards(stage.db, by=stage.actor("Asha"), standard_set_id=stage.set_id, text="X"),
    "throw away": lambda stage: throw_away(stage.db, by=stage.actor("Asha"), standard_set_id=stage.set_id),
    "put in force": lambda stage: put_in_force(
        stage.db, by=stage.actor("Asha"), standard_set_id=stage.set_id, in_force_from=TOMORROW
    ),
    "rename": lambda stage: change_version(
        stage.db, by=stage.actor("Asha"), standard_set_id=stage.set_id, row_version=1, name="X",
        set_of=SetOf.STAFF, scale=FOUR_STEPS, source="",
    ),
}  # fmt: skip


def test_a_version_in_force_is_never_changed(db: Session, stage: Observing) -> None:
    """Seen to fail without the check in `being_written`."""
    for name, forbidden in FORBIDDEN.items():
        with pytest.raises(NotAllowed, match="stays as it is"):
            forbidden(stage)
        assert titles(stage, stage.set_id) == list(STANDARDS), name


def test_pasted_lines_are_stored_whole_or_not_at_all(db: Session, stage: Observing) -> None:
    version = started(stage)
    for text in ("", f"Risk\nLimits: {'x' * 2001}"):
        with pytest.raises(InvalidRecord):
            paste_standards(db, by=stage.actor("Asha"), standard_set_id=version, text=text)
    assert titles(stage, version) == []


def test_what_stands_at_a_level_that_goes_is_let_go_only_when_asked(db: Session, stage: Observing) -> None:
    by, version = stage.actor("Asha"), next_version(stage)
    change: dict = dict(standard_set_id=version, name="DTC staff", set_of=SetOf.STAFF, source="")
    scale = NOUGHT_TO_SIX.__class__(("Not yet", "Yes"), 0)
    row_version = db.get_one(StandardSet, version).row_version or 0
    with pytest.raises(InvalidRecord, match="9 things are written for levels"):
        change_version(db, by=by, row_version=row_version, scale=scale, **change)
    change_version(db, by=by, row_version=row_version, scale=scale, let_go=True, **change)
    of_version = col(Anchor.standard_id).in_(ids(stage, version))
    assert {one.level for one in db.exec(select(Anchor).where(of_version))} == {1}
    with pytest.raises(Conflict):
        change_version(db, by=by, row_version=row_version, scale=NOUGHT_TO_SIX, **change)


def test_a_version_is_thrown_away_whole(db: Session, stage: Observing) -> None:
    by, version = stage.actor("Asha"), next_version(stage)
    carried = carry(stage, version, (0, 0))
    carry(stage, version, (0, 0), levels={1: 2})
    take_back_carried_over(db, by=by, carried_id=carried[0] + 1)
    with pytest.raises(NotAllowed, match="being written already"):
        next_version(stage)
    throw_away(db, by=by, standard_set_id=version)
    assert db.get(StandardSet, version) is None and db.exec(select(StandardCarriedOver)).all() == []
    assert titles(stage, stage.set_id) == list(STANDARDS)
    events = db.exec(select(AuditEvent.action).where(AuditEvent.object_kind == "standard_set")).all()
    assert events[-1] == "throw_away_standard_set"


# ---------------------------------------------------------------------------------------------------------------------
# Versions in time


def test_which_version_is_offered_follows_from_the_day_observed(db: Session, stage: Observing) -> None:
    version = next_version(stage)
    in_force(stage, version)
    offered = {on: [one.id for one in sets_in_force(db, on) if one.code == "dtc_staff"] for on in (today(), TOMORROW)}
    assert offered == {today(): [stage.set_id], TOMORROW: [version]}
    states = {on: _states(stage, on) for on in (today(), TOMORROW)}
    assert states == {today(): [State.COMING, State.IN_FORCE], TOMORROW: [State.IN_FORCE, State.REPLACED]}


def _states(stage: Observing, on: date) -> list[State]:
    return [one.state for one in set_versions(stage.db, viewer=stage.actor("Asha"), on=on)["dtc_staff"]]


@pytest.mark.parametrize(("on", "says"), [(YESTERDAY, "That day is past"), (date(2024, 1, 15), "That day is past")])
def test_a_next_version_is_never_in_force_before_today(db: Session, stage: Observing, on: date, says: str) -> None:
    version = next_version(stage)
    with pytest.raises(InvalidRecord, match=says):
        put_in_force(db, by=stage.actor("Asha"), standard_set_id=version, in_force_from=on)


def test_two_versions_are_never_in_force_on_one_day(db: Session, stage: Observing) -> None:
    second = next_version(stage)
    in_force(stage, second)
    third = write_next_version(db, by=stage.actor("Asha"), standard_set_id=second).id or 0
    with pytest.raises(InvalidRecord, match="Choose a day after that"):
        put_in_force(db, by=stage.actor("Asha"), standard_set_id=third, in_force_from=TOMORROW)


def test_versions_being_written_are_for_who_may_set_rules(db: Session, stage: Observing) -> None:
    next_version(stage)
    seen = {name: len(set_versions(db, viewer=stage.actor(name), on=today())["dtc_staff"]) for name in ("Asha", "Ben")}
    assert seen == {"Asha": 2, "Ben": 1}


def test_an_audit_set_is_offered_for_nobody(db: Session, stage: Observing) -> None:
    by, version = stage.actor("Asha"), started(stage, set_of=SetOf.COMMUNITY)
    add_standard(db, by=by, standard_set_id=version, worded=Worded("Rooms"))
    put_in_force(db, by=by, standard_set_id=version, in_force_from=today())
    assert version not in [one.set_id for one in standard_sets(db, viewer=by)]


def test_a_set_out_of_use_is_not_offered_and_can_come_back(db: Session, stage: Observing) -> None:
    by = stage.actor("Asha")
    take_out_of_use(db, by=by, standard_set_id=stage.set_id, from_on=TOMORROW)
    assert {on: "dtc_staff" in [one.code for one in sets_in_force(db, on)] for on in (today(), TOMORROW)} == {
        today(): True,
        TOMORROW: False,
    }
    assert _states(stage, TOMORROW) == [State.OUT_OF_USE, State.REPLACED]
    assert {end for _, _, _, end in required(stage)} == {today()}, "no role requires a level of it any more"
    back = write_next_version(db, by=by, standard_set_id=stage.set_id)
    assert titles(stage, back.id or 0) == list(STANDARDS)
    carry(stage, back.id or 0, (0, 0))
    in_force(stage, back.id or 0, TOMORROW + timedelta(days=1))
    assert back in sets_in_force(db, TOMORROW + timedelta(days=1))


def test_what_differs_names_new_gone_and_changed(db: Session, stage: Observing) -> None:
    by, version = stage.actor("Asha"), next_version(stage)
    assert what_differs(db, viewer=by, standard_set_id=version) == []
    first, second, _ = ids(stage, version)
    line = db.get_one(Standard, first)
    worded = Worded(line.short_title, "Other words")
    change_standard(db, by=by, standard_id=first, row_version=line.row_version or 0, worded=worded, number=1)
    remove_standard(db, by=by, standard_id=second)
    add_standard(db, by=by, standard_set_id=version, worded=Worded("Reports"))
    found = what_differs(db, viewer=by, standard_set_id=version)
    assert [(one.title, one.what) for one in found] == [
        (STANDARDS[0], "changed"),
        ("Reports", "new"),
        (STANDARDS[1], "not in it any more"),
    ]
    texts = [(one.was.text, one.now.text) for one in found if one.was is not None and one.now is not None]
    assert texts == [(STANDARDS[0], "Other words")], "both wordings of what changed, to be read side by side"


# ---------------------------------------------------------------------------------------------------------------------
# Carried over


def test_a_person_confirms_line_by_line_and_takes_back(db: Session, stage: Observing) -> None:
    by, version = stage.actor("Asha"), next_version(stage)
    carrying = carrying_over(db, viewer=by, standard_set_id=version)
    assert carrying is not None and len(carrying.suggested) == 3 and not carrying.confirmed
    (one,) = carry(stage, version, (0, 0))
    assert carry(stage, version, (0, 0)) == [one], "the same again stores nothing"
    (other,) = carry(stage, version, (0, 0), levels={3: 4})
    carrying = carrying_over(db, viewer=by, standard_set_id=version)
    assert carrying is not None and [(line.carried_id, line.levels) for line in carrying.confirmed] == [(other, {3: 4})]
    assert carrying.left_out == list(STANDARDS[1:]) and len(carrying.suggested) == 2
    with pytest.raises(Conflict):
        take_back_carried_over(db, by=by, carried_id=one)
    take_back_carried_over(db, by=by, carried_id=other)
    assert db.exec(select(StandardCarriedOver).where(current(StandardCarriedOver))).all() == []


def test_one_becomes_several_and_several_one(db: Session, stage: Observing) -> None:
    version = next_version(stage)
    carry(stage, version, (0, 0), (0, 1), (2, 1))
    carrying = carrying_over(db, viewer=stage.actor("Asha"), standard_set_id=version)
    new = ids(stage, version)
    assert carrying is not None
    assert {(one.former_id, one.new_id) for one in carrying.confirmed} == {
        (stage.standards[0], new[0]),
        (stage.standards[0], new[1]),
        (stage.standards[2], new[1]),
    }


def test_only_neighbouring_versions_of_one_set_are_carried_over(db: Session, stage: Observing) -> None:
    by, version = stage.actor("Asha"), next_version(stage)
    new, levels = ids(stage, version)[0], {1: 1}
    for former_id, new_id in ((stage.other_standard, new), (new, stage.standards[0]), (stage.standards[0], 999_999)):
        with pytest.raises(NotAllowed):
            carry_over(db, by=by, standard_set_id=version, confirmed=[CarryOver(former_id, new_id, levels)])
    with pytest.raises(NotAllowed, match="first version"):
        carry_over(db, by=by, standard_set_id=stage.set_id, confirmed=[CarryOver(new, stage.standards[0], levels)])
    with pytest.raises(InvalidRecord, match="higher level cannot"):
        carry(stage, version, (0, 0), levels={1: 2, 2: 1})


# ---------------------------------------------------------------------------------------------------------------------
# Required levels go on


def test_required_levels_go_on_as_they_are_mapped_and_the_former_ones_end(db: Session, stage: Observing) -> None:
    version = next_version(stage)
    carry(stage, version, (0, 0), levels={3: 4})
    carry(stage, version, (1, 1), levels={1: 1})
    new = ids(stage, version)
    plan = levels_that_go_on(db, viewer=stage.actor("Asha"), standard_set_id=version, on=TOMORROW)
    assert [(one.former, one.new_level, one.why_not) for one in plan] == [
        (STANDARDS[0], 4, ""),
        (STANDARDS[1], None, "this level is not carried over"),
        (STANDARDS[2], None, "it is not carried over"),
    ]
    in_force(stage, version)
    now = {(standard, level, start) for standard, level, start, end in required(stage) if end is None}
    assert now == {(new[0], 4, TOMORROW)}
    assert {end for standard, *_, end in required(stage) if standard in stage.standards} == {today()}


def test_of_several_that_become_one_the_highest_level_is_required(db: Session, stage: Observing) -> None:
    later = TOMORROW + timedelta(days=30)
    row = db.exec(select(RequiredLevel).where(RequiredLevel.standard_id == stage.standards[1])).one()
    row.end_on = later - timedelta(days=1)
    job = stage.cast.officer
    db.add(RequiredLevel(job_description_id=job, standard_id=stage.standards[1], level=4, start_on=later))
    db.flush()
    version = next_version(stage)
    carry(stage, version, (0, 0), (1, 0))
    in_force(stage, version)
    new = ids(stage, version)[0]
    assert {one for one in required(stage) if one[0] == new} == {
        (new, 3, TOMORROW, later - timedelta(days=1)),
        (new, 4, later, None),
    }
    assert not {one for one in required(stage) if one[0] == stage.standards[1] and one[2] > TOMORROW}


def test_what_was_not_shown_is_not_done(db: Session, stage: Observing) -> None:
    """Somebody else carried a standard over after the page was opened."""
    by, version = stage.actor("Asha"), next_version(stage)
    shown = levels_that_go_on(db, viewer=by, standard_set_id=version, on=TOMORROW)
    carry(stage, version, (0, 0))
    with pytest.raises(Conflict, match="changed after you opened this"):
        put_in_force(db, by=by, standard_set_id=version, in_force_from=TOMORROW, shown=shown)
    assert db.get_one(StandardSet, version).in_force_from is None


def test_nobody_rates_themselves_on_a_version_that_is_being_written(db: Session, stage: Observing) -> None:
    """It may still be thrown away."""
    new = ids(stage, next_version(stage))
    with pytest.raises(NotAllowed):
        rate_self(db, by=stage.actor("Ben"), standard_id=new[0], level=2, rated_on=today())
