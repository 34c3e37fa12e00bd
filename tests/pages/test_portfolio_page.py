"""Your portfolio on My record: what is chosen there goes into the document, and a refusal is its only sentence."""

import io
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pypdf
import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import Account, ActivityKind, ExportEntry
from tcsuper.queries.activities import my_activities
from tcsuper.queries.portfolio import PortfolioAsked, PortfolioPart
from tcsuper.services.activities import add_activity
from tcsuper.settings import ROOT
from tcsuper.ui.portfolio import made_by
from tests.people import Cast, actor, as_person
from tests.signing_in import sign_in

ASKED = PortfolioAsked(today() - timedelta(days=300), today(), parts=frozenset({PortfolioPart.ACTIVITIES}))


def log(cast: Cast, words: str) -> None:
    facts = {"kind": ActivityKind.CPD, "held_on": today() - timedelta(days=3), "hours": 2.5, "words": words}
    with as_person(cast, "Ben") as (db, by):
        add_activity(db, by=by, share=False, **facts)  # type: ignore[arg-type]


def read(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def entered() -> list[str]:
    with reading() as db:
        return [one.file_name for one in db.exec(select(ExportEntry))]


def test_nothing_that_was_written_is_chosen_beforehand(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    log(page_cast, "What I learned about boundaries")
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = AppTest.from_file(str(ROOT / "pages" / "my_record.py"), default_timeout=60)
    at.session_state["portfolio"] = True
    at.run()
    words_of = next(one for one in at.multiselect if one.label.startswith("Entries of your activity log"))
    assert not at.exception and words_of.value == [] and len(words_of.options) == 1
    words_of.set_value(words_of.options).run()
    assert not at.exception
    assert "Download your portfolio" in [one.proto.label for one in at.get("download_button")]


def test_file_holds_what_was_chosen_and_is_entered(page_cast: Cast) -> None:
    log(page_cast, "What I learned about boundaries")
    ben = actor(page_cast, "Ben")
    with reading() as db:
        [entry] = my_activities(db, viewer=ben)
    text = read(made_by(ben, replace(ASKED, reflections=(entry.record_id,)), "portfolio.pdf")())
    assert "Ben" in text and "What I learned about boundaries" in text
    assert entered() == ["portfolio.pdf"]


def test_refusal_is_the_only_sentence_of_the_file(page_cast: Cast) -> None:
    ben = actor(page_cast, "Ben")
    text = read(made_by(ben, replace(ASKED, reflections=(uuid4(),)), "portfolio.pdf")())
    assert "Not made" in text and "Activity log" not in text and not entered()
    with writing() as db:
        account = db.exec(select(Account).where(Account.staff_id == page_cast.id("Ben"))).one()
        account.disabled_at = now()
        db.add(account)
    text = read(made_by(replace(ben, account_id=account.id), ASKED, "portfolio.pdf")())
    assert "Your account was closed" in text and not entered()
