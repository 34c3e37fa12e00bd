"""Shared records and private notes on screen: nothing is opened until somebody asks, and no typed word is lost."""

from pathlib import Path
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from tcsuper.database import writing
from tcsuper.models import PrivateNote, SharedRecord, SharedRecordAddendum, SharedRecordSignature, SupervisionSession
from tcsuper.sealing import CANNOT_BE_OPENED, unseal
from tcsuper.services.private_notes import write_private_note
from tcsuper.services.shared_records import VoidReason, change_shared_record
from tcsuper.settings import ROOT
from tests.people import Cast, actor, add_plain_supervisor
from tests.signing_in import sign_in
from tests.texts import (
    MARKER,
    TEXT,
    all_rows,
    allow_private_notes,
    attendance_only,
    events,
    opened,
    signed,
    with_ben,
    with_group,
    written,
)

OPEN, OPEN_NOTE = "Open the shared record", "Open my private note"


def page(name: str, session: UUID | None = None) -> AppTest:
    at = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=60)
    if session is not None:
        at.query_params["session"] = str(session)
    at.run()
    assert not at.exception
    return at


def click(at: AppTest, label: str) -> None:
    [button] = [one for one in at.button if one.label == label]
    button.click().run()
    assert not at.exception


def labels(at: AppTest) -> set[str]:
    return {one.label for one in at.button}


def said(at: AppTest) -> str:
    shown = [*at.markdown, *at.success, *at.warning, *at.error, *at.info, *at.caption]
    return " ".join(one.value for one in shown).replace("\\", "")


def texts(at: AppTest) -> list[str]:
    return [one.value for one in at.text]


def area(at: AppTest, label: str = "Shared record"):  # type: ignore[no-untyped-def]
    return next(one for one in at.text_area if one.label == label)


# ---------------------------------------------------------------------------------------------------------------------
# The supervisor, in the log


def test_a_record_is_written_shared_opened_and_signed(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    area(at).set_value(TEXT).run()
    click(at, "Save the shared record")
    assert "Your draft is saved. Only you read it." in said(at) and "A draft: nobody but you" in said(at)
    click(at, OPEN)
    click(at, "Share it with those who were present")
    assert "Shared. Those who were present can read and sign it." in said(at)
    assert "Not signed by Asha and Ben." in said(at)
    click(at, "Sign the shared record")
    assert "Not signed by Ben." in said(at)
    assert len(all_rows(SharedRecord)) == 2 and len(all_rows(SharedRecordSignature)) == 1


def test_nothing_is_opened_until_somebody_asks(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast)
    written(page_cast, session)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    assert OPEN in labels(at) and texts(at) == [] and events("read_shared_record") == []
    click(at, OPEN)
    assert texts(at) == [TEXT] and len(events("read_shared_record")) == 1
    at.run()
    assert texts(at) == [TEXT] and len(events("read_shared_record")) == 1  # drawn again: the same reading
    click(at, "Close")
    assert texts(at) == [] and "Shared record" not in {one.label for one in at.text_area}


def test_words_are_drawn_as_text(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast)
    typed = "**loud** ![x](https://elsewhere.example/x.png) <b>b</b> :red[r]\n  # as typed"
    written(page_cast, session, words=typed)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    click(at, OPEN)
    assert texts(at) == [typed] and "elsewhere.example" not in said(at)


def test_what_is_open_on_one_page_is_closed_on_the_next(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from tcsuper.ui import memory

    session = with_ben(page_cast)
    written(page_cast, session)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    click(at, OPEN)
    at.session_state[memory.KEY]["page"] = "Another page"
    at.run()
    assert texts(at) == [] and OPEN in labels(at)


def test_a_second_window_loses_no_word_and_overwrites_none(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first save after the other's is refused and both texts are there; the second, knowing both, is kept."""
    session = with_ben(page_cast)
    record = written(page_cast, session)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    click(at, OPEN)
    area(at).set_value("From this window").run()
    with writing() as db:
        change_shared_record(
            db, by=actor(page_cast, "Asha"), shared_record_id=record.id or 0, words="From the other window"
        )
    click(at, "Save the shared record")
    assert "You changed this at" in said(at) and "Compare, then save again." in said(at)
    assert texts(at) == ["From the other window", "From the other window", "From this window"]
    assert area(at).value == "From this window" and len(all_rows(SharedRecord)) == 2
    click(at, "Save the shared record")
    assert opened(page_cast, "Ben", session).words == "From this window"
    assert len(all_rows(SharedRecord)) == 3


def test_begun_in_another_window_meanwhile_the_words_stay(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    area(at).set_value("From this window").run()
    written(page_cast, session, words="From the other window")
    click(at, "Save the shared record")
    assert "began the shared record of this session" in said(at)
    assert area(at).value == "From this window" and OPEN in labels(at)
    assert opened(page_cast, "Ben", session).words == "From the other window"


def test_a_saved_change_can_be_changed_again_at_once(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast)
    written(page_cast, session)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    click(at, OPEN)
    for words in ("Second", "Third"):
        area(at).set_value(words).run()
        assert "Close without saving the changes" in labels(at) and "Sign the shared record" not in labels(at)
        click(at, "Save the shared record")
        assert texts(at) == [words] and "Close" in labels(at)
    assert len(all_rows(SharedRecord)) == 3


def test_words_that_may_identify_somebody_are_warned_of_and_saved(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = with_ben(page_cast)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    warning = "This holds something that looks like a prison number."
    area(at).set_value("About A1234BC").run()
    assert warning in said(at) and all_rows(SharedRecord) == []
    click(at, "Save the shared record")
    assert "Your draft is saved." in said(at) and warning in said(at)
    assert len(all_rows(SharedRecord)) == 1


def test_voided_with_a_reason_another_can_be_written(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast)
    written(page_cast, session)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    click(at, OPEN)
    next(one for one in at.radio if one.label == "Why?").set_value(VoidReason.WRITTEN_TWICE)
    next(one for one in at.button if one.label == "Void it" and "void-shared" in str(one.key)).click().run()
    assert "The shared record is voided." in said(at) and "It was written twice." in said(at)
    area(at).set_value("Anew").run()
    click(at, "Save the shared record")
    assert [unseal(one, "sealed_text") for one in all_rows(SharedRecord)] == [TEXT, TEXT, "Anew"]


def test_a_sensitivity_group_has_no_text_field(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    allow_private_notes()
    silent = attendance_only(page_cast)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", silent)
    assert "Correct this record" in {one.label for one in at.expander}
    assert at.text_area == [] and "Shared record" not in [one.value for one in at.subheader]
    at = page("record_supervision")
    choice = next(one for one in at.selectbox if one.label == "Group or person")
    choice.set_value(next(one for one in choice.options if "sensitivity" in one)).run()
    assert "Save the session" in labels(at) and at.text_area == []


def test_somebody_elses_session_offers_nothing(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ben's line manager cannot open the log; the manager of his community opens sessions that others held."""
    with writing() as db:
        add_plain_supervisor(db, page_cast)
    session = with_ben(page_cast, "Lena", page_cast.lena_agreement)
    written(page_cast, session, by="Lena")
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    assert "Ben, " in " ".join(one.value for one in at.subheader)
    assert OPEN not in labels(at) and at.text_area == []


def test_without_the_key_one_sentence_and_the_rest_of_the_page(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    session = with_ben(page_cast)
    written(page_cast, session)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    monkeypatch.setenv("TCSUPER_KEY_FILE", str(tmp_path / "gone.keys"))
    at = page("supervision", session)
    click(at, OPEN)
    assert [one.value.replace("\\", "") for one in at.error] == [CANNOT_BE_OPENED]
    assert "Correct this record" in {one.label for one in at.expander}
    other = with_group(page_cast).record_id
    at = page("supervision", other)
    area(at).set_value("These words stay").run()
    click(at, "Save the shared record")
    assert "cannot be kept just now" in said(at) and "gone" not in said(at)
    assert area(at).value == "These words stay"


# ---------------------------------------------------------------------------------------------------------------------
# With the session that is recorded


def test_session_record_and_note_are_saved_together(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    allow_private_notes()
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("record_supervision")
    choice = next(one for one in at.selectbox if one.label == "Group or person")
    choice.set_value(next(one for one in choice.options if one.startswith("Ben"))).run()
    area(at).set_value(TEXT).run()
    next(one for one in at.radio if one.label == "Who reads it").set_value("Those who were present: share it now").run()
    area(at, "My private note").set_value("For me alone").run()
    click(at, "Save the session")
    assert "The shared record is shared. Your private note is kept." in said(at)
    [session] = all_rows(SupervisionSession)
    [record], [note] = all_rows(SharedRecord), all_rows(PrivateNote)
    assert record.session_record_id == note.session_record_id == session.record_id and record.shared_at
    assert opened(page_cast, "Ben", session.record_id).words == TEXT


def test_when_the_words_cannot_be_kept_the_session_is_not_either(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    monkeypatch.setenv("TCSUPER_KEY_FILE", str(tmp_path / "gone.keys"))
    at = page("record_supervision")
    choice = next(one for one in at.selectbox if one.label == "Group or person")
    choice.set_value(next(one for one in choice.options if one.startswith("Ben"))).run()
    area(at).set_value(TEXT).run()
    click(at, "Save the session")
    assert "Nothing was saved." in said(at) and area(at).value == TEXT
    assert all_rows(SupervisionSession) == []


# ---------------------------------------------------------------------------------------------------------------------
# Private notes


def test_no_field_for_private_notes_until_the_service_allows_them(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = with_ben(page_cast)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    assert "My private note" not in {one.label for one in page("supervision", session).text_area}
    allow_private_notes()
    at = page("supervision", session)
    assert "My private note" in {one.label for one in at.text_area}
    assert "only after the director has approved it" in said(at) and "not from the law" in said(at)


def test_a_private_note_is_written_opened_and_changed(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    allow_private_notes()
    session = with_ben(page_cast)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    area(at, "My private note").set_value(TEXT).run()
    click(at, "Save my private note")
    assert "Your private note is saved." in said(at) and texts(at) == []
    click(at, OPEN_NOTE)
    assert texts(at) == [TEXT]
    area(at, "My private note").set_value("Other words").run()
    click(at, "Save my private note")
    assert texts(at) == ["Other words"]
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    mine = page("my_record")
    assert "private" not in said(mine).lower()


def test_the_other_note_is_closed_when_another_session_is_chosen(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow_private_notes()
    session, other = with_ben(page_cast), with_group(page_cast).record_id
    with writing() as db:
        write_private_note(db, by=actor(page_cast, "Asha"), session_record_id=session, words=TEXT)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    click(at, OPEN_NOTE)
    for wished in (other, session):
        at.query_params["session"] = str(wished)
        at.run()
        assert texts(at) == []


# ---------------------------------------------------------------------------------------------------------------------
# The supervisee, on their own record


def test_a_supervisee_opens_signs_adds_and_sees_who_has_read_it(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = with_ben(page_cast)
    record = written(page_cast, session)
    signed(page_cast, "Asha", record)
    opened(page_cast, "Asha", session)
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = page("my_record")
    assert texts(at) == [] and "To sign" in said(at) and "Who has read this" in {one.label for one in at.expander}
    readers = next(table.value for table in at.table if list(table.value.columns) == ["Who", "When"])
    assert list(readers["Who"]) == ["Asha"]
    click(at, OPEN)
    assert texts(at) == [TEXT]
    click(at, "Sign the shared record")
    assert "when everybody had signed" in said(at) and "Add to it" in {one.label for one in at.expander}
    area(at, "What you add").set_value("I saw it otherwise").run()
    click(at, "Add these words")
    assert texts(at) == [TEXT, "I saw it otherwise"] and "Added by Ben on" in said(at)
    assert len(all_rows(SharedRecordAddendum)) == 1
    readers = next(table.value for table in at.table if list(table.value.columns) == ["Who", "When"])
    assert set(readers["Who"]) == {"Asha", "You"}


def test_a_draft_is_not_on_the_supervisees_page(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast)
    written(page_cast, session, share=False)
    opened(page_cast, "Asha", session)
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = page("my_record")
    assert OPEN not in labels(at) and "Nothing was shared with you yet." in said(at) and MARKER not in said(at)
