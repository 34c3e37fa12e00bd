"""What a line of a sheet would do, by what is there already: no database."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tcsuper.rules.import_names import names_of
from tcsuper.rules.import_plan import NEW, People, Planned, Write, aliases_of, told_as_data, told_from
from tcsuper.rules.import_registrations import BodyThere, RegistrationsThere, RegistrationThere, plan_registrations
from tcsuper.rules.import_staff import PersonThere, PostThere, StaffThere, find_newcomers, plan_staff
from tcsuper.rules.importing import DateOrder, RegistrationLine, SheetKind, StaffLine, Told, Where

TODAY, START = date(2026, 11, 23), date(2024, 5, 2)
BEN, CAROL, ME = 1, 2, 9
NAMES = {BEN: "Ben Ellis", CAROL: "Carol Osei", ME: "Tara Quinn"}


def _staff_there(**more: Any) -> StaffThere:
    facts: dict[str, Any] = {
        "me": ME,
        "today": TODAY,
        "roles": {"tc_officer": (1, "Officer")},
        "communities": {"Ashwood": 1},
        "people": {one: PersonThere(one, name, f"00{one}", "", 1) for one, name in NAMES.items()},
        "posts": {BEN: [PostThere(5, "tc_officer", "Ashwood", START, None, 37.0, CAROL, 3)]},
        "may_change": frozenset({BEN, CAROL}),
        "may_manage": frozenset(NAMES),
        "taken": frozenset({"002", "099"}),
        "keeps_email": False,
        "ends_with": lambda _post, _on: "",
    }
    return StaffThere(**(facts | more))


def _line(row: int = 2, person: str = "Ben Ellis", number: str = "", **more: Any) -> StaffLine:
    facts: dict[str, Any] = {"role": "tc_officer", "community": "Ashwood", "started_on": START}
    return StaffLine(Where("Staff", row), person, number, **(facts | more))


def _planned(*lines: StaffLine, answers: dict[str, int | None] | None = None, **there: Any) -> Planned:
    given = {name: staff_id for staff_id, name in NAMES.items()} if answers is None else answers
    planned = Planned()
    people = People(given, NAMES, *find_newcomers(lines, given), aliases_of(lines))
    plan_staff(planned, lines, people, _staff_there(**there))
    return planned


@pytest.mark.parametrize(
    ("facts", "change", "sentence"),
    [
        ({}, "same", "Recorded already"),
        ({"line_manager": "Carol Osei"}, "same", "Recorded already"),
        ({"hours_a_week": 30.0}, "changed", "Hours 37 → 30"),
        ({"number": "0815"}, "changed", "Staff number 001 → 0815"),
        ({"number": "002"}, "refused", "Somebody else has the staff number 002."),
        ({"line_manager": "Tara Quinn"}, "changed", "Line manager Carol Osei → Tara Quinn"),
        ({"line_manager": "Ben Ellis"}, "refused", "Nobody is their own line manager."),
        ({"line_manager": "Nobody Known"}, "refused", "Nobody said who “Nobody Known” is."),
        ({"ended_on": TODAY}, "changed", "Last day none → 23 November 2026"),
        ({"ended_on": START - timedelta(days=1)}, "refused", "The post began on 2 May 2024, after that day."),
        ({"started_on": date(2025, 1, 1)}, "refused", "They have this post in this community from 2 May 2024 already."),
        ({"started_on": date(1949, 1, 1), "ended_on": date(1949, 2, 1)}, "refused", "The first day is between"),
        (
            {"started_on": date(2020, 1, 1), "ended_on": date(2021, 1, 1)},
            "new",
            "from 1 January 2020 to 1 January 2021",
        ),
        ({"hours_a_week": 61.0}, "refused", "Hours a week are between half an hour and 60."),
        ({"role": "poet"}, "refused", "There is no role “poet” here."),
        ({"community": "Elsewhere"}, "refused", "There is no community “Elsewhere”"),
        ({"person": "Tara Quinn"}, "refused", "You cannot change your own posts."),
        ({"person": "Somebody Else"}, "refused", "Nobody said who “Somebody Else” is."),
    ],
)
def test_a_line_of_a_staff_list(facts: dict[str, Any], change: str, sentence: str) -> None:
    row = _planned(_line(**facts)).rows[0]
    assert (row.change, sentence in row.sentence) == (change, True), row


def test_a_post_on_which_more_hangs_is_ended_by_hand() -> None:
    planned = _planned(_line(ended_on=TODAY), ends_with=lambda _post, _on: "An agreement would end too.")
    assert [row.change for row in planned.rows] == ["refused"]
    assert not planned.writes


def test_one_newcomer_however_they_are_written_and_two_of_one_name_by_number() -> None:
    lines = [
        _line(2, "Nia Rhys", "7"),
        _line(3, "RHYS, Nia", started_on=date(2020, 1, 1), ended_on=date(2021, 1, 1)),
        _line(4, "Sam Lee", "8"),
        _line(5, "Sam Lee", "9"),
        _line(6, "Ben Ellis", line_manager="Nia Rhys"),
    ]
    answers: dict[str, int | None] = {"Nia Rhys [7]": NEW, "RHYS, Nia": NEW, "Sam Lee [8]": NEW, "Sam Lee [9]": NEW}
    planned = _planned(*lines, answers=answers | {"Ben Ellis": BEN, "Nia Rhys": NEW})
    entered = [write.values["full_name"] for write in planned.writes if write.table == "staff"]
    assert entered == ["Nia Rhys", "Sam Lee", "Sam Lee"]
    manager = next(write for write in planned.writes if write.row_id == 5)
    assert manager.values == {"line_manager_id": -1}
    assert manager.former == {"line_manager_id": CAROL, "row_version": 3}


def test_doubled_rows_are_said_with_the_other_row() -> None:
    planned = _planned(_line(2, hours_a_week=30.0), _line(3, hours_a_week=30.0), _line(4, hours_a_week=20.0))
    assert [row.sentence for row in planned.rows][1] == "The same as row 2."
    assert planned.rows[2].sentence.startswith("Row 2 says otherwise of the same post.")
    assert len(planned.writes) == 1


def test_a_left_out_person_and_a_stranger_are_told_apart() -> None:
    planned = _planned(_line(2), _line(3, "Carol Osei"), answers={"Ben Ellis": None, "Carol Osei": 77})
    assert [row.change for row in planned.rows] == ["left_out", "refused"]
    assert planned.rows[1].sentence == "There is no such person, or you do not have access to them."


@pytest.mark.parametrize(
    ("facts", "change", "sentence"),
    [
        ({}, "same", "recorded already"),
        ({"expires_on": date(2027, 5, 31)}, "changed", "renewed: until 31 May 2026 → 31 May 2027"),
        ({"expires_on": date(2025, 5, 31)}, "refused", "it already runs until 31 May 2026"),
        ({"ended_on": date(2026, 1, 1)}, "changed", "given up none → 1 January 2026"),
        ({"number": "PYL9"}, "new", "since 1 June 2019"),
        ({"number": "", "registered_on": date(2019, 6, 1)}, "same", "recorded already"),
        ({"registered_on": date(2019, 7, 1)}, "same", "another first day"),
        ({"registered_on": TODAY + timedelta(days=1)}, "refused", "to today"),
        ({"body": "nobody"}, "refused", "There is no body “nobody” here."),
        ({"grade": "x" * 61}, "refused", "At most 60 characters."),
    ],
)
def test_a_line_about_a_registration(facts: dict[str, Any], change: str, sentence: str) -> None:
    began, until = date(2019, 6, 1), date(2026, 5, 31)
    held = RegistrationThere(3, uuid4(), 1, "", "PYL1", "", began, None, until, None)
    there = RegistrationsThere(ME, TODAY, {"hcpc": BodyThere(1, "HCPC")}, {BEN: [held]}, *([frozenset({BEN})] * 2))
    given: dict[str, Any] = {"body": "hcpc", "registered_on": began, "number": "PYL1"}
    line = RegistrationLine(Where("Sheet1", 2), "Ben Ellis", "", **(given | facts))
    planned = Planned()
    plan_registrations(planned, [line], People({"Ben Ellis": BEN}, NAMES), there)
    assert (planned.rows[0].change, sentence in planned.rows[0].sentence) == (change, True), planned.rows[0]
    if "renewed" in sentence:
        assert planned.writes[0].values["renewed_on"] == date(2026, 6, 1), "no gap is made of a late entry"


def test_the_digest_is_of_all_that_would_be_written() -> None:
    def digest(**values: Any) -> str:
        planned = Planned()
        write = Write(Where("Sheet1", 2), "post", {"hours_a_week": 37.0} | values)
        planned.settle(Where("Sheet1", 2), "Ben", list(_planned(_line()).rows)[0].change, "The same words.", write)
        return planned.digest()

    assert digest() == digest()
    assert digest() != digest(hours_a_week=30.0)


def test_what_is_told_comes_back_from_json_and_nothing_else_does() -> None:
    told = Told(SheetKind.STAFF, False, 3, {0: "person"}, DateOrder.DAY_FIRST, {"x": "completed"}, {"4:Name": "Ben"})
    assert told_from(told_as_data(told)) == told
    assert told_from({}) == Told()
    for wrong in ([], {"kind": "poems"}, {"columns": {"a": "person"}}, {"header_row": 0}, {"words": [1]}, {"else": 1}):
        with pytest.raises(ValueError, match=r"is|goes by"):
            told_from(wrong)


def test_names_that_could_be_two_things_are_nobodys() -> None:
    known = names_of(
        [("hcpc_a", ("HCPC (artists)",)), ("hcpc_b", ("HCPC (psychologists)",)), ("spear", ("Safety (SPEAR)",))]
    )
    assert "hcpc" not in known
    assert (known["artists"], known["spear"], known["hcpca"]) == ("hcpc_a", "spear", "hcpc_a")


@pytest.mark.parametrize(
    ("written", "here"),
    [
        ("Ben Ellis", ""),
        ("ELLIS, Ben", "Ben Ellis"),
        ("Benj Ellis", "Ben Ellis"),
        ("Somebody New", ""),
        ("Left Out", ""),
        ("Not Asked", ""),
        ("Not Seen", ""),
    ],
)
def test_whom_a_row_is_taken_for_is_said_where_the_name_is_written_differently(written: str, here: str) -> None:
    answers = {one: BEN for one in ("Ben Ellis", "ELLIS, Ben", "Benj Ellis")}
    people = People(answers | {"Somebody New": NEW, "Left Out": None, "Not Seen": 77}, NAMES, {"Somebody New": -1})
    assert people.name_here(written) == here
