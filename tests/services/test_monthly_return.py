"""The monthly return: who may make it, what is on it, and what it leaves behind."""

import re
from dataclasses import replace

import pytest
from sqlmodel import col, select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, Community, LostBecause, RoleGrant
from tcsuper.queries.monthly_return import months_to_return
from tcsuper.reports.monthly_return import monthly_return_page
from tcsuper.rules.standing import first_of_month
from tcsuper.services.monthly_return import make_monthly_return, may_make_monthly_return, monthly_return_for
from tests.people import Cast, actor

WORDS = {one: one.value for one in LostBecause}


@pytest.mark.parametrize(
    ("who", "places"),
    [("Dev", {"Ashdown B", "Ashdown C"}), ("Asha", {"Ashdown B"}), ("Carol", {"Ashdown C"})],
)
def test_it_is_about_the_communities_one_answers_for(cast: Cast, who: str, places: set[str]) -> None:
    with reading() as db:
        by = actor(cast, who)
        found = monthly_return_for(db, by=by, first=months_to_return(today())[0])
    assert may_make_monthly_return(by) and set(found.communities) == places
    assert {line.name for line in found.places} - {"All communities"} <= places


@pytest.mark.parametrize("who", ["Ben", "Eve", "Farah", "Gwen", "Ivor", "Jo"])
def test_nobody_else_makes_it_not_even_who_audits_them(cast: Cast, who: str) -> None:
    first = months_to_return(today())[0]
    with reading() as db:
        found = monthly_return_for(db, by=actor(cast, "Dev"), first=first)
        with pytest.raises(NotAllowed):
            monthly_return_for(db, by=actor(cast, who), first=first)
    with writing() as db, pytest.raises(NotAllowed):
        make_monthly_return(db, by=actor(cast, who), found=found)


def test_making_it_leaves_one_event_and_a_number_of_its_own(cast: Cast) -> None:
    first = months_to_return(today())[0]
    with reading() as db:
        found = monthly_return_for(db, by=actor(cast, "Dev"), first=first)
    with writing() as db:
        sheet = make_monthly_return(db, by=actor(cast, "Dev"), found=found)
    with reading() as db:
        events = db.exec(select(AuditEvent).where(col(AuditEvent.action) == "make_monthly_return")).all()
    assert [(one.object_key, one.detail) for one in events] == [
        (sheet.number, {"month": first.isoformat(), "communities": 2})
    ]


def test_a_month_that_is_not_over_is_refused(cast: Cast) -> None:
    with reading() as db, pytest.raises(InvalidRecord, match="that are over"):
        monthly_return_for(db, by=actor(cast, "Dev"), first=first_of_month(today()))


def test_it_is_not_taken_by_somebody_who_may_see_less_by_then(cast: Cast) -> None:
    with reading() as db:
        dev = actor(cast, "Dev")
        found = monthly_return_for(db, by=dev, first=months_to_return(today())[0])
    with writing() as db:
        db.exec(select(RoleGrant).where(RoleGrant.staff_id == cast.id("Dev"))).one().end_on = today().replace(year=2025)
    with writing() as db, pytest.raises(NotAllowed):
        make_monthly_return(db, by=dev, found=found)


def test_the_page_says_both_times_its_number_and_no_name_and_escapes_what_was_typed(cast: Cast) -> None:
    with writing() as db:
        db.exec(select(Community).where(Community.id == cast.community_b)).one().name = "<b>Ashdown & B</b>"
    with reading() as db:
        found = monthly_return_for(db, by=actor(cast, "Dev"), first=months_to_return(today())[0])
    with writing() as db:
        sheet = make_monthly_return(db, by=actor(cast, "Dev"), found=found)
    many = replace(found, places=found.places * 20)
    for page in (monthly_return_page(sheet, found, WORDS), monthly_return_page(sheet, many, WORDS)):
        assert sheet.number in page and "As at" in page and "by everything known when it was made" in page
        assert "&lt;b&gt;Ashdown &amp; B&lt;/b&gt;" in page and "<b>Ashdown" not in page
        assert not [name for name in cast.staff if re.search(rf"\b{name}\b", page)]
