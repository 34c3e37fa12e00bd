"""Which people one course run would put right."""

import pytest

from tcsuper.rules.lapses import Lapse, suggested_runs
from tests.rules.days import day, maybe

ON = day("1 December 2026")


def lapse(person: str, due: str, what: str = "Restraint", **more: bool) -> Lapse:
    return Lapse(sum(map(ord, person)), person, what, day(due), day(due) < ON, **more)


def ben(due: str, what: str = "Restraint", **more: bool) -> Lapse:
    return lapse("Ben", due, what, **more)


def bela(due: str, what: str = "Restraint", **more: bool) -> Lapse:
    return lapse("Bela", due, what, **more)


@pytest.mark.parametrize(
    ("lapses", "people", "by", "late", "story"),
    [
        ([], None, None, 0, "nothing lapses"),
        ([ben("1 January 2027")], None, None, 0, "one person is no run"),
        ([ben("1 January 2027"), bela("9 January 2027")], "Ben Bela", "1 January 2027", 0, "two are"),
        (
            [ben("1 November 2026"), bela("9 January 2027")],
            "Ben Bela",
            "9 January 2027",
            1,
            "one is late",
        ),
        ([ben("1 May 2026"), bela("9 May 2026")], "Ben Bela", None, 2, "all late: as soon as can be"),
        (
            [ben("1 December 2026"), bela("2 December 2026")],
            "Ben Bela",
            "1 December 2026",
            0,
            "today",
        ),
        ([ben("1 March 2027"), bela("1 March 2027")], "Bela Ben", "1 March 2027", 0, "the 90th day"),
        ([ben("1 March 2027"), bela("2 March 2027")], None, None, 0, "one of them a day too far"),
        (
            [ben("1 January 2027", is_booked=True), bela("9 January 2027")],
            None,
            None,
            0,
            "one is booked",
        ),
        ([ben("1 January 2027"), ben("3 January 2027")], None, None, 0, "one person twice"),
        ([ben("1 January 2027"), bela("9 January 2027", "MMPR")], None, None, 0, "two courses"),
    ],
)
def test_who_would_be_put_right_by_one_run(
    lapses: list[Lapse], people: str | None, by: str | None, late: int, story: str
) -> None:
    runs = suggested_runs(lapses, ON)
    assert [" ".join(one.person for one in run.people) for run in runs] == ([people] if people else []), story
    assert [(run.by, run.late) for run in runs] == ([(maybe(by), late)] if people else []), story


def test_the_run_for_most_people_comes_first() -> None:
    two = [lapse("Ben", "1 January 2027", "MMPR"), lapse("Bela", "9 January 2027", "MMPR")]
    three = [lapse(name, "20 January 2027") for name in ("Ben", "Bela", "Cai")]
    assert [run.what for run in suggested_runs([*two, *three], ON)] == ["Restraint", "MMPR"]
