"""Concerns and emergency access on screen: raised, read, asked for, opened, decided, reviewed, told."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.access import actor_for_staff
from tcsuper.clock import now
from tcsuper.database import reading, writing
from tcsuper.models import Account, Concern, ConcernCategory, EmergencyAccess
from tcsuper.rules.emergency import OPEN_FOR
from tcsuper.services.concerns import raise_concern
from tcsuper.services.emergency_access import approve_emergency_access
from tcsuper.services.passwords import hash_password
from tcsuper.settings import ROOT
from tests.emergencies import PRIVATE, WHY, WORDS, Texts, asked, at, write_texts
from tests.people import Cast, add_plain_supervisor
from tests.signing_in import sign_in

WHAT = "The door was left open twice."
PASSWORD = "four quiet green doors"


@pytest.fixture
def cast(page_cast: Cast) -> Cast:
    with writing() as db:
        add_plain_supervisor(db, page_cast)
        for name in ("Asha", "Ben"):
            db.get_one(Account, page_cast.accounts[name]).password_hash = hash_password(PASSWORD)
    return page_cast


@pytest.fixture
def texts(cast: Cast) -> Texts:
    with writing() as db:
        return write_texts(db, cast, "Lena", cast.lena_agreement, ("Ben",))


def opened(page: str, **query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def field(elements: Any, label: str) -> Any:
    return next(one for one in elements if one.label.startswith(label))


def click(test: AppTest, label: str) -> AppTest:
    field(test.button, label).click().run()
    assert not test.exception
    return test


def shown(test: AppTest) -> str:
    parts = [*test.markdown, *test.text, *test.caption, *test.info, *test.error, *test.warning, *test.success]
    return " ".join(str(one.value) for one in parts).replace("\\", "")


# ---------------------------------------------------------------------------------------------------------------------
# Concerns


def test_the_form_begins_with_where_to_report_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, cast.accounts["Ben"])
    assert opened("concerns").warning[0].value == (
        "This does not report a safeguarding or security matter. Report it first by your local procedure, then record "
        "here the date, to whom and its reference."
    )


def test_a_concern_is_raised_and_read_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, cast.accounts["Bela"])
    test = opened("concerns")
    field(test.selectbox, "Whose practice").set_value(cast.id("Ben")).run()
    assert "It goes to Asha, who reads it and says what comes of it. Ben can read it" in shown(test)
    field(test.selectbox, "What kind").set_value(ConcernCategory.UNSAFE_PRACTICE)
    field(test.text_area, "What happened").input(WHAT)
    click(test, "Raise the concern")
    assert "Concern raised. It is with Asha." in shown(test)
    with reading() as db:
        concern = db.exec(select(Concern)).one()
    assert WHAT not in shown(test), "the list shows no words"
    assert WHAT in shown(opened("concerns", concern=str(concern.record_id)))


def test_a_refused_concern_keeps_its_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, cast.accounts["Bela"])
    test = opened("concerns")
    field(test.selectbox, "What kind").set_value(ConcernCategory.SAFEGUARDING).run()
    assert field(test.checkbox, "Withhold it").value and field(test.checkbox, "Withhold it").disabled
    field(test.text_area, "What happened").input(WHAT)
    click(test, "Raise the concern")
    assert "Choose the person it is about" in shown(test) and "Nothing was saved" in shown(test)
    field(test.selectbox, "Whose practice").set_value(cast.id("Ben"))
    click(test, "Raise the concern")
    assert "Report it first by your local procedure" in shown(test)
    assert field(test.text_area, "What happened").value == WHAT


def test_a_withheld_concern_is_nowhere_on_its_subjects_screen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        by = actor_for_staff(db, cast.id("Bela"))
        about, kind = cast.id("Ben"), ConcernCategory.CONDUCT_OF_SUPERVISION
        concern = raise_concern(db, by=by, about_id=about, category=kind, text=WHAT)
    sign_in(monkeypatch, cast.accounts["Ben"])
    test = opened("concerns", concern=str(concern.record_id))
    assert "There is no concern that you may read" in shown(test) and WHAT not in shown(test)
    sign_in(monkeypatch, cast.accounts["Asha"])
    assert WHAT in shown(opened("concerns", concern=str(concern.record_id)))
    assert "A concern is with you" in shown(opened("home"))


def test_a_concern_is_closed_by_whom_it_was_routed_to(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        by = actor_for_staff(db, cast.id("Bela"))
        unsafe = ConcernCategory.UNSAFE_PRACTICE
        concern = raise_concern(db, by=by, about_id=cast.id("Ben"), category=unsafe, text=WHAT)
    sign_in(monkeypatch, cast.accounts["Asha"])
    test = opened("concerns", concern=str(concern.record_id))
    field(test.text_area, "What came of it").input("Mended.")
    field(test.checkbox, "Close this concern").check()
    click(test, "Save what came of it")
    assert "Mended." in shown(test) and "was closed on" in shown(test)
    assert not test.text_area, "a closed concern offers nothing to write"


def test_an_auditor_sees_counts_and_no_concern(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, cast.accounts["Ivor"])
    test = opened("concerns")
    assert "How many concerns were raised" in [one.value for one in test.subheader]


# ---------------------------------------------------------------------------------------------------------------------
# Emergency access


def fill(test: AppTest, cast: Cast, why: str = WHY, password: str = PASSWORD, which: int = 0) -> None:
    field(test.selectbox, "Whose session").set_value(cast.id("Ben")).run()
    field(test.selectbox, "Which text").set_value(which).run()
    field(test.selectbox, "Reason").set_value("safeguarding").run()
    field(test.text_area, "Why this text").input(why)
    field(test.text_input, "Your password again").input(password)


def test_a_shared_record_is_asked_for_read_and_told(cast: Cast, texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, cast.accounts["Asha"])
    test = opened("emergency_access")
    fill(test, cast)
    assert WORDS not in shown(test)
    click(test, "Ask for it")
    assert "Emergency access, until" in shown(test) and WORDS in shown(test)
    assert not test.get("download_button")
    sign_in(monkeypatch, cast.accounts["Ben"])
    assert "Emergency access · Clinical" in shown(opened("home"))
    told = opened("emergency_access")
    assert "Asha opened it on" in shown(told) and WORDS not in shown(told) and WHY not in shown(told)
    click(told, "I have seen this")
    assert "Emergency access · Clinical" not in shown(opened("home"))


def test_a_wrong_password_opens_nothing_and_keeps_the_words(
    cast: Cast, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, cast.accounts["Asha"])
    test = opened("emergency_access")
    fill(test, cast, password="a guess")
    click(test, "Ask for it")
    assert "The password or the code is not right" in shown(test)
    assert field(test.text_area, "Why this text").value == WHY
    with reading() as db:
        assert db.exec(select(EmergencyAccess)).all() == []


def test_the_next_click_after_the_hour_shows_nothing_more(
    cast: Cast, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        asked(db, actor_for_staff(db, cast.id("Asha")), texts)
    sign_in(monkeypatch, cast.accounts["Asha"])
    test = opened("emergency_access")
    assert WORDS in shown(test)
    with writing() as db:
        access = db.exec(select(EmergencyAccess)).one()
        access.opened_at = now() - OPEN_FOR
        access.open_until = now()
    test.run()
    assert WORDS not in shown(test) and "it closed on" in shown(test)


def test_a_private_note_waits_for_the_director_who_approves_and_reviews(
    cast: Cast, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, cast.accounts["Asha"])
    test = opened("emergency_access")
    field(test.selectbox, "Whose session").set_value(cast.id("Ben")).run()
    options = field(test.selectbox, "Which text").options
    fill(test, cast, which=next(n for n, option in enumerate(options) if option.startswith("Private note")))
    click(test, "Ask for it")
    assert "Waits for the director" in shown(test) and WORDS not in shown(test)
    sign_in(monkeypatch, cast.accounts["Dev"])
    assert "Asha asks to open a private note" in shown(opened("home"))
    decides = click(opened("emergency_access"), "Approve")
    assert "Approved" in shown(decides) and WORDS not in shown(decides)
    sign_in(monkeypatch, cast.accounts["Asha"])
    test = opened("emergency_access")
    field(test.text_input, "Your password again").input(PASSWORD)
    click(test, "Open it for 60 minutes")
    assert WORDS in shown(test)
    click(test, "I am done")
    assert WORDS not in shown(test)
    sign_in(monkeypatch, cast.accounts["Dev"])
    reviews = opened("emergency_access")
    click(reviews, "Save the review")
    assert "Choose yes or no" in shown(reviews)
    field(reviews.radio, "Was it justified").set_value("Yes")
    field(reviews.text_area, "What you base this on").input(WHY)
    click(reviews, "Save the review")
    assert "justified" in shown(reviews) and not reviews.radio


def test_the_director_puts_off_telling(cast: Cast, texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        asked(db, actor_for_staff(db, cast.id("Asha")), texts, open_at_once=False)
    sign_in(monkeypatch, cast.accounts["Dev"])
    test = opened("emergency_access")
    field(test.text_area, "Why telling them now").input(WHY)
    click(test, "Put it off")
    assert "They are told 3 days later" in shown(test)


def test_a_disabled_manager_sees_nothing_at_the_next_click(
    cast: Cast, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        asked(db, actor_for_staff(db, cast.id("Asha")), texts)
    sign_in(monkeypatch, cast.accounts["Asha"])
    test = opened("emergency_access")
    with writing() as db:
        db.get_one(Account, cast.accounts["Asha"]).disabled_at = now()
    test.run()
    assert WORDS not in shown(test) and "You are not signed in" in shown(test)


def test_an_approval_of_the_day_before_is_still_there_to_be_used(
    cast: Cast, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(now() - timedelta(days=1)), writing() as db:
        access = asked(db, actor_for_staff(db, cast.id("Asha")), texts, PRIVATE)
        approve_emergency_access(db, by=actor_for_staff(db, cast.id("Dev")), access_id=access.id)
    sign_in(monkeypatch, cast.accounts["Asha"])
    assert "May be opened" in shown(opened("emergency_access"))
    assert "You asked for it, and it may be opened" in shown(opened("home"))


def test_somebody_whom_nothing_concerns_is_told_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, cast.accounts["Cai"])
    test = opened("emergency_access")
    assert "No text of a session of yours was opened" in shown(test) and not test.text_area
