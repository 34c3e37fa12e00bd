"""The rates: whoever was bound in a month is in it as they were then, and nobody sees more than is theirs to see."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from tcsuper.database import reading, writing
from tcsuper.models import (
    Absence,
    AttendanceStatus,
    CancelledBy,
    JobDescription,
    LostBecause,
    Post,
    Requirement,
    RequirementKind,
)
from tcsuper.queries.compliance import (
    By,
    Judged,
    compliance_months,
    heatmap_frame,
    rate_of,
    rates_by,
    rates_by_role,
    sessions_behind,
    trend_by,
)
from tcsuper.queries.team import supervision_rate_by_month
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import plan_session, record_lost_session, record_session
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor

TODAY, SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 11, 22), date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
JOINED = ("label", "met", "duty", "left_out")


@pytest.fixture(autouse=True)
def on_the_22_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", TODAY.isoformat())


def group(cast: Cast, on: date, *absent: str, minutes: int = 60) -> None:
    entries = [
        Entry(cast.id(name), AttendanceStatus.APOLOGIES_SICKNESS if name in absent else AttendanceStatus.ATTENDED)
        for name in GROUP_OF_TEN
    ]
    with writing() as db:
        record_session(
            db, by=actor(cast, "Asha"), agreement_id=cast.group_agreement, held_on=on, minutes=minutes, entries=entries
        )


def rows(cast: Cast, viewer: str = "Asha", on: date = TODAY, **more: Any) -> list[Judged]:
    with reading() as db:
        return compliance_months(db, viewer=actor(cast, viewer), on=on, how_many=3, **more)


def post_of(db: Session, cast: Cast, name: str) -> Post:
    return db.exec(select(Post).where(Post.staff_id == cast.id(name))).one()


def told(cast: Cast, first: date, viewer: str = "Asha", on: date = TODAY) -> str:
    return rate_of(rows(cast, viewer, on), first).sentence(first, TODAY)


# ---------------------------------------------------------------------------------------------------------------------
# Who is in the month


def test_a_starter_a_leaver_and_somebody_long_away_are_left_out_and_named_by_reason(cast: Cast) -> None:
    group(cast, date(2026, 10, 5), "Bela")
    with writing() as db:
        post_of(db, cast, "Officer D").start_on = date(2026, 10, 12)
        post_of(db, cast, "Officer E").end_on = date(2026, 10, 20)
        db.add(Absence(staff_id=cast.id("Officer F"), start_on=date(2026, 9, 20), end_on=date(2026, 11, 2)))
    assert told(cast, OCTOBER) == (
        "6 of 8 people met every minimum in October 2026 (75%). 3 left out: 1 away for 28 days or more, "
        "1 required only from 12 October 2026, 1 required only until 20 October 2026."
    )


def test_whoever_left_since_is_still_in_the_months_they_were_here(cast: Cast) -> None:
    group(cast, date(2026, 9, 7))
    group(cast, date(2026, 10, 5), "Bela")
    with writing() as db:
        post_of(db, cast, "Bela").end_on = date(2026, 11, 10)
    assert told(cast, SEPTEMBER).startswith("10 of 11 ")
    assert told(cast, OCTOBER).startswith("9 of 11 ")
    assert "1 required only until 10 November 2026" in told(cast, NOVEMBER)
    assert told(cast, OCTOBER, on=date(2026, 10, 31)) == told(cast, OCTOBER), "asked that day, the same"


def test_a_month_is_judged_by_the_minimum_of_that_month(cast: Cast) -> None:
    group(cast, date(2026, 9, 7))
    group(cast, date(2026, 10, 5))
    with writing() as db:
        asked = db.exec(select(Requirement).where(Requirement.title == "Clinical supervision")).one()
        asked.end_on = date(2026, 9, 30)
        more = {"kind": RequirementKind.SUPERVISION, "job_description_id": cast.officer, "mark": "service"}
        db.add(Requirement(**more, title="Clinical supervision", terms={"amount": 90}, start_on=OCTOBER))
    ben = {row.month.first: row.month for row in rows(cast) if row.person == "Ben"}
    assert (ben[SEPTEMBER].wanted, ben[SEPTEMBER].verdict) == (60, "met")
    assert (ben[OCTOBER].wanted, ben[OCTOBER].verdict) == (90, "short")


def test_a_rolling_minimum_is_read_at_the_end_of_the_month(cast: Cast) -> None:
    with writing() as db:
        asked = db.exec(select(Requirement).where(Requirement.title == "Clinical supervision")).one()
        asked.terms = {"amount": 60, "per": "rolling", "days": 28}
    group(cast, date(2026, 10, 2))
    group(cast, date(2026, 11, 2), "Ben")
    ben = {row.month.first: row.month.verdict.value for row in rows(cast) if row.person == "Ben"}
    assert ben[OCTOBER] == "short", "2 October is 29 days before the 31st"
    bela = {row.month.first: row.month.verdict.value for row in rows(cast) if row.person == "Bela"}
    assert bela[NOVEMBER] == "met"


# ---------------------------------------------------------------------------------------------------------------------
# By what they have in common


def test_the_rate_by_community_role_supervisor_and_kind(cast: Cast) -> None:
    group(cast, date(2026, 10, 5), "Bela")
    with writing() as db:
        terms = {"amount": 1, "measure": "meetings", "forms": ["individual"]}
        facts = {"kind": RequirementKind.SUPERVISION, "title": "Alone", "terms": terms, "mark": "service"}
        db.add(Requirement(**facts, staff_id=cast.id("Ben"), start_on=LONG_AGO))
    found = {
        by: [tuple(line) for line in rates_by(rows(cast), by, OCTOBER)[list(JOINED)].to_numpy().tolist()] for by in By
    }
    assert found[By.COMMUNITY] == [("Ashdown B", 8, 11, 0)]
    assert found[By.ROLE] == [("Officer", 8, 11, 0)]
    assert found[By.SUPERVISOR] == [("Asha", 8, 10, 0)], "Farah has no agreement, and Kit's with Ben is over"
    assert found[By.KIND] == [("Clinical supervision", 9, 11, 0), ("Individual", 0, 1, 0)]


def test_a_supervisor_of_before_has_the_months_of_before(cast: Cast) -> None:
    ended = TODAY - timedelta(days=40)
    assert ended.month == 10
    by_month = {
        first: list(rates_by(rows(cast), By.SUPERVISOR, first)["label"]) for first in (SEPTEMBER, OCTOBER, NOVEMBER)
    }
    assert by_month == {SEPTEMBER: ["Asha", "Kit"], OCTOBER: ["Asha"], NOVEMBER: ["Asha"]}


def test_the_trend_has_every_month_and_says_which_is_not_over(cast: Cast) -> None:
    group(cast, date(2026, 10, 5))
    trend = trend_by(rows(cast), TODAY)
    assert trend[["month", "met", "duty", "so_far"]].to_numpy().tolist() == [
        [SEPTEMBER, 0, 11, False],
        [OCTOBER, 10, 11, False],
        [NOVEMBER, 0, 11, True],
    ]
    by_place = trend_by(rows(cast), TODAY, By.COMMUNITY, ["Ashdown B"])
    assert list(by_place["share"]) == [0, 90, 0]


def test_the_managers_rate_and_the_directors_figures_are_the_same(cast: Cast) -> None:
    group(cast, date(2026, 9, 7), "Ben", "Bela")
    group(cast, date(2026, 10, 5), "Ben")
    with reading() as db:
        figures = supervision_rate_by_month(db, viewer=actor(cast, "Dev"), on=TODAY, how_many=3)
    of_b = figures[figures["community"] == "Ashdown B"]
    mine = trend_by(rows(cast), TODAY)
    assert mine[["met", "duty"]].to_numpy().tolist() == of_b[["met", "duty"]].to_numpy().tolist()


# ---------------------------------------------------------------------------------------------------------------------
# Who sees what


def test_each_sees_the_months_of_their_own_people(cast: Cast) -> None:
    assert {row.person for row in rows(cast, "Asha")} == {*GROUP_OF_TEN, "Farah"}
    assert {row.person for row in rows(cast, "Carol")} == {"Cai"}
    assert {row.person for row in rows(cast, "Farah")} == {"Ben", "Farah"}
    assert {row.person for row in rows(cast, "Gwen")} == {"Cai"}
    for name in ("Dev", "Eve", "Ivor", "Jo"):
        assert not rows(cast, name), name


def test_a_line_manager_sees_met_or_short_and_no_amount_sentence_or_session(cast: Cast) -> None:
    group(cast, date(2026, 10, 5), minutes=45)
    with writing() as db:
        db.add(Absence(staff_id=cast.id("Ben"), start_on=SEPTEMBER, end_on=date(2026, 9, 30)))
    of_asha = {row.month.first: row for row in rows(cast, "Asha") if row.person == "Ben"}
    assert of_asha[OCTOBER].said == "45 of 60 minutes credited."
    assert of_asha[SEPTEMBER].said == "September 2026 is not judged: away for 30 days of it."
    of_farah = {row.month.first: row for row in rows(cast, "Farah") if row.person == "Ben"}
    assert [row.month.verdict for row in of_farah.values()] == [row.month.verdict for row in of_asha.values()]
    for row in of_farah.values():
        assert (row.month.credited, row.month.attended, row.month.wanted, row.month.why) == (0, 0, 0, "")
        assert row.said == "The record is for them, their supervisor and their therapy manager."
    labels = heatmap_frame(of_farah.values(), TODAY)["label"].tolist()
    assert labels == ["–", "■", "■"]
    with reading() as db:
        seen = {
            name: len(sessions_behind(db, viewer=actor(cast, name), about=cast.id("Ben"), first=OCTOBER))
            for name in ("Asha", "Ben", "Farah", "Carol", "Dev", "Ivor", "Eve")
        }
    assert seen == {"Asha": 1, "Ben": 1, "Farah": 0, "Carol": 0, "Dev": 0, "Ivor": 0, "Eve": 0}


def test_behind_a_month_are_its_sessions_held_lost_and_planned(cast: Cast) -> None:
    group(cast, date(2026, 11, 2), "Ben")
    with writing() as db:
        record_lost_session(
            db,
            by=actor(cast, "Asha"),
            agreement_id=cast.ben_agreement,
            held_on=date(2026, 11, 10),
            cancelled_by=CancelledBy.ESTABLISHMENT,
            lost_because=LostBecause.LOCKDOWN,
        )
        plan_session(
            db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, held_on=date(2026, 11, 30), minutes=50
        )
        plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, held_on=date(2026, 12, 1), minutes=50)
    with reading() as db:
        behind = sessions_behind(db, viewer=actor(cast, "Asha"), about=cast.id("Ben"), first=NOVEMBER)
    assert behind[["held_on", "state", "attended", "status", "lost_because"]].to_numpy().tolist() == [
        [date(2026, 11, 2), "held", 0, AttendanceStatus.APOLOGIES_SICKNESS, None],
        [date(2026, 11, 10), "did_not_happen", 0, None, LostBecause.LOCKDOWN],
        [date(2026, 11, 30), "planned", 0, behind["status"].iloc[2], None],
    ]


def make_half_of_them_facilitators(cast: Cast) -> None:
    with writing() as db:
        job = JobDescription(code="facilitator", role_name="Facilitator", reference="JD 3", title="Facilitator")
        db.add(job)
        db.flush()
        facts = {"kind": RequirementKind.SUPERVISION, "title": "Clinical supervision", "mark": "service"}
        db.add(Requirement(**facts, job_description_id=job.id, terms={"amount": 60}, start_on=LONG_AGO))
        half = [cast.id(name) for name in GROUP_OF_TEN[:5]]
        for post in db.exec(select(Post).where(col(Post.staff_id).in_(half))):
            post.job_description_id = job.id or 0


def test_roles_are_counted_only_for_whoever_sees_the_communities(cast: Cast) -> None:
    """Taken out: `safe_in_month`, and Dev could tell how Cai, alone in Ashdown C, stands. Roles stand beside the same
    month by community and of everybody, and are chosen by the same rule: the larger role first."""
    make_half_of_them_facilitators(cast)
    group(cast, date(2026, 10, 5), "Ben")

    def by_role(name: str, on: date = TODAY) -> Any:
        with reading() as db:
            return rates_by_role(db, viewer=actor(cast, name), on=on)

    beside = by_role("Dev")
    assert beside is not None
    assert beside[1].to_numpy().tolist() == [["Officer", 5, 7, 71]], "with the facilitators, B less both would be Cai"
    found = by_role("Ivor")
    assert found is not None and found[0] == OCTOBER
    assert found[1].to_numpy().tolist() == [["Facilitator", 4, 5, 80], ["Officer", 5, 6, 83]]
    assert by_role("Asha")[1].equals(found[1])
    with writing() as db:
        post_of(db, cast, "Cai").end_on = date(2026, 9, 30)
    assert by_role("Dev")[1].equals(found[1]), "nobody in C has a minimum to meet any more"
    for name in ("Carol", "Eve", "Ben", "Gwen", "Jo"):
        assert by_role(name) is None, name
    days = [TODAY - timedelta(days=back) for back in (0, 1, 22, 30, 53, 60)]
    assert all(by_role("Dev", on)[1].equals(found[1]) for on in days), "whatever day is asked, one answer"


def test_a_role_with_few_people_is_not_shown(cast: Cast) -> None:
    make_half_of_them_facilitators(cast)
    with writing() as db:
        for name in GROUP_OF_TEN[:2]:
            post_of(db, cast, name).end_on = date(2026, 9, 30)
    with reading() as db:
        assert rates_by_role(db, viewer=actor(cast, "Ivor"), on=TODAY) is None, "3 of B are what officers are not"
