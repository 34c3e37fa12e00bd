"""T1, T2, T3, T6 to T9, R9 on the product itself, over its own websocket: what a forger says who needs no browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlmodel import select
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import RoleGrant, Staff, SupervisionAgreement, SupervisionSession
from tcsuper.services.sign_in import sign_out, who_holds
from tcsuper.ui.menu import PAGES
from tests.people import as_person
from tests.security.conftest import Live
from tests.websocket import Screen, Tab

SECRET = "Mx7 of Ashdown B"
OTHER = "Qk9 of Ashdown C"


@pytest.fixture(scope="module", autouse=True)
def something_to_steal(live: Live) -> None:
    """Bela's name is read in Ashdown B, Cai's in Ashdown C and by Gwen."""
    with writing() as db:
        db.get_one(Staff, live.cast.id("Bela")).full_name = SECRET
        db.get_one(Staff, live.cast.id("Cai")).full_name = OTHER


# ---------------------------------------------------------------------------------------------------------------------
# T1, T2, T3: who is there


def test_copied_session_id_without_the_ticket_shows_nothing(live: Live) -> None:
    """T1, T3. Seen to fail with one binding for everybody: the thief was given Asha's tab."""
    with live.tab("Asha") as tab:
        assert tab.open("supervision_due").shows(SECRET)
        for cookie in ("", "tcsuper=" + "x" * 43, f"tcsuper={live.ticket('Carol')}"):
            with Tab(live.address, cookie=cookie, session_id=tab.session_id) as thief:
                screen = thief.open("supervision_due")
                assert thief.session_id != tab.session_id and not screen.shows(SECRET)
        assert tab.act().shows(SECRET)


def odd_cookies(ticket: str) -> Iterator[str]:
    yield from ("", " ", "x", "x" * 43, ticket[:-1], ticket + "x", ticket.swapcase(), f'"{ticket} "', f"{ticket}%00")
    yield from (
        "null",
        "undefined",
        "{}",
        "[]",
        "' OR 1=1 --",
        "../../etc/passwd",
        "%F0%9F%92%A9",
        "\xff\xfe",
        "=" * 40,
    )
    # A token of the library's own making, signed by nobody.
    yield "eyJhbGciOiJub25lIn0.eyJ1c2VybmFtZSI6ImFzaGEiLCJleHBfZGF0ZSI6OTk5OTk5OTk5OX0."
    yield "y" * 6000


def test_odd_forged_and_old_cookies_are_simply_signed_out(live: Live) -> None:
    """T2"""
    ticket = live.ticket("Ben")
    for cookie in odd_cookies(ticket):
        with Tab(live.address, cookie=f"tcsuper={cookie}") as tab:
            screen = tab.open("my_record")
            assert screen.is_front_door and not screen.shows("Reference") and not screen.shows("Traceback"), cookie
    for name in ("Tcsuper", "__Host-tcsuper", "tcsuper2", "_streamlit_user"):
        with Tab(live.address, cookie=f"{name}={ticket}") as tab:
            assert tab.open().is_front_door, name
    signed_in = who_holds(ticket)
    assert signed_in is not None
    sign_out(signed_in)
    with Tab(live.address, ticket) as tab:
        assert tab.open().is_front_door


def test_header_that_names_somebody_is_not_believed(live: Live) -> None:
    """T3: the header by which the middleware binds a session comes from the middleware alone, also when somebody knows
    what it would say, as whoever has seen the database does.

    Seen to fail without the line in `_bound_to` that drops it from the request: the thief was given Asha's tab."""
    ticket = live.ticket("Asha")
    with Tab(live.address, ticket) as tab:
        tab.open()
        known = sha256(ticket.encode()).hexdigest()
        with Tab(live.address, session_id=tab.session_id, X_Tcsuper_Ticket=known) as thief:
            assert thief.open().is_front_door and thief.session_id != tab.session_id


# ---------------------------------------------------------------------------------------------------------------------
# T7, T8: pages and records of others


@pytest.mark.parametrize("name", ["Ben", "Jo", "Gwen", ""])
def test_page_that_is_not_in_the_menu_is_not_entered_by_its_hash(live: Live, name: str) -> None:
    """T7. Seen to fail without both locks, `holds` in `signed_in_staff` and the stand-ins of the menu: Ben and Jo were
    let in on the page of who is due. With one of them left it holds."""
    with live.tab("Eve") as tab:
        hashes = tab.open().pages
    assert set(hashes) >= {page.path for page in PAGES}
    with Tab(live.address, live.ticket(name) if name else None) as tab:
        menu = tab.open().pages
        for path, page_script_hash in hashes.items():
            screen = tab.open_by_hash(page_script_hash, person=str(live.cast.id("Bela")))
            assert not screen.shows(OTHER if name == "Ben" else SECRET) and not screen.shows("Traceback"), path
            if path in ("accounts", "staff", "observe", "supervision_due", "record_supervision") and name in (
                "Ben",
                "Jo",
            ):
                assert screen.said == [NO_SUCH_RECORD], path
            assert name or screen.is_front_door
        assert set(menu) == set(hashes)  # every address is registered for everybody, with a stand-in
        for forged in ("0" * 32, "../pages/accounts", "/work", "'", ""):
            assert not tab.open_by_hash(forged).shows(OTHER if name == "Ben" else SECRET)


@pytest.mark.parametrize("name", ["Carol", "Cai", "Gwen", "Kit"])
def test_ids_of_others_in_the_address_show_nothing(live: Live, name: str) -> None:
    """T8. Seen to fail without the relationships in `people_within`: all four read Bela's name."""
    bela, session = str(live.cast.id("Bela")), a_session_of_ashas(live)
    with live.tab(name) as tab:
        for page in PAGES:
            for query in ({"person": bela}, {"session": session, "planned": session, "observation": session}):
                screen = tab.open(page.path, show="check", what="TCAT 1", **query)
                assert not screen.shows(SECRET) and not screen.shows(session), page.path


def a_session_of_ashas(live: Live) -> str:
    with reading() as db:
        agreement = select(SupervisionSession.record_id).where(
            SupervisionSession.agreement_id == live.cast.group_agreement
        )
        return str(db.exec(agreement).first() or "11111111-1111-1111-1111-111111111111")


# ---------------------------------------------------------------------------------------------------------------------
# T9: widgets


def sessions_of(agreement_id: int) -> int:
    with reading() as db:
        found = select(SupervisionSession).where(SupervisionSession.agreement_id == agreement_id)
        return len(db.exec(found).all())


def opened_register(tab: Tab, of: str) -> Screen:
    screen = tab.open("record_supervision")
    choice = screen.find("selectbox", "Group or person")
    return tab.act(None, (choice, next(one for one in choice.options if one.startswith(of))))


FORGED: dict[str, Any] = {
    "an attendance that is not in the list": ("selectbox", "Attendance of .*", "Root", ""),
    "a day to come": ("date_input", "Held on", ["2091-01-01"], ""),
    "a day that is none": ("date_input", "Held on", ["2026-02-31"], ""),
    "no day": ("date_input", "Held on", [], ""),
    "minus five minutes": ("number_input", "Length in minutes", -5.0, ""),
    "a length that is no number": ("number_input", "Length in minutes", float("nan"), ""),
    "an endless length": ("number_input", "Length in minutes", float("inf"), ""),
    "a start that is no time": ("text_input", "Started at .*", "25:99", ""),
    "words where a number belongs": ("number_input", "Length in minutes", "DROP TABLE staff", "string_value"),
    "a list where a choice belongs": ("selectbox", "Attendance of .*", ["Attended"], "string_array_value"),
}


def test_honest_values_said_the_same_way_are_stored(live: Live) -> None:
    """Else the tests below could pass by accident."""
    before = sessions_of(live.cast.ben_agreement)
    with live.tab("Asha") as tab:
        screen = opened_register(tab, "Ben")
        tab.put(screen.find("number_input", "Length in minutes"), 45.0)
        after = tab.act(screen.button("Save the session"))
        assert sessions_of(live.cast.ben_agreement) == before + 1, after.said


@pytest.mark.parametrize("forged", FORGED)
def test_forged_value_of_a_widget_is_never_stored(live: Live, forged: str) -> None:
    """T9. Seen to fail without `_is_clock_time` in `_check_session`: a session at 25:99 was stored. None of minus five
    minutes is stored even without that check and the field's own limit: the database stops it."""
    kind, label, value, field = FORGED[forged]
    with live.tab("Asha") as tab:
        screen = opened_register(tab, "Ben")
        tab.put(screen.find(kind, label), value, field)
        after = tab.act(screen.button("Save the session"))
        assert not after.shows("Traceback") and not after.shows("sqlalchemy")
    with reading() as db:
        for session in db.exec(
            select(SupervisionSession).where(SupervisionSession.agreement_id == live.cast.ben_agreement)
        ):
            assert session.held_on <= today() and 1 <= session.minutes <= 480 and session.starts_at in (None, "")


def test_choice_that_was_never_offered_is_not_taken(live: Live) -> None:
    """T9, T8: Carol's own agreement, said by Asha; and Asha's own button, pressed by Carol."""
    with live.tab("Carol") as tab:
        carols = opened_register(tab, OTHER)
        of_carol = carols.find("selectbox", "Group or person")
        cai = next(one for one in of_carol.options if one.startswith(OTHER))
    before = sessions_of(live.cast.cai_agreement)
    with live.tab("Asha") as tab:
        screen = opened_register(tab, "Ben")
        tab.act(carols.button("Save the session"), (screen.find("selectbox", "Group or person"), cai))
        tab.act(screen.button("Save the session"))
    assert sessions_of(live.cast.cai_agreement) == before


def test_widgets_of_a_page_that_is_shut_do_nothing(live: Live) -> None:
    """T7, T9: Ben says what Asha's browser said when it saved."""
    with live.tab("Asha") as tab:
        screen = opened_register(tab, "Monday")
    before = sessions_of(live.cast.group_agreement)
    with live.tab("Ben") as tab:
        tab.open()
        choice = screen.find("selectbox", "Group or person")
        for page in ("record_supervision", "my_record", ""):
            tab.open(page)
            tab.act(screen.button("Save the session"), (choice, choice.options[0]))
    assert sessions_of(live.cast.group_agreement) == before


# ---------------------------------------------------------------------------------------------------------------------
# R9: what changed meanwhile


@contextmanager
def ended_yesterday(model: Any, row_id: int) -> Iterator[None]:
    def set_to(day: object) -> None:
        with writing() as db:
            db.get_one(model, row_id).end_on = day

    set_to(today() - timedelta(days=1))
    yield
    set_to(None)


def test_agreement_that_ended_meanwhile_takes_no_more_sessions(live: Live) -> None:
    """R9, T6"""
    with live.tab("Asha") as tab:
        screen = opened_register(tab, "Ben")
        with ended_yesterday(SupervisionAgreement, live.cast.ben_agreement):
            before = sessions_of(live.cast.ben_agreement)
            after = tab.act(screen.button("Save the session"))
            assert sessions_of(live.cast.ben_agreement) == before and not after.shows("saved")


def test_role_that_ended_meanwhile_opens_nothing_more(live: Live) -> None:
    """R9, T6"""
    with reading() as db:
        grant = db.exec(select(RoleGrant.id).where(RoleGrant.staff_id == live.cast.id("Dev"))).one()
    with live.tab("Dev") as tab:
        assert tab.open("team_competency").of("heading")
        with ended_yesterday(RoleGrant, grant):
            assert tab.act().said == [NO_SUCH_RECORD]


def test_role_taken_back_ends_the_sign_ins(live: Live) -> None:
    """R9"""
    from tcsuper.services.accounts import end_grant

    with reading() as db:
        grant = db.exec(select(RoleGrant.id).where(RoleGrant.staff_id == live.cast.id("Ivor"))).one()
    with live.tab("Ivor") as tab:
        assert not tab.open().is_front_door
        with as_person(live.cast, "Eve") as (db, eve):
            end_grant(db, by=eve, grant_id=grant)
        with pytest.raises(ConnectionClosed):
            tab.act()
        assert tab.come_back().is_front_door


# ---------------------------------------------------------------------------------------------------------------------
# T26, R22: what nobody may ask of a websocket


def test_browser_is_not_told_about_the_server(live: Live) -> None:
    """R22, T26. Seen to fail without `HEARD` in `_may_say`: the browser switched on running at every save, and was told
    so; and without the change of `main_script_path` in `_Tab.say`: it was told the folder of the program."""
    from tests.security.conftest import ROOT

    for ticket in (None, live.ticket("Eve")):
        with Tab(live.address, ticket) as tab:
            tab.open()
            list(tab.overheard(0.5))
            for asked in (
                BackMsg(load_git_info=True),
                BackMsg(clear_cache=True),
                BackMsg(set_run_on_save=True),
                BackMsg(debug_shutdown_runtime=True),
                BackMsg(debug_disconnect_websocket=True),
            ):
                tab.say(asked)
            for install in ("install_skills", "dismiss_skills_nudge"):
                asked = BackMsg()
                asked.backend_operation_request.session_id = tab.session_id
                getattr(asked.backend_operation_request, install).SetInParent()
                tab.say(asked)
            assert list(tab.overheard(1)) == [], "it was answered"
            screen = tab.act()
            for secret in (str(ROOT), "site-packages", "sqlite"):
                assert not screen.shows(secret), secret


@pytest.mark.parametrize("frame", [b"\xff" * 50, b"words", "text", b"\x00" * 6_000_000], ids=["1", "2", "3", "4"])
def test_nonsense_ends_the_conversation_and_nothing_else(live: Live, frame: Any) -> None:
    """Seen to fail without the end of the tab on what `_understood` refuses: a traceback in the log for each."""
    with live.tab("Ben") as other, live.tab("Ben") as tab:
        other.open()
        tab.open()
        log = live.folder / "server.log"
        before = log.read_text().count("Traceback")
        with pytest.raises(ConnectionClosed):
            tab.say(frame)
            for _ in range(100):
                tab.hear()
        assert not other.act().is_front_door
        assert log.read_text().count("Traceback") == before


def test_websocket_of_another_address_is_refused(live: Live) -> None:
    for path in ("/", "/_stcore/stream/x", "/_stcore/agent", "/media/x"):
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            with connect(live.address.replace("http", "ws") + path, origin=live.address) as socket:  # type: ignore[arg-type]
                socket.recv(timeout=5)
