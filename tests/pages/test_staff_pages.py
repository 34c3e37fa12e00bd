"""Staff, Responsibilities and Catalogue, as they stand on screen."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper import words
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import (
    Absence,
    Account,
    AccountRequest,
    GroupMember,
    JobDescription,
    Post,
    Requirement,
    RequirementKind,
    ResponsibilityHolding,
    Setting,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    WhatIsRecorded,
)
from tcsuper.rules.standing import add_months
from tcsuper.services.catalogue import load_catalogue
from tcsuper.settings import ROOT
from tests.signing_in import sign_in
from tests.staffing import LONG_AGO, Staffing, staffing, stored

STAFF, RESPONSIBILITIES, CATALOGUE = (
    ROOT / "pages" / f"{name}.py" for name in ("staff", "responsibilities", "catalogue")
)
PLAN = "Keep the evacuation plan"


@pytest.fixture
def cast(page_database: str) -> Staffing:
    with writing() as db:
        return staffing(db, accounts=True)


def opened(page: Path, cast: Staffing, who: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(page), default_timeout=60).run()
    assert not at.exception
    return at


def words_on(at: AppTest) -> str:
    kinds = (at.markdown, at.caption, at.info, at.error, at.success, at.subheader)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception
    return at


def choice(at: AppTest, label: str, form: str = ""):  # type: ignore[no-untyped-def]
    """The list of that label, in the form of that name where several forms have one."""
    return next(one for one in at.selectbox if one.label == label and (one.key or "").startswith(form))


def day(at: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(one for one in at.date_input if one.label == label)


def text(at: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(one for one in at.text_input if one.label == label)


# ---------------------------------------------------------------------------------------------------------------------
# Staff


def test_a_manager_enters_a_starter_with_the_first_post(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(STAFF, cast, "Tara", monkeypatch)
    text(at, "Full name").set_value("Siân *Ŵyn*")
    choice(at, "Role", "starter_new").set_value(cast.roles["TC officer"])
    day(at, "First day").set_value(today())
    press(at, "Save the starter")
    assert "Siân *Ŵyn* starts as TC officer in Ash" in words_on(at)
    with reading() as db:
        new = db.exec(select(Staff).where(Staff.full_name == "Siân *Ŵyn*")).one()
        post = db.exec(select(Post).where(Post.staff_id == new.id)).one()
    assert (post.community_id, post.start_on) == (cast.communities["Ash"], today())


def test_a_starter_without_a_name_and_role_is_refused_and_stays_typed(
    cast: Staffing, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(STAFF, cast, "Tara", monkeypatch)
    text(at, "Staff number, if known").set_value("7001")
    press(at, "Save the starter")
    said = words_on(at)
    assert "Nothing was saved." in said and "Give the full name" in said and "Choose a role." in said
    assert text(at, "Staff number, if known").value == "7001"
    with reading() as db:
        assert db.exec(select(Staff).where(Staff.staff_number == "7001")).first() is None


def test_a_starter_gets_what_goes_with_the_post_in_the_same_form(
    cast: Staffing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        cast.db = db
        group = supervised_group(cast)
        period = {"event": "probation_passed", "months": 6}
        stored(db, Requirement(
            kind=RequirementKind.PERIOD, job_description_id=cast.roles["TC officer"], title="Probation", terms=period,
            start_on=LONG_AGO,
        ))  # fmt: skip
    at = opened(STAFF, cast, "Tara", monkeypatch)
    assert "Choose a role and a community first." in words_on(at)
    text(at, "Full name").set_value("Siân Ŵyn")
    choice(at, "Role", "starter_new").set_value(cast.roles["TC officer"]).run()
    first_day = add_months(today(), 6)
    assert f"Probation runs until {words.day(first_day)}, 6 months after starting in post." in words_on(at)
    choice(at, "Supervisor", "starter_new").set_value(cast.ids["Tara"])
    next(one for one in at.multiselect if one.label.startswith("Places in groups")).set_value([group])
    next(one for one in at.checkbox if one.label.startswith("Ask the administrator")).check()
    press(at, "Save the starter")
    said = words_on(at)
    assert "an agreement with Tara Quinn, which both sign and Tuesday group (clinical)." in said
    assert "The administrator makes the account." in said
    with reading() as db:
        new = db.exec(select(Staff.id).where(Staff.full_name == "Siân Ŵyn")).one()
        assert db.exec(select(SupervisionAgreement.supervisee_id)).all().count(new) == 1
        assert new in db.exec(select(GroupMember.staff_id)).all()
        assert db.exec(select(AccountRequest.staff_id)).all() == [new]


def test_an_administrator_is_offered_neither_agreements_nor_groups(
    cast: Staffing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        cast.db = db
        supervised_group(cast)
    at = opened(STAFF, cast, "Ada", monkeypatch)
    choice(at, "Role", "starter_new").set_value(cast.roles["TC officer"])
    choice(at, "Community", "starter_new").set_value(cast.communities["Ash"]).run()
    assert "are settled by the therapy manager of the community" in words_on(at)
    assert not [one for one in at.selectbox if one.label == "Supervisor"] and not at.multiselect


def supervised_group(cast: Staffing) -> int:
    """The Tuesday group of Ash: Ben supervises it, Mair is in it."""
    db = cast.db
    if db.get(SupervisionPurpose, "clinical") is None:
        stored_purpose = SupervisionPurpose(
            code="clinical", name="Clinical", position=1, records=WhatIsRecorded.FULL, credited_by=[]
        )
        db.add(stored_purpose)
        db.flush()
    ash = cast.communities["Ash"]
    group = stored(db, SupervisionGroup(community_id=ash, name="Tuesday group", purpose="clinical", start_on=LONG_AGO))
    stored(db, GroupMember(group_id=group, staff_id=cast.ids["Mair"], start_on=LONG_AGO))
    for terms in ({"group_id": group}, {"supervisee_id": cast.ids["Mair"]}):
        stored(
            db,
            SupervisionAgreement(supervisor_id=cast.ids["Ben"], purpose="clinical", start_on=LONG_AGO, **terms),
        )
    return group


def test_a_leaver_is_shown_what_ends_and_what_is_left_before_anything_is_stored(
    cast: Staffing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        cast.db = db
        cast.hold("Ben", PLAN)
        supervised_group(cast)
    at = opened(STAFF, cast, "Tara", monkeypatch)
    choice(at, "Who leaves?").set_value(cast.ids["Ben"]).run()
    said = words_on(at)
    assert f"{PLAN} in Ash is uncovered: nobody leads it and nobody deputises." in said
    assert "Without this supervisor: Mair Wyn." in said and "Tuesday group is without a supervisor." in said
    assert "The last day to sign in is" in said
    with reading() as db:
        assert db.get_one(Post, cast.posts["Ben"]).end_on is None
    goes_on = [one for one in at.selectbox if one.label.replace("\\", "") == "Next supervisor: Tuesday group"]
    goes_on[0].set_value(cast.ids["Tara"]).run()
    assert "Tuesday group is without a supervisor." not in words_on(at)
    press(at, "End the post")
    said = words_on(at)
    assert "With it: 1 agreement as a supervisor, 1 led responsibility and 1 account." in said
    assert "Handed over: 1 agreement." in said and "Without this supervisor: Mair Wyn." in said
    with reading() as db:
        assert db.get_one(Post, cast.posts["Ben"]).end_on == today()
        assert db.exec(select(ResponsibilityHolding.end_on)).one() == today()
        assert db.get_one(Account, cast.accounts["Ben"]).ends_on == today()
        assert db.exec(select(SupervisionAgreement.supervisor_id)).all().count(cast.ids["Tara"]) == 1


def test_what_changed_since_it_was_shown_is_shown_again_before_it_is_done(
    cast: Staffing, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(STAFF, cast, "Tara", monkeypatch)
    choice(at, "Who leaves?").set_value(cast.ids["Ben"]).run()
    with writing() as db:
        cast.db = db
        cast.hold("Ben", PLAN)
    press(at, "End the post")
    assert "What hangs on this post changed after you looked." in words_on(at)
    with reading() as db:
        assert db.get_one(Post, cast.posts["Ben"]).end_on is None
    press(at, "End the post")
    with reading() as db:
        assert db.get_one(Post, cast.posts["Ben"]).end_on == today()


def test_who_takes_another_post_keeps_the_account(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(STAFF, cast, "Tara", monkeypatch)
    choice(at, "Who leaves?").set_value(cast.ids["Ben"]).run()
    next(one for one in at.segmented_control if one.label == "And then?").set_value("Takes another post").run()
    assert "and stays in the service" in words_on(at) and "The last day to sign in" not in words_on(at)
    press(at, "End the post")
    with reading() as db:
        assert db.get_one(Account, cast.accounts["Ben"]).ends_on is None
        assert db.get_one(Post, cast.posts["Ben"]).end_on == today()


def test_a_last_day_to_come_is_taken_back(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(STAFF, cast, "Tara", monkeypatch)
    choice(at, "Who leaves?").set_value(cast.ids["Ben"]).run()
    next(one for one in at.date_input if one.label == "Last day").set_value(today() + timedelta(days=30)).run()
    press(at, "End the post")
    choice(at, "Who leaves?").set_value(cast.ids["Ben"]).run()
    assert "To be entered again: planned sessions, places on courses" in words_on(at)
    press(at, "Take it back")
    assert "goes on. Of what ended with it, 1 thing goes on." in words_on(at)
    with reading() as db:
        assert db.get_one(Post, cast.posts["Ben"]).end_on is None
        assert db.get_one(Account, cast.accounts["Ben"]).ends_on is None


def test_a_last_day_to_come_is_moved_by_one_button(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(STAFF, cast, "Tara", monkeypatch)
    choice(at, "Who leaves?").set_value(cast.ids["Ben"]).run()
    day(at, "Last day").set_value(today() + timedelta(days=30)).run()
    press(at, "End the post")
    another = today() + timedelta(days=40)
    day(at, "Another last day").set_value(another)
    press(at, "Change the last day")
    assert f"the post of TC officer, Ash ends on {words.day(another)}. With it: 1 account." in words_on(at)
    with reading() as db:
        assert db.get_one(Post, cast.posts["Ben"]).end_on == another
        assert db.get_one(Account, cast.accounts["Ben"]).ends_on == another


def test_the_reports_of_somebody_opened_are_handed_on_together(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(STAFF, cast, "Ada", monkeypatch)
    choice(at, "Open a person").set_value(cast.ids["Tara"]).run()
    key = "line_manager-reports"
    named = next(one for one in at.multiselect if (one.key or "").startswith(key))
    assert named.value == [cast.posts["Ben"], cast.posts["Mair"]]
    choice(at, "New line manager", key).set_value(cast.ids["Carol"])
    next(one for one in at.button if (one.key or "").startswith(key) or key in str(one.proto)).click().run()
    assert not at.exception
    assert "Carol" in words_on(at) and "is now line manager in 2 posts." in words_on(at)
    with reading() as db:
        assert {db.get_one(Post, cast.posts[who]).line_manager_id for who in ("Ben", "Mair")} == {cast.ids["Carol"]}


def test_another_post_for_somebody_who_leaves_says_what_ends_all_the_same(
    cast: Staffing, monkeypatch: pytest.MonkeyPatch
) -> None:
    last_day = today() + timedelta(days=30)
    with writing() as db:
        db.get_one(Post, cast.posts["Ben"]).end_on = last_day
    at = opened(STAFF, cast, "Tara", monkeypatch)
    next(one for one in at.segmented_control if one.label == "Who starts?").set_value("Somebody already here").run()
    choice(at, "Person", "starter_known").set_value(cast.ids["Ben"]).run()
    assert f"TC officer, Ash ends on {words.day(last_day)}. If it was entered as leaving the service" in words_on(at)


def test_an_absence_is_recorded_seen_on_the_person_and_ended(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(STAFF, cast, "Tara", monkeypatch)
    choice(at, "Person", "absence").set_value(cast.ids["Ben"])
    press(at, "Record the absence")
    choice(at, "Open a person").set_value(cast.ids["Ben"]).run()
    assert f"{words.day(today())} with no last day yet" in words_on(at)
    last_days = [one for one in at.date_input if one.label == "Last day away"]
    last_days[0].set_value(today() + timedelta(days=2))
    press(at, "Save")
    with reading() as db:
        assert db.exec(select(Absence.end_on)).one() == today() + timedelta(days=2)


def test_staff_is_not_for_officers(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(STAFF, cast, "Ben", monkeypatch)
    assert [error.value for error in at.error] == [NO_SUCH_RECORD]


def test_only_an_administrator_is_asked_for_an_e_mail_address(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(at: AppTest) -> bool:
        return any("E-mail" in one.label for one in at.text_input)

    assert not asked(opened(STAFF, cast, "Tara", monkeypatch))
    assert asked(opened(STAFF, cast, "Ada", monkeypatch))


# ---------------------------------------------------------------------------------------------------------------------
# Responsibilities


def test_somebody_not_able_is_said_with_the_reason(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as cast.db:
        cast.hold("Ben", "Prepare the peer review")
    at = opened(RESPONSIBILITIES, cast, "Tara", monkeypatch)
    assert "Ben Ellis: Audit course is not completed." in words_on(at)


def test_an_officer_sees_what_they_hold_and_nobody_else(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as cast.db:
        cast.hold("Ben", PLAN)
        cast.hold("Mair", "Teach new officers")
    at = opened(RESPONSIBILITIES, cast, "Ben", monkeypatch)
    said = words_on(at)
    assert PLAN in said and "Teach new officers" not in said and not at.selectbox
    assert [one.label for one in at.expander] == [
        "TC officer, Ash: 1 responsibility of every postholder",
        "Who can see this?",
    ]


def test_somebody_without_a_post_is_told_so(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(RESPONSIBILITIES, cast, "Ada", monkeypatch)
    assert "You hold no responsibility on this day" in words_on(at)


def test_the_director_sees_both_communities_and_changes_nothing(
    cast: Staffing, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(RESPONSIBILITIES, cast, "Olwen", monkeypatch)
    assert choice(at, "Community").options == ["All communities", "Ash", "Birch"]
    assert f"{PLAN}, Ash" in words_on(at) and f"{PLAN}, Birch" in words_on(at)
    assert not any(one.label in ("Name", "End") for one in at.button)


# ---------------------------------------------------------------------------------------------------------------------
# Catalogue


@pytest.fixture
def catalogue(cast: Staffing) -> int:
    with writing() as db:
        load_catalogue(db)
        return db.exec(select(JobDescription.id).where(JobDescription.code == "tc_officer")).one() or 0


def part(at: AppTest, name: str) -> AppTest:
    next(one for one in at.segmented_control if one.label == "Part").set_value(name).run()
    assert not at.exception
    return at


def test_every_part_of_the_catalogue_opens(cast: Staffing, catalogue: int, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(CATALOGUE, cast, "Ben", monkeypatch)
    for name, expected in (
        ("Job descriptions", "responsibilities"),
        ("Requirements", "How sure each one is"),
        ("Training", "Expires 12 months after completion."),
        ("Bodies", "Everybody renews by 31 May of each odd year"),
        ("Supervision", "Minutes as attended."),
        ("Standards", "Levels, lowest first"),
        ("Settings", "Set by a therapy manager."),
    ):
        assert expected in words_on(part(at, name)), name
    assert not any(one.label.startswith("Set ") for one in at.button)


def test_a_therapy_manager_sets_a_minimum_a_target_and_a_number(
    cast: Staffing, catalogue: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = part(opened(CATALOGUE, cast, "Tara", monkeypatch), "Requirements")
    choice(at, "Job description").set_value(catalogue).run()
    assert "No amount is set, so nothing is asked (clinical supervision, individual)." in words_on(at)
    next(one for one in at.number_input if one.label == "At least").set_value(60)
    press(at, "Set the minimum")
    assert "60 minutes every 28 days, individual: clinical supervision." in words_on(at)
    next(one for one in at.number_input if one.label.startswith("Days after")).set_value(90)
    press(at, "Set the target")
    assert "Completed; within 90 days of starting in post." in words_on(at)
    part(at, "Settings")
    choice(at, "Number").set_value("due_soon_days").run()
    next(one for one in at.number_input if one.label == "From 0 to 366").set_value(60)
    press(at, "Set the number")
    with reading() as db:
        assert db.get_one(Setting, "due_soon_days").value == 60
        asked = db.exec(select(Requirement).where(Requirement.title == "TCAT 1", Requirement.mark == "service")).one()
    assert asked.terms["target_days"] == 90
    press(at, "Go back to the product's default: 90")
    with reading() as db:
        assert db.get(Setting, "due_soon_days") is None


def test_a_minimum_that_began_today_cannot_be_set_again_for_today(
    cast: Staffing, catalogue: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = part(opened(CATALOGUE, cast, "Tara", monkeypatch), "Requirements")
    choice(at, "Job description").set_value(catalogue).run()
    press(at, "Set the minimum")
    press(at, "Set the minimum")
    assert f"The present number applies from {words.day(today())}. Choose a later day." in words_on(at)


def test_an_administrator_adds_a_community(cast: Staffing, catalogue: int, monkeypatch: pytest.MonkeyPatch) -> None:
    at = part(opened(CATALOGUE, cast, "Ada", monkeypatch), "Settings")
    text(at, "Name").set_value("Cedar")
    press(at, "Add the community")
    assert "Cedar added to HMP Invented." in words_on(at)


def test_an_empty_catalogue_says_what_to_do(page_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        nobody = stored(db, Staff(full_name="Ada Lund", code="S1"))
        account = stored(db, Account(staff_id=nobody, username="ada", must_change_password=False))
    sign_in(monkeypatch, account)
    at = AppTest.from_file(str(CATALOGUE), default_timeout=60).run()
    assert "The catalogue is empty." in words_on(at)
