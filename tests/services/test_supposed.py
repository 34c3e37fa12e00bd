"""What if: the same as really doing it, and nothing of it is stored."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from seed.__main__ import seed
from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.database import reading, supposing, writing
from tcsuper.errors import NO_SUCH_RECORD, InvalidRecord, NotAllowed
from tcsuper.models import (
    AuditEvent,
    CourseTrainer,
    Post,
    Responsibility,
    Role,
    RoleGrant,
    Staff,
)
from tcsuper.queries.supervisors import ties_on
from tcsuper.queries.what_if import people_to_suppose, picture
from tcsuper.reports.what_if import COLUMNS, file_name, what_if_table
from tcsuper.rules.picture import Picture, Question
from tcsuper.rules.standing import Span
from tcsuper.rules.what_if import MOST_PEOPLE, Supposed, WhatIf
from tcsuper.services.leavers import end_post
from tcsuper.services.supposed import export_what_if, what_if
from tests.access_stage import rolled_back
from tests.databases import SqliteFiles, copy_of, in_use
from tests.leaving import LAST_DAY, Leaver, known, post_elsewhere
from tests.people import LONG_AGO
from tests.supposing import ON, asked, digest, stage

ONE_DAY = timedelta(days=1)


@pytest.fixture
def ben(database: str) -> Leaver:
    with writing() as db:
        return stage(db)


# ---------------------------------------------------------------------------------------------------------------------
# The third door


def test_what_is_supposed_cannot_be_committed_by_any_way(ben: Leaver) -> None:
    before = digest()
    for commit in (lambda db: db.commit(), lambda db: db.get_transaction().commit()):
        with pytest.raises(RuntimeError, match="never stored"), supposing() as db:
            db.get_one(Staff, ben.ben).full_name = "Somebody else"
            db.flush()
            commit(db)
    with supposing() as db, db.begin_nested():  # a part of it may be kept within, as the services do
        db.get_one(Staff, ben.ben).full_name = "Somebody else"
    assert digest() == before


def test_nothing_stays_whatever_happens_inside_and_nothing_waits_for_it_to_be_put_back(ben: Leaver) -> None:
    before, ran = digest(), []
    with reading() as db:
        events = _events(db)
    with pytest.raises(ZeroDivisionError), supposing() as db:
        sa.event.listen(db, "after_rollback", ran.append)  # as the record of a refused attempt does
        what_if(db, by=known(db, ben.cast, "Asha"), supposed=Supposed(leaves={ben.ben: LAST_DAY}), on=ON)
        assert _events(db) > events, "what it did left its events, inside"
        raise ZeroDivisionError
    assert digest() == before and ran == []
    with writing() as db:  # and the database is free again
        db.get_one(Staff, ben.ben).email = "ben@example.org"


def _events(db: Session) -> int:
    return db.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) or 0


def test_by_a_door_that_stores_nothing_is_supposed(ben: Leaver) -> None:
    before = digest()
    with pytest.raises(RuntimeError, match="only supposed"), writing() as db:
        what_if(db, by=known(db, ben.cast, "Asha"), supposed=Supposed(leaves={ben.ben: LAST_DAY}), on=ON)
    assert digest() == before


# ---------------------------------------------------------------------------------------------------------------------
# The same as really ending


def really_ended(db: Session, administrator: Actor, leaves: Mapping[int, date]) -> None:
    for staff_id, last_day in leaves.items():
        posts = select(Post).where(Post.staff_id == staff_id, col(Post.end_on).is_(None))
        for post in db.exec(posts.order_by(col(Post.start_on), col(Post.id))).all():
            end_post(db, by=administrator, post_id=post.id or 0, end_on=last_day)


def the_same(answer: WhatIf, real: Picture) -> None:
    """Picture against picture, and every line that comes of it."""
    assert answer.after == real
    really = WhatIf(answer.supposed, answer.names, answer.before, real, answer.asked_at)
    assert answer.summary == really.summary
    for question in Question:
        assert answer.lines(question) == really.lines(question)


CHOICES: dict[str, dict[str, date]] = {
    "a supervisor with a group, who leads, teaches and has two posts": {"Ben": LAST_DAY},
    "the therapy manager": {"Asha": LAST_DAY},
    "two who supervise each other": {"Ben": LAST_DAY, "Bela": LAST_DAY - ONE_DAY},
    "the manager and whom she supervises, one after the other": {"Asha": LAST_DAY - ONE_DAY, "Ben": LAST_DAY},
}


def test_what_is_told_beforehand_is_what_comes_about(database: str) -> None:
    """For several viewers and choices: really ended in a transaction of its own, and asked the same."""
    with writing() as db:
        one = stage(db)
        post_elsewhere(db, one)
    cast, before, differ = one.cast, digest(), set()
    for choice, people in CHOICES.items():
        leaves = {cast.id(name): day for name, day in people.items()}
        for viewer in ("Asha", "Dev") if choice.startswith("two") else ("Asha",):
            answer = asked(cast, Supposed(leaves=leaves), by=viewer)
            with rolled_back() as db:
                really_ended(db, known(db, cast, "Eve"), leaves)
                the_same(answer, picture(db, viewer=known(db, cast, viewer), on=ON))
            differ |= {(choice, question) for question in Question if answer.lines(question)}
            assert viewer == "Dev" or answer.before != answer.after, choice
    assert {question for _, question in differ} == set(Question), "every question is answered somewhere"
    assert digest() == before


# ---------------------------------------------------------------------------------------------------------------------
# Who may ask, and what


def test_what_makes_no_sense_is_refused_with_all_its_problems(ben: Leaver) -> None:
    cast, yesterday = ben.cast, today() - ONE_DAY
    staff: dict[int, date] = {}
    for supposed, on, fields in (
        (Supposed(), ON, {"people"}),
        (Supposed(leaves={ben.ben: yesterday}), yesterday, {"days", "on"}),
        (Supposed(leaves={ben.ben: LAST_DAY}, lapses={ben.ben: LAST_DAY}), ON, {"people"}),
        (Supposed(away={ben.ben: Span(ON, ON - ONE_DAY)}), ON, {"days"}),
        (Supposed(leaves={ben.ben: today() + timedelta(days=9000)}), ON, {"days"}),
    ):
        with pytest.raises(InvalidRecord) as refused:
            asked(cast, supposed, on=on)
        assert set(refused.value.problems) == fields
    with writing() as db:
        db.get_one(Post, ben.post).end_on = ON
    with pytest.raises(InvalidRecord, match="No post goes on after that day: Ben"):
        asked(cast, Supposed(leaves={ben.ben: ON}))
    with pytest.raises(InvalidRecord, match="no registration to lapse: Ben"):
        asked(cast, Supposed(lapses={ben.ben: LAST_DAY}))
    with pytest.raises(NotAllowed):  # Cai is of another community
        asked(cast, Supposed(leaves={ben.ben: LAST_DAY, cast.id("Cai"): LAST_DAY}))
    with writing() as db:  # a director over everybody still asks about twenty at most
        for number in range(MOST_PEOPLE + 1):
            somebody = Staff(full_name=f"Somebody {number}", code=f"S-{number}")
            db.add(somebody)
            db.flush()
            facts = dict(staff_id=somebody.id, job_description_id=cast.officer, community_id=cast.community_b)
            db.add(Post(**facts, start_on=LONG_AGO))
            staff[somebody.id or 0] = LAST_DAY
    with pytest.raises(InvalidRecord, match="1 to 20"):
        asked(cast, Supposed(leaves=staff), by="Dev")


# ---------------------------------------------------------------------------------------------------------------------
# As a file


def test_the_file_is_one_table_in_which_nothing_runs_and_leaves_an_event(ben: Leaver) -> None:
    with writing() as db:
        db.get_one(Responsibility, ben.rows["duty"]).short_title = "=HYPERLINK(1)"
    answer = asked(ben.cast, Supposed(leaves={ben.ben: LAST_DAY}))
    with writing() as db:
        exported = export_what_if(db, by=known(db, ben.cast, "Asha"), answer=answer)
    rows = list(csv.reader(StringIO(what_if_table(answer, exported.number, exported.made_at).removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS and {len(row) for row in rows} == {len(COLUMNS)}
    assert answer.summary in rows[1][-1] and exported.number in rows[1][-1]
    assert {row[0] for row in rows[2:]} == {question.value for question in Question}
    assert "'=HYPERLINK(1)" in {row[1] for row in rows}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert file_name(answer) == f"what-if-{ON.isoformat()}-asked-{today().isoformat()}.csv"
    with reading() as db:
        event = db.exec(select(AuditEvent).where(AuditEvent.action == "export_what_if")).one()
    assert (event.by_name, event.detail["people"]) == ("Asha", 1)
    (left_out,) = [row for row in rows if row[1] == "What is left out"]
    assert left_out[-1] == answer.left_out(Question.MINIMA) and event.detail["lines"] == len(rows) - 3


def test_the_file_is_refused_once_the_viewer_may_see_less(ben: Leaver) -> None:
    answer = asked(ben.cast, Supposed(leaves={ben.ben: LAST_DAY}))
    with reading() as db:
        asha = known(db, ben.cast, "Asha")
    managed_both = replace(asha, granted_communities=(*asha.granted_communities, (Role.DIRECTOR, ben.cast.community_c)))
    before = digest()
    with pytest.raises(NotAllowed, match="Ask again"), writing() as db:
        export_what_if(db, by=managed_both, answer=answer)
    assert digest() == before
    with writing() as db:
        db.exec(select(RoleGrant).where(RoleGrant.staff_id == asha.staff_id)).one().end_on = today() - ONE_DAY
    before = digest()
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
        export_what_if(db, by=asha, answer=answer)
    assert digest() == before


# ---------------------------------------------------------------------------------------------------------------------
# The demonstration


@pytest.fixture(scope="module")
def demonstration(sqlite: SqliteFiles) -> Iterator[str]:
    with copy_of("migrated", sqlite) as url:
        with in_use(url):
            seed(demo=True)
        yield Path(url).stem


def _chosen(db: Session, director: Actor) -> dict[str, list[int]]:
    """People of each kind, found by what they are."""
    ties = ties_on(db, today())
    pairs = {(one.pair.supervisor, one.pair.supervisee) for one in ties}
    posts = select(Post.staff_id).where(col(Post.end_on).is_(None))
    held = list(db.exec(posts.order_by(col(Post.staff_id))))
    stay = set(held) - set(db.exec(select(Post.staff_id).where(col(Post.end_on).is_not(None))))
    managers = db.exec(select(RoleGrant.staff_id).where(RoleGrant.role == Role.THERAPY_MANAGER)).all()
    trainers = db.exec(select(CourseTrainer.staff_id).where(col(CourseTrainer.staff_id).is_not(None))).all()
    return {
        "a supervisor with groups": sorted({one.pair.supervisor for one in ties if one.group} & stay)[:1],
        "a therapy manager": sorted(set(managers) & stay)[:1],
        "trainers": sorted({one for one in trainers if one in stay}),
        "two posts": sorted({one for one in stay if held.count(one) > 1})[:1],
        "each other": sorted(next(({a, b} for a, b in sorted(pairs) if (b, a) in pairs and {a, b} <= stay), set())),
        "five at once": sorted(people_to_suppose(db, viewer=director, staff_ids=tuple(stay)))[::9][:5],
    }


@pytest.mark.proof
def test_on_the_demonstration_it_is_what_ending_the_posts_in_a_copy_brings_about(
    sqlite: SqliteFiles, demonstration: str
) -> None:
    last_day = today() + timedelta(days=8)
    with copy_of(demonstration, sqlite) as url, in_use(url), reading() as db:
        grants = {one.role: one.staff_id for one in db.exec(select(RoleGrant))}
        chosen = _chosen(db, actor_for_staff(db, grants[Role.DIRECTOR]))
        managers = set(db.exec(select(RoleGrant.staff_id).where(RoleGrant.role == Role.THERAPY_MANAGER)))
        viewers = [grants[Role.DIRECTOR], *sorted(managers)]
    answered = set()
    for choice, people in chosen.items():
        assert people, choice
        leaves = dict.fromkeys(people, last_day)
        answers: dict[int, WhatIf] = {}
        with copy_of(demonstration, sqlite) as url, in_use(url):
            before = digest()
            for viewer in viewers:
                with reading() as db:
                    me = actor_for_staff(db, viewer)
                with suppress(NotAllowed), supposing() as db:  # of another house, or other communities
                    answers[viewer] = what_if(db, by=me, supposed=Supposed(leaves=leaves), on=last_day + ONE_DAY)
            assert answers, choice
            assert digest() == before
        with copy_of(demonstration, sqlite) as url, in_use(url):
            with writing() as db:
                really_ended(db, actor_for_staff(db, grants[Role.ADMINISTRATOR]), leaves)
            with reading() as db:
                for viewer, answer in answers.items():
                    the_same(answer, picture(db, viewer=actor_for_staff(db, viewer), on=answer.on))
                    answered |= {question for question in Question if answer.lines(question)}
    assert answered == set(Question)
