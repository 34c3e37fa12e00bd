"""Action plans: from agreed to closed, by somebody else than its owner."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    AuditEvent,
    AuditSubject,
    Finding,
    FindingKind,
    HowMet,
    PlanAction,
    PlanState,
    Post,
    RatedBy,
)
from tcsuper.queries.plan_actions import owners_to_choose, plan_action_seen, plan_actions, steps_of
from tcsuper.queries.reviews import review_seen
from tcsuper.queries.tasks.reviews import tasks
from tcsuper.rules.reviews import PlanStatus
from tcsuper.services.plan_actions import (
    change_plan_action,
    close_plan_action,
    mark_plan_action_done,
    send_back_plan_action,
    withdraw_plan_action,
)
from tcsuper.services.reviews import Rated, rate_standards, write_statement
from tests.people import Cast, as_person
from tests.reviewing import agreed, audit_set, done, found, review, second_director


def finding(db, by, cast: Cast) -> Finding:  # type: ignore[no-untyped-def]
    return found(db, by, review(db, by, cast), cast.community_b)


def test_its_owner_marks_it_done_and_the_director_closes_it(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        ben, dev = (actor_for_staff(db, cast.id(name)) for name in ("Ben", "Dev"))
        action = agreed(db, asha, finding(db, asha, cast).record_id, cast.id("Ben"))
        was_done = done(db, ben, action)
        for who in (ben, asha):
            with pytest.raises(NotAllowed):
                close_plan_action(db, by=who, action_id=was_done.id or 0)
        [waiting] = plan_actions(db, viewer=asha, on=today())
        assert (waiting.status, waiting.who_closes) == (PlanStatus.DONE, "Dev can close it.")
        assert [task.word for task in tasks(db, viewer=dev)] == ["To close"]
        close_plan_action(db, by=dev, action_id=was_done.id or 0, closing_words="Seen")
        closed = plan_action_seen(db, viewer=ben, record_id=action.record_id, on=today())
        assert (closed.status, closed.closed_by, closed.finding) == (PlanStatus.CLOSED, "Dev", "")
        assert [step.what for step in steps_of(db, viewer=ben, record_id=action.record_id)][1:] == [
            "Marked done",
            "Closed",
        ]


def test_a_director_who_owns_it_or_marked_it_done_needs_another(cast: Cast) -> None:
    with as_person(cast, "Dev") as (db, dev):
        about = finding(db, dev, cast).record_id
        own, for_ben = agreed(db, dev, about, cast.id("Dev")), agreed(db, dev, about, cast.id("Ben"))
        own, for_ben = done(db, dev, own), done(db, dev, for_ben)
        for action, why in ((own, "It is yours"), (for_ben, "You marked it done")):
            with pytest.raises(NotAllowed, match=why):
                close_plan_action(db, by=dev, action_id=action.id or 0)
            with pytest.raises(NotAllowed, match=why):
                send_back_plan_action(db, by=dev, action_id=action.id or 0, reason="No")
        assert all(one.who_closes.startswith("Nobody can close it") for one in plan_actions(db, viewer=dev, on=today()))
        second_director(db, cast)
        jo = actor_for_staff(db, cast.id("Jo"))
        close_plan_action(db, by=jo, action_id=own.id or 0)
        close_plan_action(db, by=jo, action_id=for_ben.id or 0)
        assert {one.status for one in plan_actions(db, viewer=dev, on=today())} == {PlanStatus.CLOSED}


def test_sent_back_it_is_open_again_and_its_owner_is_told_why(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        ben, dev = (actor_for_staff(db, cast.id(name)) for name in ("Ben", "Dev"))
        action = done(db, ben, agreed(db, asha, finding(db, asha, cast).record_id, cast.id("Ben")))
        with pytest.raises(InvalidRecord):
            send_back_plan_action(db, by=dev, action_id=action.id or 0, reason=" ")
        send_back_plan_action(db, by=dev, action_id=action.id or 0, reason="The list is of last year.")
        [seen] = plan_actions(db, viewer=ben, on=today())
        assert seen.sent_back is not None and seen.sent_back.because == "The list is of last year."
        assert (seen.status, seen.evidence, seen.may_mark_done) == (PlanStatus.OPEN, "", True)
        [task] = tasks(db, viewer=ben)
        assert task.word == "Sent back" and "The list is of last year." in task.reason
        with pytest.raises(Conflict):  # what was closed meanwhile in another window
            close_plan_action(db, by=dev, action_id=action.id or 0)


def test_another_day_needs_a_reason_and_is_shown(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        ben = actor_for_staff(db, cast.id("Ben"))
        action = agreed(db, asha, finding(db, asha, cast).record_id, cast.id("Ben"), days=10)
        later = {"owner_id": cast.id("Ben"), "text": action.words, "due_on": today() + timedelta(days=90)}
        with pytest.raises(NotAllowed):  # its owner gives themselves no more time
            change_plan_action(db, by=ben, action_id=action.id or 0, **later, reason="Later")
        with pytest.raises(InvalidRecord) as refused:
            change_plan_action(db, by=asha, action_id=action.id or 0, **later, reason="")
        assert set(refused.value.problems) == {"reason"}
        changed = change_plan_action(db, by=asha, action_id=action.id or 0, **later, reason="The works come later")
        with pytest.raises(Conflict):
            change_plan_action(db, by=asha, action_id=action.id or 0, **later, reason="Twice")
        [seen] = plan_actions(db, viewer=ben, on=today())
        assert "(was due " in seen.standing.because
        assert [move.reason for move in seen.planned.moved] == ["The works come later"]
        event = db.exec(select(AuditEvent).where(AuditEvent.action == "change_plan_action")).one()
        assert "works" not in str(event.detail)
        assert cast.id("Ben") in db.exec(select(AuditSubject.staff_id).where(AuditSubject.event_id == event.id)).all()
        assert changed.record_id == action.record_id


def test_whoever_is_late_with_it_does_not_withdraw_it(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        dev = actor_for_staff(db, cast.id("Dev"))
        action = agreed(db, asha, finding(db, asha, cast).record_id, cast.id("Asha"))
        with pytest.raises(NotAllowed, match="It is yours"):
            withdraw_plan_action(db, by=asha, action_id=action.id or 0, reason="Too late")
        withdraw_plan_action(db, by=dev, action_id=action.id or 0, reason="The room was given up")
        rows = db.exec(select(PlanAction).order_by(col(PlanAction.id))).all()
        assert [one.state for one in rows] == [PlanState.OPEN, PlanState.WITHDRAWN]


def test_nor_by_handing_it_to_somebody_else_first(cast: Cast) -> None:
    """Seen to fail with the present owner alone looked at."""
    with as_person(cast, "Asha") as (db, asha):
        action = agreed(db, asha, finding(db, asha, cast).record_id, cast.id("Asha"))
        given = {"text": action.words, "due_on": action.due_on, "reason": "Ben has more time"}
        handed = change_plan_action(db, by=asha, action_id=action.id or 0, owner_id=cast.id("Ben"), **given)
        [seen] = plan_actions(db, viewer=asha, on=today())
        assert seen.may_change and not seen.may_withdraw
        with pytest.raises(NotAllowed, match="or was"):
            withdraw_plan_action(db, by=asha, action_id=handed.id or 0, reason="Not needed")


def test_as_at_a_day_before_it_was_closed_nothing_is_told_of_that(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        ben, dev = (actor_for_staff(db, cast.id(name)) for name in ("Ben", "Dev"))
        action = agreed(db, asha, finding(db, asha, cast).record_id, cast.id("Ben"))
        action.recorded_at = action.recorded_at - timedelta(days=9)
        about = db.exec(select(Finding)).one()
        about.found_on = today() - timedelta(days=9)
        close_plan_action(db, by=dev, action_id=done(db, ben, action).id or 0, closing_words="Seen")
        before, now_ = (
            plan_action_seen(db, viewer=asha, record_id=action.record_id, on=today() - timedelta(days=back))
            for back in (3, 0)
        )
        assert (before.status, before.evidence, before.closed_by, before.closing_words) == (PlanStatus.OPEN, "", "", "")
        assert (now_.status, now_.evidence, now_.closed_by) == (PlanStatus.CLOSED, "The list", "Dev")


def test_an_action_is_given_to_somebody_there_and_not_about_an_achievement(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        offered = {one.full_name for one in owners_to_choose(db, viewer=asha, community_id=cast.community_b)}
        assert {"Asha", "Ben", "Dev", "Farah"} <= offered and not {"Carol", "Cai", "Eve", "Jo"} & offered
        its = review(db, asha, cast)
        with pytest.raises(InvalidRecord) as refused:
            agreed(db, asha, found(db, asha, its, cast.community_b).record_id, cast.id("Cai"), days=-1)
        assert set(refused.value.problems) == {"owner", "due_on"}
        praise = found(db, asha, its, cast.community_b, kind=FindingKind.ACHIEVEMENT)
        with pytest.raises(NotAllowed, match="achievement"):
            agreed(db, asha, praise.record_id, cast.id("Ben"))


def test_whoever_owned_it_before_reads_it_no_more_and_one_who_left_is_told_of(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        ben, bela = (actor_for_staff(db, cast.id(name)) for name in ("Ben", "Bela"))
        action = agreed(db, asha, finding(db, asha, cast).record_id, cast.id("Ben"))
        given = {"text": action.words, "due_on": action.due_on, "reason": "Ben moves on"}
        changed = change_plan_action(db, by=asha, action_id=action.id or 0, owner_id=cast.id("Bela"), **given)
        assert not plan_actions(db, viewer=ben, on=today()) and plan_actions(db, viewer=bela, on=today())
        for version in (action, changed):
            with pytest.raises(NotAllowed):
                mark_plan_action_done(db, by=ben, action_id=version.id or 0, done_on=today(), evidence="Mine")
        post = db.exec(select(Post).where(Post.staff_id == cast.id("Bela"))).one()
        post.end_on = today() - timedelta(days=1)
        db.flush()
        assert [task.word for task in tasks(db, viewer=asha)] == ["No owner"]


def test_an_auditor_reads_codes_and_no_name(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        ben, ivor = (actor_for_staff(db, cast.id(name)) for name in ("Ben", "Ivor"))
        action = done(db, ben, agreed(db, asha, finding(db, asha, cast).record_id, cast.id("Ben")))
        [seen] = plan_actions(db, viewer=ivor, on=today())
        said = f"{seen}{steps_of(db, viewer=ivor, record_id=action.record_id)}"
        assert seen.owner.startswith("P-") and not any(name in said for name in ("Ben", "Asha", "Dev"))


def test_a_name_that_somebody_typed_reaches_an_auditor_as_a_code(cast: Cast) -> None:
    """In every place where words are typed. Seen to fail without `names_in_words`."""
    with as_person(cast, "Asha") as (db, asha):
        ben, dev, ivor = (actor_for_staff(db, cast.id(name)) for name in ("Ben", "Dev", "Ivor"))
        of_ben, standards = audit_set(db)
        its = review(
            db, asha, cast, standard_set_id=of_ben, title="After Ben left the group", reviewers="Ben and a college"
        )
        where = {"review_id": its.id or 0, "community_id": cast.community_b}
        rated = [Rated(standards[0], HowMet.MET, "Ben keeps the list")]
        rate_standards(db, by=asha, rated_by=RatedBy.COMMUNITY, ratings=rated, **where)
        write_statement(db, by=asha, standard_id=standards[0], statement="Ben leads it.", **where)
        about = found(db, asha, its, cast.community_b, text="Only Ben knows the list")
        action = agreed(db, asha, about.record_id, cast.id("Ben"))
        given = {"text": "Ben shows the list", "due_on": today() + timedelta(days=50), "owner_id": cast.id("Ben")}
        action = change_plan_action(db, by=asha, action_id=action.id or 0, reason="Ben is away", **given)
        action = done(db, ben, action)
        action = send_back_plan_action(db, by=dev, action_id=action.id or 0, reason="Ask Ben again")
        sent_back = f"{plan_actions(db, viewer=ivor, on=today())}"
        action = mark_plan_action_done(db, by=ben, action_id=action.id or 0, done_on=today(), evidence="See Ben's list")
        close_plan_action(db, by=dev, action_id=action.id or 0, closing_words="Ben showed it")
        read = review_seen(db, viewer=ivor, review_id=its.id or 0, on=today())
        told = f"{read}{steps_of(db, viewer=ivor, record_id=action.record_id)}{sent_back}"
        assert "knows the list" in told and "leads it" in told and "shows the list" in told and "showed it" in told
        assert not re.search(r"\bBen\b", told)
        assert "Only Ben knows" in f"{review_seen(db, viewer=asha, review_id=its.id or 0, on=today())}"
