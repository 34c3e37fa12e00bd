from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from tcsuper.clock import now, today
from tcsuper.errors import AlreadySaved, InvalidRecord, NotAllowed
from tcsuper.models import (
    AuditEvent,
    JobDescription,
    Requirement,
    RequirementKind,
    Responsibility,
    ResponsibilityContinuation,
    ResponsibilityRequirement,
    Standard,
    StandardCarriedOver,
    StandardSet,
)
from tcsuper.queries.called_for import called_for, called_for_on
from tcsuper.services.called_for import OF_ANOTHER_DOCUMENT, CallFor, call_for, call_for_several, no_longer_call_for
from tcsuper.services.catalogue import set_course_target
from tests.staffing import LONG_AGO, Staffing, staffing, stored

PLAN, REVIEW, TEACH = "Keep the evacuation plan", "Prepare the peer review", "Teach new officers"
TOMORROW, YESTERDAY = today() + timedelta(days=1), today() - timedelta(days=1)


@pytest.fixture
def cast(db: Session) -> Staffing:
    return staffing(db)


def asked(cast: Staffing, title: str = "Fire course", **other: object) -> int:
    given: dict = dict(
        kind=RequirementKind.COURSE,
        job_description_id=cast.roles["TC officer"],
        title=title,
        terms={"any_of": ["audit"]},
        start_on=LONG_AGO,
    )
    return stored(cast.db, Requirement(**given | other))


def standard(cast: Staffing) -> int:
    levels = ["With help", "Alone"]
    of_set = stored(
        cast.db, StandardSet(code="set", version="1", name="A set", level_names=levels, in_force_from=LONG_AGO)
    )
    return stored(cast.db, Standard(standard_set_id=of_set, number=1, short_title="Risk"))


def call(cast: Staffing, title: str = PLAN, by: str = "Tara", **what: object) -> list[ResponsibilityRequirement]:
    given: dict = dict(responsibility_id=cast.responsibilities[title], start_on=today())
    return call_for(cast.db, by=cast.actor(by), **given | what)


def calls_for(cast: Staffing, title: str, on: date) -> list[str]:
    one = cast.responsibilities[title]
    return [link.says for link in called_for_on(cast.db, [one], on).get(one, [])]


def next_version(cast: Staffing, title: str) -> int:
    role = cast.roles["TC officer"]
    document = JobDescription(
        code="job_1", role_name="TC officer", reference="R1", version="9", title="TC officer", version_of_id=role
    )
    document.in_force_from = today()
    new = Responsibility(job_description_id=stored(cast.db, document), number=1, short_title=f"{title}, anew")
    new_id = stored(cast.db, new)
    former = cast.responsibilities[title]
    stored(cast.db, ResponsibilityContinuation(former_id=former, new_id=new_id, became="reworded"))
    cast.responsibilities[new.short_title] = new_id
    return new_id


def test_it_is_called_for_from_its_day_to_its_last(cast: Staffing) -> None:
    (link,) = call(cast, requirement_id=asked(cast), start_on=YESTERDAY)
    no_longer_call_for(cast.db, by=cast.actor("Tara"), link_id=link.id or 0, end_on=TOMORROW)
    days = {shift: calls_for(cast, PLAN, today() + timedelta(days=shift)) for shift in (-2, -1, 0, 1, 2)}
    assert days == {-2: [], -1: ["Fire course"], 0: ["Fire course"], 1: ["Fire course"], 2: []}


def test_a_level_of_a_standard_is_called_for_by_name(cast: Staffing) -> None:
    call(cast, standard_id=standard(cast), level=2)
    assert calls_for(cast, PLAN, today()) == ["Risk: Alone"]


def test_several_are_accepted_in_one_save_with_one_event(db: Session, cast: Staffing) -> None:
    wanted = [CallFor(requirement_id=asked(cast)), CallFor(standard_id=standard(cast), level=1)]
    by, one = cast.actor("Tara"), cast.responsibilities[PLAN]
    links = call_for_several(db, by=by, responsibility_id=one, wanted=wanted, start_on=today())
    assert calls_for(cast, PLAN, today()) == ["Fire course", "Risk: With help"]
    (event,) = db.exec(select(AuditEvent).where(AuditEvent.object_kind == "responsibility")).all()
    assert (event.action, event.object_key) == ("call_for", str(one))
    assert event.detail == {"links": [link.id for link in links], "start_on": today().isoformat()}


def test_of_several_all_or_none(db: Session, cast: Staffing) -> None:
    wanted = [CallFor(requirement_id=asked(cast)), CallFor(standard_id=standard(cast), level=9)]
    with pytest.raises(InvalidRecord, match="Risk: choose one of its levels, “With help” or “Alone”."):
        call_for_several(
            db,
            by=cast.actor("Tara"),
            responsibility_id=cast.responsibilities[PLAN],
            wanted=wanted,
            start_on=today(),
        )
    assert calls_for(cast, PLAN, today()) == []


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({}, "Choose a requirement, or a standard and its level."),
        ({"requirement_id": 1, "standard_id": 1, "level": 1}, "Choose a requirement, or a standard and its level."),
        ({"standard_id": 1, "level": 0}, "choose one of its levels"),
        ({"standard_id": 1, "level": 3}, "choose one of its levels"),
        ({"standard_id": 1}, "choose one of its levels"),
    ],
)
def test_what_cannot_be_called_for_is_refused(cast: Staffing, what: dict, sentence: str) -> None:
    assert standard(cast) == 1
    with pytest.raises(InvalidRecord, match=sentence):
        call(cast, **what)


def test_one_standard_is_not_called_for_at_two_levels_in_one_save(db: Session, cast: Staffing) -> None:
    risk = standard(cast)
    wanted = [CallFor(standard_id=risk, level=1), CallFor(standard_id=risk, level=2)]
    with pytest.raises(InvalidRecord, match="The same thing is chosen twice."):
        call_for_several(
            db, by=cast.actor("Tara"), responsibility_id=cast.responsibilities[PLAN], wanted=wanted, start_on=today()
        )
    assert calls_for(cast, PLAN, today()) == []


def test_nothing_chosen_is_no_answer(cast: Staffing) -> None:
    with pytest.raises(InvalidRecord, match="Choose what it calls for."):
        call_for_several(
            cast.db, by=cast.actor("Tara"), responsibility_id=cast.responsibilities[PLAN], wanted=[], start_on=today()
        )


def test_a_cross_reference_calls_for_nothing(db: Session, cast: Staffing) -> None:
    elsewhere = stored(
        db,
        Responsibility(
            job_description_id=cast.roles["TC officer"], number=1, short_title="Nights", is_cross_reference=True
        ),
    )
    with pytest.raises(InvalidRecord, match=OF_ANOTHER_DOCUMENT):
        call(cast, responsibility_id=elsewhere, requirement_id=asked(cast))


def test_not_what_is_asked_of_one_person_nor_what_is_not_there(cast: Staffing) -> None:
    alone = asked(cast, job_description_id=None, staff_id=cast.ids["Ben"])
    for what in ({"requirement_id": alone}, {"requirement_id": 999}, {"standard_id": 999, "level": 1}):
        with pytest.raises(NotAllowed):
            call(cast, **what)
    with pytest.raises(NotAllowed):
        call(cast, responsibility_id=999, requirement_id=asked(cast))


def test_another_roles_requirement_may_be_called_for(cast: Staffing) -> None:
    call(cast, requirement_id=asked(cast, job_description_id=cast.roles["Therapy manager"]))
    assert calls_for(cast, PLAN, today()) == ["Fire course"]


def test_not_twice_at_the_same_time_but_again_after_its_end(db: Session, cast: Staffing) -> None:
    course, risk = asked(cast), standard(cast)
    (first,) = call(cast, requirement_id=course)
    call(cast, standard_id=risk, level=1)
    with pytest.raises(InvalidRecord, match="Fire course is called for already from .* End that first."):
        call(cast, requirement_id=course)
    with pytest.raises(InvalidRecord, match="Risk: With help is called for already"):
        call(cast, standard_id=risk, level=2)
    no_longer_call_for(db, by=cast.actor("Tara"), link_id=first.id or 0, end_on=TOMORROW)
    with pytest.raises(InvalidRecord, match="until"):
        call(cast, requirement_id=course, start_on=TOMORROW)
    assert call(cast, requirement_id=course, start_on=TOMORROW + timedelta(days=1))


def test_it_counts_for_what_continues_it_and_is_not_given_to_that_again(cast: Staffing) -> None:
    new_id, course = next_version(cast, PLAN), asked(cast)
    call(cast, requirement_id=course)
    assert calls_for(cast, f"{PLAN}, anew", today()) == ["Fire course"]
    with pytest.raises(InvalidRecord, match="already"):
        call(cast, responsibility_id=new_id, requirement_id=course)
    assert len(cast.db.exec(select(ResponsibilityRequirement)).all()) == 2, (
        "with the one of the cast: nothing is copied"
    )


def test_what_a_later_version_calls_for_is_not_given_to_the_former_too(cast: Staffing) -> None:
    new_id, course = next_version(cast, PLAN), asked(cast)
    call(cast, responsibility_id=new_id, requirement_id=course)
    assert calls_for(cast, PLAN, today()) == []
    with pytest.raises(InvalidRecord, match="already"):
        call(cast, requirement_id=course)


def test_of_what_was_merged_the_higher_level_is_called_for_once(cast: Staffing) -> None:
    risk, new_id = standard(cast), next_version(cast, PLAN)
    stored(
        cast.db,
        ResponsibilityContinuation(former_id=cast.responsibilities[TEACH], new_id=new_id, became="merged"),
    )
    call(cast, PLAN, standard_id=risk, level=2)
    call(cast, TEACH, standard_id=risk, level=1)
    assert calls_for(cast, f"{PLAN}, anew", today()) == ["Risk: Alone"]


@pytest.mark.parametrize("by", ["Ben", "Olwen", "Ada"])
def test_only_who_may_set_rules(db: Session, cast: Staffing, by: str) -> None:
    course = asked(cast)
    (link,) = call(cast, requirement_id=course)
    with pytest.raises(NotAllowed):
        call(cast, TEACH, by, requirement_id=course)
    with pytest.raises(NotAllowed):
        no_longer_call_for(db, by=cast.actor(by), link_id=link.id or 0, end_on=today())
    assert calls_for(cast, TEACH, today()) == [] and link.end_on is None


def test_the_same_form_is_saved_once(db: Session, cast: Staffing) -> None:
    key, course = uuid4(), asked(cast)
    call(cast, requirement_id=course, submission=key)
    with pytest.raises(AlreadySaved), db.begin_nested():
        call(cast, TEACH, requirement_id=course, submission=key)


def test_an_end_before_its_beginning_or_after_it_was_over_is_refused(db: Session, cast: Staffing) -> None:
    (link,) = call(cast, requirement_id=asked(cast), start_on=LONG_AGO)
    by, link_id = cast.actor("Tara"), link.id or 0
    with pytest.raises(InvalidRecord, match="after that day"):
        no_longer_call_for(db, by=by, link_id=link_id, end_on=LONG_AGO - timedelta(days=1))
    no_longer_call_for(db, by=by, link_id=link_id, end_on=YESTERDAY)
    with pytest.raises(InvalidRecord, match="Call for it anew instead"):
        no_longer_call_for(db, by=by, link_id=link_id, end_on=TOMORROW)
    with pytest.raises(NotAllowed):
        no_longer_call_for(db, by=by, link_id=999, end_on=today())


# ---------------------------------------------------------------------------------------------------------------------
# A requirement begun anew in other terms


def begin_anew(cast: Staffing, start_on: date) -> Requirement:
    role = cast.roles["TC officer"]
    return set_course_target(
        cast.db, by=cast.actor("Tara"), job_description_id=role, course="audit", target_days=30, start_on=start_on
    )


def links(db: Session) -> list[tuple[int | None, date | None, date | None]]:
    rows = db.exec(select(ResponsibilityRequirement).order_by(col(ResponsibilityRequirement.id)))
    return [(one.requirement_id, one.start_on, one.end_on) for one in rows]


def test_a_link_goes_on_with_its_dates_and_ends_as_one(db: Session, cast: Staffing) -> None:
    (former_id, *_), *_ = links(db)
    (stored_link,) = db.exec(select(ResponsibilityRequirement)).all()
    stored_link.start_on = LONG_AGO
    new = begin_anew(cast, TOMORROW)
    assert links(db) == [(former_id, LONG_AGO, None), (new.id, LONG_AGO, None)]
    for shift in (0, 1, 30):
        assert calls_for(cast, REVIEW, today() + timedelta(days=shift)) == ["Audit course"]
    seen = called_for(db, viewer=cast.actor("Tara"), job_description_id=cast.roles["TC officer"], on=today())
    (line,) = seen[cast.responsibilities[REVIEW]]
    assert (line.start_on, line.end_on, line.is_now) == (LONG_AGO, None, True)
    no_longer_call_for(db, by=cast.actor("Tara"), link_id=line.link_id, end_on=today())
    assert [end_on for *_, end_on in links(db)] == [today(), today()]
    assert calls_for(cast, REVIEW, TOMORROW) == []


def test_what_had_ended_before_does_not_begin_again_with_it(db: Session, cast: Staffing) -> None:
    (stored_link,) = db.exec(select(ResponsibilityRequirement)).all()
    stored_link.end_on = YESTERDAY
    begin_anew(cast, TOMORROW)
    assert len(links(db)) == 1 and calls_for(cast, REVIEW, TOMORROW) == []


def test_what_begins_anew_later_is_called_for_in_those_terms_too(db: Session, cast: Staffing) -> None:
    former = db.exec(select(Requirement)).one()
    begin_anew(cast, TOMORROW)
    assert len(call(cast, TEACH, requirement_id=former.id)) == 2
    assert calls_for(cast, TEACH, today()) == calls_for(cast, TEACH, TOMORROW) == ["Audit course"]


def test_what_is_not_asked_any_more_cannot_be_called_for(cast: Staffing) -> None:
    over = asked(cast, end_on=YESTERDAY)
    with pytest.raises(InvalidRecord, match="Fire course is not asked any more on"):
        call(cast, requirement_id=over)
    assert call(cast, requirement_id=over, start_on=YESTERDAY)


def next_of_set(cast: Staffing, former: int, *titles: str) -> list[int]:
    """A version of the set, in force from tomorrow, to whose standards the former one is carried over: one level up."""
    db = cast.db
    was = db.get_one(StandardSet, db.get_one(Standard, former).standard_set_id)
    version = StandardSet(code=was.code, version="2", name=was.name, in_force_from=TOMORROW, follows_id=was.id)
    version.level_names = ["With help", "With prompting", "Alone"]
    of_set = stored(db, version)
    new = [
        stored(db, Standard(standard_set_id=of_set, number=number, short_title=title))
        for number, title in enumerate(titles, 1)
    ]
    for one in new:
        stored(db, StandardCarriedOver(recorded_at=now(), former_id=former, new_id=one, levels={"1": 1, "2": 3}))
    return new


@pytest.mark.parametrize("titles", [("Risk anew",), ("Risk to self", "Risk to others")])
def test_a_level_goes_on_as_what_it_was_carried_over_to(cast: Staffing, titles: tuple[str, ...]) -> None:
    """From the day on which the next version is in force; where one became several, as all of them."""
    risk = standard(cast)
    (link,) = call(cast, standard_id=risk, level=2)
    new = next_of_set(cast, risk, *titles)
    assert calls_for(cast, PLAN, today()) == ["Risk: Alone"]
    assert sorted(calls_for(cast, PLAN, TOMORROW)) == sorted(f"{title}: Alone" for title in titles)
    with pytest.raises(InvalidRecord, match="called for already"):
        call(cast, standard_id=new[0], level=3, start_on=TOMORROW)
    no_longer_call_for(cast.db, by=cast.actor("Tara"), link_id=link.id or 0, end_on=TOMORROW)
    after = TOMORROW + timedelta(days=1)
    assert calls_for(cast, PLAN, TOMORROW) and calls_for(cast, PLAN, after) == []


def test_a_level_that_nobody_carried_over_stays_with_its_version(cast: Staffing) -> None:
    risk = standard(cast)
    call(cast, standard_id=risk, level=1)
    next_of_set(cast, risk, "Risk anew")
    carried = cast.db.exec(select(StandardCarriedOver)).one()
    carried.levels = {"2": 3}
    cast.db.flush()
    assert calls_for(cast, PLAN, TOMORROW) == ["Risk: With help"]


def test_a_level_of_a_version_that_is_not_in_force_is_never_called_for(cast: Staffing) -> None:
    (new,) = next_of_set(cast, standard(cast), "Risk anew")
    with pytest.raises(InvalidRecord, match="is not in force on"):
        call(cast, standard_id=new, level=1)
    assert call(cast, standard_id=new, level=1, start_on=TOMORROW)
