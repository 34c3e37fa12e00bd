"""A person's own portfolio: what is in it, that its figures are those of My record, and that nobody else is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from tcsuper import words
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import ActivityKind, AuditEvent, ExportEntry, SessionState
from tcsuper.queries.portfolio import PortfolioAsked, PortfolioPart, portfolio_offered
from tcsuper.queries.standing import my_supervision_months
from tcsuper.queries.supervision import my_attendance
from tcsuper.reports.document_layout import written
from tcsuper.reports.pack import Pack, PackTable
from tcsuper.rules.standing import add_months
from tcsuper.services.activities import add_activity
from tcsuper.services.portfolio import make_portfolio
from tcsuper.ui.my_strip import months_table
from tests.access_supervision import recorded
from tests.people import Cast, actor, as_person
from tests.texts import MARKER, TEXT

SINCE, UNTIL = add_months(today(), -12), today()
ASKED = PortfolioAsked(SINCE, UNTIL)


def make(cast: Cast, who: str = "Ben", **asked: Any) -> Pack:
    with as_person(cast, who) as (db, by):
        return make_portfolio(db, by=by, asked=replace(ASKED, **asked))


def log(cast: Cast, who: str = "Ben", words: str = TEXT) -> UUID:
    facts: Any = {"kind": ActivityKind.CPD, "held_on": today() - timedelta(days=3), "hours": 2.5, "words": words}
    with as_person(cast, who) as (db, by):
        return add_activity(db, by=by, share=False, **facts).record_id


def table(pack: Pack, title: str) -> PackTable:
    [found] = [one for part in pack.parts for one in part.tables if one.title == title]
    return found


def everything(pack: Pack) -> str:
    return repr([(part.title, part.words, part.tables) for part in pack.parts])


def test_figures_are_those_of_my_record(cast: Cast) -> None:
    with writing() as db:
        recorded(db, cast, "Ben")
    pack = make(cast)
    with reading() as db:
        ben = actor(cast, "Ben")
        sessions = [one for one in my_attendance(db, viewer=ben) if one.state is SessionState.HELD and one.attended]
        months = my_supervision_months(db, viewer=ben, on=UNTIL, how_many=13)
    assert sessions, "there is something to count"
    hours = table(pack, "Hours by month")
    assert hours.total[1] == len(sessions) == sum(int(row[1]) for row in hours.rows)  # type: ignore[call-overload]
    assert hours.total[4] == words.length(sum(one.attended for one in sessions))
    credited = table(pack, "What it counts for")
    on_screen = {tuple(line.values()) for line in months_table(months)}
    assert credited.rows and {tuple(map(written, row)) for row in credited.rows} == on_screen


def test_it_is_entered_in_the_register_of_exports_with_its_event(cast: Cast) -> None:
    entry = log(cast)
    pack = make(cast, reflections=(entry,))
    with reading() as db:
        [row] = db.exec(select(ExportEntry).where(ExportEntry.number == pack.number)).all()
        [event] = db.exec(select(AuditEvent).where(AuditEvent.action == "export_portfolio")).all()
    assert (row.made_by_id, row.kind, row.digest) == (cast.id("Ben"), "portfolio", pack.digest)
    assert (row.since, row.until, row.form, row.marking) == (SINCE, UNTIL, "named", "OFFICIAL")
    assert row.rows > 0 and event.object_key == pack.number
    assert event.detail["reflections"] == 1 and MARKER not in repr(event.detail) + repr(row)


def test_words_go_in_only_where_they_were_chosen(cast: Cast) -> None:
    chosen, left = log(cast, words="What I chose"), log(cast, words="What I kept")
    without = make(cast)
    assert "What I" not in everything(without)
    assert len(table(without, "Activities").rows) == 2
    pack = make(cast, reflections=(chosen,))
    assert [row[2] for row in table(pack, "Reflections chosen").rows] == ["What I chose"]
    assert "What I kept" not in everything(pack)
    with_part_left_out = make(cast, reflections=(chosen,), parts=frozenset(PortfolioPart) - {PortfolioPart.ACTIVITIES})
    assert "What I" not in everything(with_part_left_out)
    assert left != chosen


@pytest.mark.parametrize("what", ["reflections", "feedback"])
def test_words_of_somebody_else_are_refused_as_if_they_were_not_there(cast: Cast, what: str) -> None:
    theirs = log(cast, "Asha")
    for record in (theirs, uuid4()):
        with pytest.raises(NotAllowed) as refused:
            make(cast, **{what: (record,)})
        assert str(refused.value) == str(NotAllowed())
    with reading() as db:
        assert not db.exec(select(ExportEntry)).all()


def test_parts_that_were_not_chosen_are_not_in_it(cast: Cast) -> None:
    pack = make(cast, parts=frozenset({PortfolioPart.TRAINING}))
    assert [part.title for part in pack.parts] == ["Posts", "Training and qualifications"]


@pytest.mark.parametrize(
    "asked, field",
    [
        ({"since": UNTIL + timedelta(days=1)}, "since"),
        ({"since": add_months(UNTIL, -61)}, "since"),
        ({"until": UNTIL + timedelta(days=1)}, "until"),
        ({"parts": frozenset()}, "parts"),
        ({"body": "A body that nobody here is registered with"}, "body"),
    ],
)
def test_what_cannot_be_is_refused_and_no_file_is_entered(cast: Cast, asked: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        make(cast, **asked)
    assert list(refused.value.problems) == [field] and "No file was made." in refused.value.problems[field]
    with reading() as db:
        assert not db.exec(select(ExportEntry)).all()


def test_nobody_else_is_in_it_but_those_who_supervised(cast: Cast) -> None:
    with writing() as db:
        recorded(db, cast, "Ben")
        recorded(db, cast, "Cai")
    said = everything(make(cast))
    others = [name for name in cast.staff if name not in ("Ben", "Asha")]
    assert "Asha" in said and not [name for name in others if f"'{name}" in said]


def test_same_record_gives_the_same_digest_and_another_period_another(cast: Cast) -> None:
    one = make(cast)
    assert len(one.digest) == 64 and one.digest != make(cast, since=add_months(UNTIL, -6)).digest


def test_offered_is_ones_own_alone(cast: Cast) -> None:
    mine, theirs = log(cast), log(cast, "Asha")
    with reading() as db:
        offered = portfolio_offered(db, viewer=actor(cast, "Ben"), since=SINCE, until=UNTIL)
    assert [one.record_id for one in offered.activities] == [mine] and theirs != mine
