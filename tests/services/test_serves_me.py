"""How supervision serves me: answered once a year, kept without a name, shown from five people up and never while the
year is running."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from tcsuper.database import reading, writing
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, GroupMember, Post, ServesMeAnswer, ServesMeGiven, Setting
from tcsuper.queries.history import action_in_words
from tcsuper.queries.serves_me import how_supervision_serves, is_reminded, still_to_answer
from tcsuper.queries.tasks import my_tasks
from tcsuper.rules.serves_me import ANSWERS, QUESTIONS
from tcsuper.services.serves_me import answer_serves_me
from tests.people import GROUP_OF_TEN, Cast, actor, as_person

NOVEMBER = date(2026, 11, 12)


@pytest.fixture(autouse=True)
def a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    it_is(monkeypatch, NOVEMBER)


def it_is(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", day.isoformat())


def answer(cast: Cast, who: str, *answers: int) -> None:
    with as_person(cast, who) as (db, by):
        answer_serves_me(db, by=by, answers=answers or (1, 2, 3, 4, 5))


def spread(cast: Cast, who: str) -> dict[tuple[str, int], int]:
    """Community and year to how many answered, as far as this person is shown it."""
    with reading() as db:
        found = how_supervision_serves(db, viewer=actor(cast, who))
    return {(row.community, row.year): row.people for row in found.itertuples()}


# ---------------------------------------------------------------------------------------------------------------------
# Answering


def test_what_was_said_and_who_said_something_are_kept_apart(cast: Cast) -> None:
    answer(cast, "Ben", 5, 4, 3, 2, 1)
    with reading() as db:
        [given] = db.exec(select(ServesMeGiven)).all()
        [said] = db.exec(select(ServesMeAnswer)).all()
        [event] = db.exec(select(AuditEvent)).all()
    assert given.model_dump() == {"staff_id": cast.id("Ben"), "year": 2026}
    assert (said.year, said.community_id, said.answers) == (2026, cast.community_b, [5, 4, 3, 2, 1])
    assert set(said.model_dump()) == {"id", "year", "community_id", "answers"}
    assert said.id.version == 4  # random: it tells neither who nor when
    assert (event.action, event.object_key, event.detail) == ("answer_serves_me", "", {"year": 2026})
    assert action_in_words(event.action) == "answered how supervision serves them"


def test_once_a_calendar_year(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(cast, "Ben")
    with pytest.raises(Conflict, match="cannot be changed"):
        answer(cast, "Ben", 5, 5, 5, 5, 5)
    it_is(monkeypatch, date(2027, 1, 1))
    answer(cast, "Ben")
    with reading() as db:
        assert sorted(db.exec(select(ServesMeAnswer.year))) == [2026, 2027]


def test_the_database_itself_takes_no_second_one(cast: Cast) -> None:
    answer(cast, "Ben")
    with pytest.raises(IntegrityError), writing() as db:
        db.add(ServesMeGiven(staff_id=cast.id("Ben"), year=2026))


@pytest.mark.parametrize("answers", [(1, 2, 3, 4), (1, 2, 3, 4, 5, 5), (0, 2, 3, 4, 5), (1, 2, 3, 4, 6)])
def test_five_answers_from_one_to_five(cast: Cast, answers: tuple[int, ...]) -> None:
    with pytest.raises(InvalidRecord, match="each of the five"):
        answer(cast, "Ben", *answers)
    with reading() as db:
        assert db.exec(select(ServesMeGiven)).all() == []


def test_everyone_with_an_agreement_and_a_post_is_asked(cast: Cast) -> None:
    """Ben by himself, Bela in a group; Asha supervises and is supervised by nobody here, Jo has no post."""
    with reading() as db:
        asked = {name for name in cast.staff if still_to_answer(db, viewer=actor(cast, name))}
    assert asked == {*GROUP_OF_TEN, "Cai"}
    for who in ("Asha", "Jo"):
        with pytest.raises(NotAllowed):
            answer(cast, who)


def test_who_left_the_group_or_the_post_is_not_asked(cast: Cast) -> None:
    yesterday = NOVEMBER - timedelta(days=1)
    with writing() as db:
        db.exec(select(GroupMember).where(GroupMember.staff_id == cast.id("Bela"))).one().end_on = yesterday
        db.exec(select(Post).where(Post.staff_id == cast.id("Ben"))).one().end_on = yesterday
    with reading() as db:
        assert not still_to_answer(db, viewer=actor(cast, "Bela"))
        assert not still_to_answer(db, viewer=actor(cast, "Ben"))


def test_people_are_reminded_from_october_until_they_have_answered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def reminded() -> bool:
        with reading() as db:
            ben = actor(cast, "Ben")
            tasks = [task for task in my_tasks(db, viewer=ben, rows=[]) if task.title == "How supervision serves me"]
            assert bool(tasks) is is_reminded(db, viewer=ben)
            return bool(tasks)

    for day, is_asked in ((date(2026, 9, 30), False), (date(2026, 10, 1), True), (date(2026, 12, 31), True)):
        it_is(monkeypatch, day)
        assert reminded() is is_asked
    with writing() as db:
        db.add(Setting(key="serves_me_from_month", value=12))
    it_is(monkeypatch, date(2026, 11, 30))
    assert not reminded()
    it_is(monkeypatch, date(2026, 12, 1))
    assert reminded()
    answer(cast, "Ben")
    assert not reminded()


# ---------------------------------------------------------------------------------------------------------------------
# What is shown: T29


def test_four_answers_are_shown_to_nobody_and_five_to_those_of_the_table(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken out: the comparison with the smallest group, and four people's answers stood on the page."""
    for who in GROUP_OF_TEN[:4]:
        answer(cast, who)
    answer(cast, "Cai")
    it_is(monkeypatch, date(2027, 1, 1))
    assert spread(cast, "Asha") == spread(cast, "Dev") == spread(cast, "Carol") == {}
    it_is(monkeypatch, NOVEMBER)
    answer(cast, GROUP_OF_TEN[4])
    it_is(monkeypatch, date(2027, 1, 1))
    assert spread(cast, "Asha") == spread(cast, "Dev") == {("Ashdown B", 2026): 5}
    for who in ("Carol", "Eve", "Farah", "Ben", "Jo"):
        assert spread(cast, who) == {}, who


def test_before_and_after_somebody_answers_nothing_differs(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks at five answers, sees somebody answer, and looks again would know what the sixth one said. Taken out:
    `is_over`, and the two looks differed by that person."""
    for who in GROUP_OF_TEN[:5]:
        answer(cast, who)
    looks = []
    for day, who in ((13, "Officer G"), (14, "Officer H"), (15, "")):
        it_is(monkeypatch, date(2026, 11, day))
        looks.append(spread(cast, "Asha"))
        if who:
            answer(cast, who)
    assert looks == [{}, {}, {}]
    it_is(monkeypatch, date(2026, 12, 31))
    assert spread(cast, "Dev") == {}
    it_is(monkeypatch, date(2027, 1, 1))
    assert spread(cast, "Dev") == {("Ashdown B", 2026): 7}


def test_communities_are_never_added_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of Ashdown less Ashdown B would be the one answer from Ashdown C."""
    for who in (*GROUP_OF_TEN[:5], "Cai"):
        answer(cast, who)
    it_is(monkeypatch, date(2027, 2, 1))
    with reading() as db:
        found = how_supervision_serves(db, viewer=actor(cast, "Dev"))
    assert set(found["community"]) == {"Ashdown B"}
    assert set(found["people"]) == {5}


def test_a_larger_smallest_group_is_kept_to(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in GROUP_OF_TEN[:6]:
        answer(cast, who)
    it_is(monkeypatch, date(2027, 1, 1))
    assert spread(cast, "Asha")
    with writing() as db:
        db.add(Setting(key="smallest_group", value=7))
    assert spread(cast, "Asha") == {}


def test_the_spread_holds_every_question_every_answer_and_the_numbers_of_people(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who, first in zip(GROUP_OF_TEN[:5], (1, 1, 2, 5, 5), strict=True):
        answer(cast, who, first, 3, 3, 3, 3)
    it_is(monkeypatch, date(2027, 1, 1))
    with reading() as db:
        found = how_supervision_serves(db, viewer=actor(cast, "Asha"))
    assert list(found["question"]) == [question.short for question in QUESTIONS for _ in ANSWERS]
    counts = found.groupby("question", sort=False)["count"].apply(list)
    assert list(counts[QUESTIONS[0].short]) == [2, 1, 0, 0, 2]
    assert list(counts[QUESTIONS[1].short]) == [0, 0, 5, 0, 0]
    assert set(found.columns) == {"community", "year", "people", "question", "answer", "count"}


def test_a_year_is_shown_by_itself_and_beside_the_one_before(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for year, people in ((2025, 5), (2026, 6), (2027, 4)):
        it_is(monkeypatch, date(year, 11, 1))
        for who in GROUP_OF_TEN[:people]:
            answer(cast, who)
    it_is(monkeypatch, date(2028, 1, 1))
    assert spread(cast, "Asha") == {("Ashdown B", 2026): 6, ("Ashdown B", 2025): 5}
