"""Single sign-on: the organisation's answer opens a sign-in for the one account that names it, and for nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import InvalidRecord, NotAllowed, WrongSetup
from tcsuper.models import Account, AuditEvent, Door, SignIn
from tcsuper.services.accounts import link_single_sign_on
from tcsuper.services.sign_in import REFUSED, spend_handover, who_holds, who_is_at_the_door
from tcsuper.services.single_sign_on import attempt_with_answer, is_answer_fresh
from tcsuper.settings import single_sign_on
from tests.people import Cast, actor
from tests.signing_in import fail, ticket_for

ISSUER = "https://login.example.org/tenant"
SETUP = {
    "TCSUPER_OIDC_ISSUER": ISSUER,
    "TCSUPER_OIDC_CLIENT_ID": "tcsuper",
    "TCSUPER_OIDC_CLIENT_SECRET": "a secret",
    "TCSUPER_OIDC_OUR_ADDRESS": "https://supervision.example.org",
    "TCSUPER_OIDC_STRONG_ACR": "urn:two-factors",
}


@pytest.fixture(autouse=True)
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in SETUP.items():
        monkeypatch.setenv(name, value)
    yield


@pytest.fixture
def linked(cast: Cast) -> Cast:
    """Ben is b-1 there, Asha (whose role requires a second factor) a-1."""
    link(cast, "Ben", "b-1")
    link(cast, "Asha", "a-1")
    return cast


def link(cast: Cast, name: str, subject: str, by: str = "Eve") -> None:
    with writing() as db:
        link_single_sign_on(db, by=actor(cast, by), account_id=cast.accounts[name], subject=subject)


def answer(subject: str, **claims: Any) -> dict[str, Any]:
    return {"iss": ISSUER, "sub": subject, "iat": int(now().timestamp()), "is_logged_in": True} | claims


def seconds_ago(seconds: float) -> int:
    return int((now() - timedelta(seconds=seconds)).timestamp())


def opened(claims: dict[str, Any]) -> str:
    return spend_handover(attempt_with_answer(claims)) or ""


def test_whom_the_account_names_is_let_in(linked: Cast) -> None:
    me = who_holds(opened(answer("b-1")))
    assert me is not None and me.actor.name == "Ben"
    with reading() as db:
        assert db.exec(select(SignIn.door)).one() is Door.SINGLE_SIGN_ON
        assert (
            db.exec(select(AuditEvent).where(AuditEvent.action == "sign_in")).one().detail["door"] == "single_sign_on"
        )


def test_every_other_answer_is_refused_with_the_one_sentence(linked: Cast) -> None:
    """T1, T2. Taken out one at a time: the freshness check let an answer of yesterday in, and the comparison with the
    issuer one from another provider: seen. No e-mail address or name lets anybody in."""
    assert attempt_with_answer(answer("b-1"))  # else everything below could be refused by accident
    wrong = [
        answer("nobody"),
        answer(""),
        answer("B-1"),
        answer("b-1 "),
        answer("nobody", email="ben@example.org", email_verified=True, preferred_username="ben"),
        answer("b-1", iss="https://evil.example"),
        answer("b-1", iss=ISSUER + "/"),
        answer("b-1", iat=seconds_ago(301)),
        answer("b-1", iat=seconds_ago(-120)),
        answer("b-1", auth_time=seconds_ago(3600)),
        answer("b-1", iat="now"),
        answer("b-1", iat=True),
        {"iss": ISSUER, "sub": "b-1"},
        {},
    ]
    for claims in wrong:
        with pytest.raises(NotAllowed) as refused:
            attempt_with_answer(claims)
        assert str(refused.value) == REFUSED


@pytest.mark.parametrize(
    "column",
    [{"disabled_at": True}, {"ends_on": today() - timedelta(days=1)}, {"starts_on": today() + timedelta(days=1)}],
)
def test_shut_accounts_are_refused_and_it_is_recorded(linked: Cast, column: dict[str, Any]) -> None:
    with writing() as db:
        account = db.get_one(Account, linked.accounts["Ben"])
        for name, value in column.items():
            setattr(account, name, now() if value is True else value)
    with pytest.raises(NotAllowed, match="The username or password is not right"):
        attempt_with_answer(answer("b-1"))
    with reading() as db:
        [event] = db.exec(select(AuditEvent).where(AuditEvent.action == "sign_in_failed"))
    assert event.object_key == str(linked.accounts["Ben"]) and event.detail == {"step": "single_sign_on"}


@pytest.mark.parametrize(
    ("claims", "is_in"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "1"}, False),
        ({"acr": "urn:two-factors"}, True),
    ],
)
def test_code_is_spared_only_by_the_providers_word(linked: Cast, claims: dict[str, Any], is_in: bool) -> None:
    """Seen: with `code_given=True` for every answer, a therapy manager was in without any second factor."""
    ticket = opened(answer("a-1", **claims))
    assert (who_holds(ticket) is not None) is is_in
    assert (who_is_at_the_door(ticket) is None) is is_in


def test_single_use_password_need_not_be_changed_by_who_never_uses_it(linked: Cast) -> None:
    with writing() as db:
        db.get_one(Account, linked.accounts["Ben"]).must_change_password = True
    me = who_holds(opened(answer("b-1")))
    assert me is not None and not me.must_change_password


def test_guesses_at_the_password_lock_nobody_out_of_the_other_door(linked: Cast) -> None:
    fail(10, "ben")
    assert who_holds(opened(answer("b-1"))) is not None


def test_nothing_counts_where_it_is_not_set_up(linked: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETUP:
        monkeypatch.delenv(name)
    with pytest.raises(NotAllowed):
        attempt_with_answer(answer("b-1"))
    with pytest.raises(NotAllowed, match="not set up"):
        link(linked, "Cai", "c-1")


def test_linking_signs_out_and_one_name_is_one_persons(linked: Cast) -> None:
    ticket = ticket_for(linked.accounts["Cai"])
    with pytest.raises(InvalidRecord) as refused:
        link(linked, "Cai", "b-1")
    assert list(refused.value.problems) == ["subject"]
    with pytest.raises(InvalidRecord):
        link(linked, "Cai", "with space")
    assert who_holds(ticket) is not None
    link(linked, "Cai", " c-1 ")
    assert who_holds(ticket) is None
    assert who_holds(opened(answer("c-1"))) is not None
    link(linked, "Cai", "")
    link(linked, "Bela", "")
    with pytest.raises(NotAllowed):
        attempt_with_answer(answer("c-1"))


def test_nobody_links_their_own(linked: Cast) -> None:
    with pytest.raises(NotAllowed):
        link(linked, "Eve", "e-1")


def test_answers_go_stale_in_five_minutes() -> None:
    assert is_answer_fresh({"iat": seconds_ago(290)}) and not is_answer_fresh({"iat": seconds_ago(302)})
    assert is_answer_fresh({"iat": seconds_ago(1), "auth_time": None})
    assert not is_answer_fresh({"auth_time": seconds_ago(1)})


@pytest.mark.parametrize("missing", ["TCSUPER_OIDC_ISSUER", "TCSUPER_OIDC_CLIENT_SECRET", "TCSUPER_OIDC_OUR_ADDRESS"])
def test_half_a_set_up_stops_the_start(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(WrongSetup, match=missing):
        single_sign_on()


@pytest.mark.parametrize("name", ["TCSUPER_OIDC_ISSUER", "TCSUPER_OIDC_OUR_ADDRESS"])
def test_addresses_must_be_https(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://login.example.org")
    with pytest.raises(WrongSetup, match="https"):
        single_sign_on()
    monkeypatch.setenv(name, "http://localhost:9400")
    assert single_sign_on() is not None
    monkeypatch.setenv("TCSUPER_MODE", "demo")
    assert single_sign_on() is None
