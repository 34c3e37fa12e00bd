"""Runs and places on the training page: what a manager answers, and what a person reads and asks."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select
from streamlit.testing.v1 import AppTest

from tcsuper import words
from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import Booking, BookingState, CourseRun, CourseTrainer
from tcsuper.queries.evidence import current
from tcsuper.services.course_runs import add_run
from tcsuper.services.places import book_place, book_run, withdraw_place
from tcsuper.settings import ROOT
from tests.competence import add_courses
from tests.people import Cast, make_cast
from tests.runs import stored_place, stored_run
from tests.signing_in import sign_in

TRAINING = ROOT / "pages" / "training.py"
NEXT_WEEK, YESTERDAY = today() + timedelta(days=7), today() - timedelta(days=1)


@pytest.fixture
def cast(page_database: str) -> Cast:
    with writing() as db:
        made = make_cast(db)
        add_courses(db, made)
        return made


def opened(cast: Cast, who: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    return steady(AppTest.from_file(str(TRAINING), default_timeout=60).run())


def steady(at: AppTest) -> AppTest:
    assert not at.exception, [one.value for one in at.exception]
    return at


def words_on(at: AppTest) -> str:
    kinds = (at.markdown, at.caption, at.info, at.error, at.success, at.subheader)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def press(at: AppTest, label: str) -> AppTest:
    return steady(next(button for button in at.button if button.label == label).click().run())


def opened_part(at: AppTest, key: str) -> AppTest:
    """A popover's content is drawn once it is open."""
    at.session_state[key] = True
    return steady(at.run())


def full_run(cast: Cast, how_many: int = 1) -> int:
    """Ben has the one place; Bela, Officer D and Cai, of another community, wait."""
    with writing() as db:
        asha = actor_for_staff(db, cast.id("Asha"))
        run = add_run(db, by=asha, course_code="tcat_1", runs_on=NEXT_WEEK, place="Room 4", capacity=how_many)
        book_run(db, by=asha, staff_ids=[cast.id(name) for name in ("Ben", "Bela")], run_id=run.id or 0)
        carol = actor_for_staff(db, cast.id("Carol"))
        book_place(db, by=carol, staff_id=cast.id("Cai"), run_id=run.id or 0)
        return run.id or 0


def place_of(db: Session, cast: Cast, name: str) -> Booking:
    return db.exec(select(Booking).where(Booking.staff_id == cast.id(name), current(Booking))).one()


def state_of(cast: Cast, name: str) -> BookingState:
    with reading() as db:
        return place_of(db, cast, name).state


def given_up(cast: Cast, name: str) -> None:
    with writing() as db:
        asha = actor_for_staff(db, cast.id("Asha"))
        withdraw_place(db, by=asha, booking_id=place_of(db, cast, name).id or 0, reason="On nights")


def test_a_manager_gives_a_place_up_and_confirms_the_one_it_was_offered_to(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_run(cast)
    asha = opened(cast, "Asha", monkeypatch)
    assert "1 of 1 place taken, 2 people waiting." in words_on(asha)
    assert "Of other people, 1 waits." in words_on(asha) and "Cai" not in words_on(asha)
    with reading() as db:
        key = f"place-withdraw-{place_of(db, cast, 'Ben').id}"
    opened_part(asha, key)
    next(box for box in asha.text_input if box.label == "Why?").set_value("On nights")
    press(asha, "Withdraw")
    assert "It is offered to Bela; a manager confirms it." in words_on(asha)
    assert state_of(cast, "Bela") is BookingState.OFFERED
    press(asha, "Confirm")
    assert state_of(cast, "Bela") is BookingState.CONFIRMED


def test_giving_up_without_a_reason_is_refused_beside_the_field(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    full_run(cast)
    asha = opened(cast, "Asha", monkeypatch)
    with reading() as db:
        opened_part(asha, f"place-withdraw-{place_of(db, cast, 'Ben').id}")
    press(asha, "Withdraw")
    assert "Nothing was saved." in words_on(asha) and "Say why." in words_on(asha)
    assert state_of(cast, "Ben") is BookingState.CONFIRMED


def test_the_person_reads_their_offer_in_plain_words_and_declines_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_run(cast)
    given_up(cast, "Ben")
    bela = opened(cast, "Bela", monkeypatch)
    assert "A place is offered to you on" in words_on(bela) and "your manager confirms it." in words_on(bela)
    assert not any(button.label == "Confirm" for button in bela.button)
    with reading() as db:
        opened_part(bela, f"place-withdraw-{place_of(db, cast, 'Bela').id}")
    next(box for box in bela.text_input if box.label == "Why?").set_value("Away that week")
    press(bela, "Decline")
    assert "It is offered to the next who waits." in words_on(bela) and "Cai" not in words_on(bela)
    assert state_of(cast, "Cai") is BookingState.OFFERED


def test_a_run_to_come_is_asked_for_with_one_click(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    full_run(cast)
    jo = opened(cast, "Jo", monkeypatch)
    assert "Ben" not in words_on(jo)
    press(jo, "Wait for a place")
    assert "You wait for a place on" in words_on(jo) and "number 3 in the order of asking" in words_on(jo)


def test_a_booking_beyond_the_capacity_says_who_waits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    run = full_run(cast, how_many=4)
    asha = opened(cast, "Asha", monkeypatch)
    form = next(box for box in asha.multiselect if box.label == "People" and "book_run-book" in (box.key or ""))
    form.set_value([cast.id("Officer E"), cast.id("Officer D")])
    boxes = [box for box in asha.selectbox if box.label == "Run" and "book_run-book" in (box.key or "")]
    steady(boxes[0].set_value(run).run())
    press(asha, "Book these places")
    assert "1 place booked. Officer D waits for the next that becomes free." in words_on(asha)
    assert (state_of(cast, "Officer E"), state_of(cast, "Officer D")) == ("confirmed", "nominated")


def test_a_cancelled_run_is_told_and_its_people_are_booked_on_another(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = full_run(cast)
    with writing() as db:
        asha_herself = actor_for_staff(db, cast.id("Asha"))
        other = add_run(db, by=asha_herself, course_code="tcat_1", runs_on=NEXT_WEEK + timedelta(days=7), capacity=9)
    asha = opened(cast, "Asha", monkeypatch)
    opened_part(asha, f"run-change-{run}")
    next(box for box in asha.text_input if box.label.startswith("Why did the provider")).set_value("The trainer is ill")
    press(asha, "Cancelled by the provider")
    assert "is cancelled, and with it 3 bookings." in words_on(asha)
    assert "The provider cancelled it: The trainer is ill" in words_on(asha)
    again = next(box for box in asha.multiselect if f"again-{run}" in (box.key or ""))
    assert again.value == [cast.id("Ben"), cast.id("Bela")]
    button = next(one for one in asha.button if f"again-{run}" in (one.key or ""))
    steady(button.click().run())
    assert "2 places booked." in words_on(asha)
    with reading() as db:
        on_other = select(col(Booking.staff_id)).where(Booking.run_id == other.id)
        assert sorted(db.exec(on_other).all()) == sorted([cast.id("Ben"), cast.id("Bela")])


def test_a_manager_adds_a_run_and_a_trainer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asha = opened(cast, "Asha", monkeypatch)
    press(asha, "Add the run")
    assert "Choose the day on which it begins." in words_on(asha)
    next(box for box in asha.selectbox if "add_run" in (box.key or "")).set_value("tcat_2")
    next(box for box in asha.date_input if box.label == "First day").set_value(NEXT_WEEK)
    next(box for box in asha.number_input if box.label == "Places for this service").set_value(6)
    press(asha, "Add the run")
    with reading() as db:
        assert db.exec(select(col(CourseRun.capacity))).one() == 6
    next(box for box in asha.selectbox if "add_trainer" in (box.key or "") and box.label == "Course").set_value(
        "tcat_2"
    )
    next(box for box in asha.text_input if box.label == "Or somebody from elsewhere").set_value("Delyth Carrow")
    press(asha, "Add them")
    with reading() as db:
        assert db.exec(select(col(CourseTrainer.name))).one() == "Delyth Carrow"


def test_whoever_keeps_no_runs_has_no_button_for_them(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    full_run(cast)
    farah = opened(cast, "Farah", monkeypatch)
    labels = {button.label for button in farah.button}
    assert "Book these places" in labels and not {"Add the run", "Add them", "Cancelled by the provider"} & labels


def test_a_run_of_yesterday_lists_its_people_to_be_entered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        course = db.exec(select(CourseRun)).first()
        assert course is None
        asha_herself = actor_for_staff(db, cast.id("Asha"))
        ahead = add_run(db, by=asha_herself, course_code="tcat_1", runs_on=NEXT_WEEK)
        run = stored_run(db, ahead.course_id, YESTERDAY, place="Room 4")
        for name, state in (("Ben", BookingState.CONFIRMED), ("Bela", BookingState.NOMINATED)):
            stored_place(db, run, cast.id(name), state)
    asha = opened(cast, "Asha", monkeypatch)
    chosen = next(box for box in asha.selectbox if box.label == "Run" and "record_course_run" in (box.key or ""))
    steady(chosen.set_value(run.id).run())
    people = next(box for box in asha.multiselect if "record_course_run" in (box.key or ""))
    assert people.value == [cast.id("Ben")]
    press(asha, "Record the course run")
    assert state_of(cast, "Ben") is BookingState.ATTENDED


def test_a_run_over_several_days_is_under_way_until_its_last(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        asha_herself = actor_for_staff(db, cast.id("Asha"))
        ahead = add_run(db, by=asha_herself, course_code="tcat_1", runs_on=NEXT_WEEK)
        run = stored_run(db, ahead.course_id, YESTERDAY, last_on=NEXT_WEEK, place="Room 4")
        for name, state in (("Ben", BookingState.CONFIRMED), ("Bela", BookingState.NOMINATED)):
            stored_place(db, run, cast.id(name), state)
    asha = opened(cast, "Asha", monkeypatch)
    assert "Under way" in words_on(asha) and "Held, and not entered yet" not in words_on(asha)
    absent = [button.key or "" for button in asha.button if button.label == "Did not attend"]
    with reading() as db:
        assert absent and f"place-absent-{place_of(db, cast, 'Ben').id}" in absent[0]
    assert len(absent) == 1, "whoever only waits had no place to miss"
    bookable = next(box for box in asha.selectbox if box.label == "Run" and "book_run-book" in (box.key or ""))
    assert not any("Room 4" in option for option in bookable.options)


def test_the_forecast_names_who_waits_already_and_chooses_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        asha_herself = actor_for_staff(db, cast.id("Asha"))
        run = add_run(db, by=asha_herself, course_code="tcat_1", runs_on=NEXT_WEEK, capacity=1)
        for name in ("Ben", "Bela"):
            book_place(db, by=asha_herself, staff_id=cast.id(name), run_id=run.id or 0)
    asha = opened(cast, "Asha", monkeypatch)
    needed = next(box for box in asha.multiselect if "book_run-needed-tcat_1" in (box.key or ""))
    assert cast.id("Bela") not in needed.value and cast.id("Officer D") in needed.value
    assert f"Bela (waiting, {words.day(NEXT_WEEK)})" in needed.options
    assert any("1 waiting or offered a place" in one.label for one in asha.expander)
