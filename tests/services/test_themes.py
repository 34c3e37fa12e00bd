"""Themes: the service's list, the headings of a shared record, and how they balance over a year."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, select

from tcsuper.confidential import opened_in_full
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, Conflict, InvalidRecord, NotAllowed, Refused
from tcsuper.models import (
    AgreedAction,
    PrivateNote,
    Setting,
    SharedRecord,
    SupervisionAgreement,
    SupervisionPurpose,
    Theme,
    WhatIsRecorded,
)
from tcsuper.queries.confidential import RecordState, records_to_sign, shared_record_of, texts_for_session
from tcsuper.queries.history import my_history
from tcsuper.queries.tasks import my_tasks
from tcsuper.queries.themes import people_with_shared_records, tags_on_offer, theme_list
from tcsuper.rules.themes import Count, Function, Heading, Mode, Tags
from tcsuper.sealing import unseal
from tcsuper.services.catalogue import load_catalogue
from tcsuper.services.keys import change_key
from tcsuper.services.private_notes import open_private_note, void_private_note, write_private_note
from tcsuper.services.shared_records import (
    VoidReason,
    add_to_shared_record,
    change_shared_record,
    open_shared_record,
    share_shared_record,
    void_shared_record,
    write_shared_record,
)
from tcsuper.services.supervision import void_session
from tcsuper.services.themes import add_theme, change_theme, open_balance
from tests.people import Cast, actor, add_plain_supervisor, as_person
from tests.services.test_stand_ins import record as recorded
from tests.services.test_stand_ins import stands_in
from tests.texts import (
    TEXT,
    YESTERDAY,
    about,
    all_rows,
    allow_private_notes,
    attendance_only,
    days_later,
    events,
    names,
    opened,
    signed,
    with_ben,
    with_group,
    written,
)

BOUNDARIES, TEAM = Heading("boundaries", "Boundaries"), Heading("team", "Team")


@pytest.fixture
def listed(cast: Cast) -> Cast:
    with writing() as db:
        db.add(Theme(code="boundaries", name="Boundaries", position=1))
        db.add(Theme(code="team", name="Team", position=2))
    return cast


def switch_on(*keys: str) -> None:
    with writing() as db:
        db.add_all(Setting(key=key, value=1) for key in keys)


def tagged(
    cast: Cast, session: UUID, *themes: Heading, words: str = TEXT, share: bool = True, **more: object
) -> SharedRecord:
    by = str(more.pop("by", "Asha"))
    tags = Tags(themes, **more)  # type: ignore[arg-type]
    with as_person(cast, by) as (db, writer):
        return write_shared_record(db, by=writer, session_record_id=session, words=words, tags=tags, share=share)


def changed_theme(cast: Cast, code: str, name: str, position: int = 1, is_retired: bool = False) -> None:
    with as_person(cast, "Asha") as (db, asha):
        theme = db.get_one(Theme, code)
        change_theme(
            db,
            by=asha,
            code=code,
            version=theme.row_version or 0,
            name=name,
            position=position,
            is_retired=is_retired,
        )


def only_themes(cast: Cast) -> UUID:
    """A session of Ben's of whose kind the themes are kept and no words."""
    session = attendance_only(cast)
    with writing() as db:
        db.get_one(SupervisionPurpose, "sensitivity_group").records = WhatIsRecorded.THEMES
    return session


# ---------------------------------------------------------------------------------------------------------------------
# The list


def test_the_first_list_is_ten_to_fourteen_headings_and_names_nobody(db: Session) -> None:
    assert load_catalogue(db)["themes"] == len(all_of(db)) and 10 <= len(all_of(db)) <= 14
    assert load_catalogue(db)["themes"] == 0
    assert [one.position for one in all_of(db)] == list(range(1, len(all_of(db)) + 1))


def all_of(db: Session) -> list[Theme]:
    return list(db.exec(select(Theme).order_by(Theme.position)))  # type: ignore[arg-type]


def test_a_manager_adds_renames_moves_retires_and_brings_back(listed: Cast) -> None:
    with as_person(listed, "Asha") as (db, asha):
        add_theme(db, by=asha, name="  Endings  and goodbyes ")
    assert names_offered() == ["Boundaries", "Team", "Endings and goodbyes"]
    changed_theme(listed, "team", "The team", position=1)
    assert names_offered() == ["The team", "Boundaries", "Endings and goodbyes"]
    changed_theme(listed, "team", "The team", position=3, is_retired=True)
    assert names_offered() == ["Boundaries", "Endings and goodbyes"]
    with reading() as db:
        assert [one.name for one in theme_list(db, viewer=actor(listed, "Ben"))][-1] == "The team"
    changed_theme(listed, "team", "The team", position=2)
    assert names_offered() == ["Boundaries", "The team", "Endings and goodbyes"]
    assert len(events("change_theme")) == 3 and "team" not in str([one.detail for one in events("change_theme")])


def names_offered() -> list[str]:
    with reading() as db:
        return [one.name for one in tags_on_offer(db).themes]


@pytest.mark.parametrize(
    ("name", "says"), [(" ", "Give the theme a name"), ("x" * 121, "up to 120"), ("TEAM", "“Team” is")]
)
def test_a_name_is_there_short_and_not_in_the_list_yet(listed: Cast, name: str, says: str) -> None:
    with pytest.raises(InvalidRecord, match=says), as_person(listed, "Asha") as (db, asha):
        add_theme(db, by=asha, name=name)


def test_two_managers_change_one_heading_and_the_second_is_told(listed: Cast) -> None:
    version = all_rows(Theme)[0].row_version
    changed_theme(listed, "boundaries", "Boundaries and time")
    with pytest.raises(Conflict, match="after you opened it"), as_person(listed, "Carol") as (db, carol):
        change_theme(db, by=carol, code="boundaries", version=version, name="Limits", position=1, is_retired=False)
    assert names_offered()[0] == "Boundaries and time"


# ---------------------------------------------------------------------------------------------------------------------
# The headings of a record


def test_headings_are_read_with_the_words_and_stored_sealed(listed: Cast) -> None:
    session = with_ben(listed)
    record = tagged(listed, session, BOUNDARIES)
    assert record.sealed_tags is not None and b"oundar" not in record.sealed_tags
    found = opened(listed, "Ben", session)
    assert (found.words, found.tags, found.changed_by) == (TEXT, Tags((BOUNDARIES,)), "Asha")
    with pytest.raises(NotAllowed), as_person(listed, "Bela") as (db, bela):
        open_shared_record(db, by=bela, session_record_id=session)


def test_headings_alone_make_a_record_and_nothing_at_all_does_not(listed: Cast) -> None:
    session = with_ben(listed)
    with pytest.raises(InvalidRecord, match="no words yet"):
        tagged(listed, session, words=" ")
    tagged(listed, session, TEAM, words="")
    assert opened(listed, "Ben", session).tags == Tags((TEAM,))


def test_a_change_of_headings_is_a_new_version_that_nobody_has_signed(listed: Cast) -> None:
    session = with_ben(listed)
    record = tagged(listed, session, BOUNDARIES)
    signed(listed, "Ben", record)
    with as_person(listed, "Asha") as (db, asha):
        change_shared_record(db, by=asha, shared_record_id=record.id or 0, words=TEXT, tags=Tags((TEAM,)))
    assert opened(listed, "Ben", session).tags == Tags((TEAM,))
    with reading() as db:
        seen = shared_record_of(db, viewer=actor(listed, "Ben"), session_record_id=session)
    assert seen is not None and seen.waits_for == ["Asha", "Ben"]


def test_headings_go_with_the_record_when_it_is_shared_locked_and_voided(listed: Cast) -> None:
    session = with_ben(listed)
    draft = tagged(listed, session, BOUNDARIES, share=False)
    with as_person(listed, "Asha") as (db, asha):
        record = share_shared_record(db, by=asha, shared_record_id=draft.id or 0)
    for name in ("Asha", "Ben"):
        signed(listed, name, record)
    with pytest.raises(NotAllowed, match="locked"), as_person(listed, "Asha") as (db, asha):
        change_shared_record(db, by=asha, shared_record_id=record.id or 0, words=TEXT, tags=Tags((TEAM,)))
    with as_person(listed, "Asha") as (db, asha):
        void_shared_record(db, by=asha, shared_record_id=record.id or 0, reason=VoidReason.WRITTEN_TWICE)
    assert opened(listed, "Ben", session).tags == Tags((BOUNDARIES,))


def test_a_renamed_or_retired_heading_stays_on_older_records_as_it_was(listed: Cast) -> None:
    session, other = with_ben(listed), with_group(listed).record_id
    record = tagged(listed, session, BOUNDARIES)
    changed_theme(listed, "boundaries", "Keeping time", is_retired=True)
    assert opened(listed, "Ben", session).tags.themes == (BOUNDARIES,)
    with as_person(listed, "Asha") as (db, asha):
        tags = Tags((BOUNDARIES, TEAM))
        change_shared_record(db, by=asha, shared_record_id=record.id or 0, words="Other words", tags=tags)
    assert opened(listed, "Ben", session).tags.themes == (BOUNDARIES, TEAM)
    with pytest.raises(InvalidRecord, match="does not offer Boundaries any more"):
        tagged(listed, other, BOUNDARIES)


def test_functions_and_the_seven_eyes_are_off_until_the_service_turns_them_on(listed: Cast) -> None:
    session = with_ben(listed)
    functions, modes = {"functions": (Function.NORMATIVE,)}, {"modes": (Mode.CLIENT,)}
    for more, says in ((functions, "functions of supervision"), (modes, "the seven eyes")):
        with pytest.raises(InvalidRecord, match=f"does not offer {says}"):
            tagged(listed, session, BOUNDARIES, **more)
    switch_on("proctor_tags", "seven_eyed_tags")
    tagged(listed, session, BOUNDARIES, **functions, **modes)
    assert opened(listed, "Ben", session).tags == Tags((BOUNDARIES,), (Function.NORMATIVE,), (Mode.CLIENT,))


def test_the_name_that_is_kept_is_the_lists_and_not_what_was_sent(listed: Cast) -> None:
    session = with_ben(listed)
    tagged(listed, session, Heading("boundaries", "A name of somebody's own"))
    assert opened(listed, "Ben", session).tags.themes == (BOUNDARIES,)
    with pytest.raises(InvalidRecord):
        tagged(listed, with_group(listed).record_id, Heading("unknown", "Unknown"))


# ---------------------------------------------------------------------------------------------------------------------
# What is kept follows the purpose


def test_of_attendance_only_no_heading_is_ever_kept(listed: Cast) -> None:
    silent = attendance_only(listed)
    with pytest.raises(NotAllowed, match="only the attendance"):
        tagged(listed, silent, BOUNDARIES, words="")
    assert all_rows(SharedRecord) == []


def test_where_themes_are_kept_there_are_no_words_anywhere(listed: Cast) -> None:
    allow_private_notes()
    session = only_themes(listed)
    with reading() as db:
        may_write = texts_for_session(db, viewer=actor(listed, "Asha"), session_record_id=session)
    assert (may_write.shared, may_write.words, may_write.private) == (True, False, False)
    with pytest.raises(InvalidRecord, match="only the themes are recorded"):
        tagged(listed, session, BOUNDARIES)
    with pytest.raises(InvalidRecord, match="Nothing is chosen yet"):
        tagged(listed, session, words="")
    with pytest.raises(NotAllowed, match="only the themes"), as_person(listed, "Asha") as (db, asha):
        write_private_note(db, by=asha, session_record_id=session, words=TEXT)
    record = tagged(listed, session, BOUNDARIES, words="")
    for name in ("Asha", "Ben"):
        signed(listed, name, record)
    with pytest.raises(NotAllowed, match="only the themes"), as_person(listed, "Ben") as (db, ben):
        add_to_shared_record(db, by=ben, session_record_id=session, words=TEXT)
    assert opened(listed, "Ben", session).tags == Tags((BOUNDARIES,)) and all_rows(PrivateNote) == []


def test_emergency_access_reads_headings_as_part_of_the_record(listed: Cast) -> None:
    session, themes = with_ben(listed), only_themes(listed)
    assert opened_in_full(tagged(listed, session, BOUNDARIES)) == f"Themes: Boundaries.\n{TEXT}"
    assert opened_in_full(tagged(listed, themes, TEAM, words="")) == "Themes: Team."


# ---------------------------------------------------------------------------------------------------------------------
# Sealed like the words


def test_changing_the_key_seals_headings_and_actions_anew(listed: Cast) -> None:
    session = with_ben(listed)
    before = tagged(listed, session, BOUNDARIES)
    with writing() as db:
        asha = actor(listed, "Asha")
        action = AgreedAction(
            session_record_id=session, recorded_at=before.recorded_at, recorded_by_id=asha.staff_id, sealed_text=b""
        )
        from tcsuper.sealing import seal

        seal(action, "sealed_text", "Ask the team")
        seal(action, "sealed_evidence", "Seen in the minutes")
        db.add(action)
        db.flush()
        assert change_key(db) == 4
    [record], [action] = all_rows(SharedRecord), all_rows(AgreedAction)
    assert record.sealed_tags != before.sealed_tags
    assert opened(listed, "Ben", session).tags == Tags((BOUNDARIES,))
    assert (unseal(action, "sealed_text"), unseal(action, "sealed_evidence")) == ("Ask the team", "Seen in the minutes")


def test_headings_of_another_record_open_nowhere(listed: Cast) -> None:
    session = with_ben(listed)
    record = tagged(listed, session, BOUNDARIES)
    other = tagged(listed, with_group(listed).record_id, TEAM)
    with writing() as db:
        db.get_one(SharedRecord, record.id).sealed_tags = other.sealed_tags
    with pytest.raises(Refused, match="cannot be opened"):
        opened(listed, "Ben", session)
    assert events("read_shared_record") == []


# ---------------------------------------------------------------------------------------------------------------------
# Over a year


def balance(cast: Cast, by: str, of: str):  # type: ignore[no-untyped-def]
    with as_person(cast, by) as (db, reader):
        return open_balance(db, by=reader, staff_id=cast.id(of))


def test_a_balance_counts_what_may_be_opened_and_nothing_else(listed: Cast) -> None:
    """Ben has a session of his own and one with the group; a draft, a voided one, another supervisor's and one of more
    than a year ago stay out of what Asha counts."""
    with writing() as db:
        add_plain_supervisor(db, listed)
    tagged(listed, with_ben(listed), BOUNDARIES, TEAM)
    tagged(listed, with_group(listed).record_id, BOUNDARIES)
    tagged(listed, with_ben(listed, held_on=YESTERDAY - timedelta(days=1)), TEAM, share=False)
    void = tagged(listed, with_ben(listed, held_on=YESTERDAY - timedelta(days=2)), TEAM)
    with as_person(listed, "Asha") as (db, asha):
        void_shared_record(db, by=asha, shared_record_id=void.id or 0, reason=VoidReason.WRONG_SESSION)
    tagged(listed, with_ben(listed, "Lena", listed.lena_agreement), TEAM, by="Lena")
    tagged(listed, with_ben(listed, held_on=YESTERDAY - timedelta(days=366)), TEAM)
    assert balance(listed, "Asha", "Ben").themes == (Count("Boundaries", 2), Count("Team", 1))
    assert balance(listed, "Ben", "Ben").themes == (Count("Boundaries", 2), Count("Team", 2))
    assert balance(listed, "Asha", "Bela").themes == (Count("Boundaries", 1),)
    assert balance(listed, "Lena", "Ben").themes == (Count("Team", 1),)


def test_a_voided_session_is_not_counted(listed: Cast) -> None:
    session = with_group(listed)
    tagged(listed, session.record_id, BOUNDARIES)
    assert balance(listed, "Ben", "Ben").records == 1
    with as_person(listed, "Asha") as (db, asha):
        void_session(db, by=asha, session_id=session.id or 0, reason="Entered twice")
    assert balance(listed, "Ben", "Ben").records == 0


@pytest.mark.parametrize("name", ["Bela", "Carol", "Cai", "Dev", "Eve", "Farah", "Gwen", "Ivor", "Kit", "Jo", "Lena"])
def test_nobody_else_counts_his(listed: Cast, name: str) -> None:
    """Neither somebody of his group, who may open the group's records, nor his managers, nor another supervisor."""
    with writing() as db:
        add_plain_supervisor(db, listed)
    tagged(listed, with_ben(listed), BOUNDARIES)
    tagged(listed, with_group(listed).record_id, TEAM)
    assert balance(listed, "Asha", "Ben").records == 2
    with pytest.raises(NotAllowed) as refusal:
        balance(listed, name, "Ben")
    assert str(refusal.value) == NO_SUCH_RECORD
    with reading() as db:
        people = people_with_shared_records(db, viewer=actor(listed, name))
    assert listed.id("Ben") not in {one.staff_id for one in people}


def test_each_look_is_one_event_that_the_person_sees(listed: Cast) -> None:
    tagged(listed, with_ben(listed), BOUNDARIES)
    for _ in range(2):
        balance(listed, "Asha", "Ben")  # a page draws itself again: the same look
    balance(listed, "Ben", "Ben")
    by_asha, by_ben = events("read_balance_of_themes")
    assert about(by_asha) == about(by_ben) == names(listed, "Ben") and by_asha.detail == {"records": 1}
    with reading() as db:
        history = [one.what for one in my_history(db, viewer=actor(listed, "Ben")) if one.who == "Asha"]
    assert "read balance of themes" in history


# ---------------------------------------------------------------------------------------------------------------------
# To sign


def to_sign(cast: Cast, name: str) -> list[tuple[str, str]]:
    with reading() as db:
        viewer = actor(cast, name)
        return [(one.page, one.title) for one in my_tasks(db, viewer=viewer, rows=[]) if one.word == "To sign"]


def test_what_waits_for_a_signature_is_a_task_until_it_is_signed_or_locked(listed: Cast) -> None:
    session = with_ben(listed)
    record = tagged(listed, session, BOUNDARIES, share=False)
    assert to_sign(listed, "Asha") == to_sign(listed, "Ben") == []
    with as_person(listed, "Asha") as (db, asha):
        record = share_shared_record(db, by=asha, shared_record_id=record.id or 0)
    [(page, title)] = to_sign(listed, "Ben")
    assert page == "my_record" and title.startswith("Shared record · Clinical, ")
    assert [page for page, _ in to_sign(listed, "Asha")] == ["supervision"]
    assert to_sign(listed, "Bela") == to_sign(listed, "Dev") == []
    signed(listed, "Ben", record)
    assert to_sign(listed, "Ben") == [] and len(to_sign(listed, "Asha")) == 1
    with days_later(14):
        assert len(to_sign(listed, "Asha")) == 1
    with days_later(15):
        assert to_sign(listed, "Asha") == []


# ---------------------------------------------------------------------------------------------------------------------
# Two on one draft


def held_by_jo(cast: Cast) -> UUID:
    """Jo stands in for Asha, and holds a session of Ben's."""
    stands_in(cast)
    return recorded(cast, "Jo", YESTERDAY).record_id


def test_the_supervisor_and_the_stand_in_write_one_record_and_the_second_is_told(listed: Cast) -> None:
    """A stand-in's session is inside the supervisor's agreement: both write about it. Who saves second is told who was
    first, and when, and saves knowing both."""
    session = held_by_jo(listed)
    first = tagged(listed, session, BOUNDARIES, by="Jo", share=False)
    assert opened(listed, "Asha", session).tags == Tags((BOUNDARIES,))
    with as_person(listed, "Asha") as (db, asha):
        second = change_shared_record(db, by=asha, shared_record_id=first.id or 0, words="Asha's", tags=Tags((TEAM,)))
    with pytest.raises(Conflict) as told, as_person(listed, "Jo") as (db, jo):
        change_shared_record(db, by=jo, shared_record_id=first.id or 0, words="Jo's")
    assert str(told.value).startswith("Asha changed this at ")
    assert str(told.value).endswith(", after you opened it. Your text is still here. Compare, then save again.")
    found = opened(listed, "Jo", session)
    assert (found.words, found.tags, found.changed_by) == ("Asha's", Tags((TEAM,)), "Asha")
    with as_person(listed, "Jo") as (db, jo):
        change_shared_record(db, by=jo, shared_record_id=second.id or 0, words="Asha's and Jo's", share=True)
    assert opened(listed, "Ben", session).words == "Asha's and Jo's"
    assert len(all_rows(SharedRecord)) == 3


def test_both_begin_it_and_the_second_is_told_who_was_first(listed: Cast) -> None:
    session = held_by_jo(listed)
    tagged(listed, session, by="Jo", share=False)
    with pytest.raises(Conflict, match=r"^Jo began the shared record of this session at \d\d:\d\d, after you opened"):
        tagged(listed, session, words="Asha's")


def test_a_draft_says_who_reads_it_and_only_those_there_sign(listed: Cast) -> None:
    session = held_by_jo(listed)
    record = tagged(listed, session, by="Jo", share=False)
    with reading() as db:
        for name, other in (("Jo", "Asha"), ("Asha", "Jo")):
            seen = shared_record_of(db, viewer=actor(listed, name), session_record_id=session)
            assert seen is not None and seen.read_as_draft_by == ["Asha", "Jo"] and seen.may_change
            assert texts_for_session(db, viewer=actor(listed, name), session_record_id=session).beside == other
        assert shared_record_of(db, viewer=actor(listed, "Ben"), session_record_id=session) is None
    with as_person(listed, "Asha") as (db, asha):
        record = share_shared_record(db, by=asha, shared_record_id=record.id or 0)
    with pytest.raises(NotAllowed, match="signed by those who were there"):
        signed(listed, "Asha", record)
    assert to_sign(listed, "Asha") == []
    for name in ("Jo", "Ben"):
        signed(listed, name, record)
    with reading() as db:
        seen = shared_record_of(db, viewer=actor(listed, "Asha"), session_record_id=session)
    assert seen is not None and seen.state is RecordState.LOCKED


def test_the_supervisors_own_records_stay_closed_to_the_stand_in(listed: Cast) -> None:
    session = with_ben(listed)
    written(listed, session, share=False)
    stands_in(listed)
    with pytest.raises(NotAllowed) as refusal:
        opened(listed, "Jo", session)
    assert str(refusal.value) == NO_SUCH_RECORD
    assert opened(listed, "Asha", session).words == TEXT


def test_what_the_stand_in_wrote_closes_for_the_supervisor_as_their_own_does(listed: Cast) -> None:
    session = held_by_jo(listed)
    tagged(listed, session, by="Jo")
    with writing() as db:
        db.get_one(SupervisionAgreement, listed.ben_agreement).end_on = YESTERDAY
    assert opened(listed, "Asha", session).words == TEXT
    with days_later(28), pytest.raises(NotAllowed, match="Your agreement ended"):
        opened(listed, "Asha", session)


def test_two_save_at_the_same_moment_and_one_of_them_is_told(listed: Cast) -> None:
    """Side by side, as the databases really run: one version, one refusal in words, five times over."""
    from tests.services.test_shared_records import at_once

    session = held_by_jo(listed)
    version = tagged(listed, session, BOUNDARIES, by="Jo", share=False).id or 0
    for round_ in range(5):

        def save(name: str, version: int = version, round_: int = round_) -> None:
            with as_person(listed, name) as (db, by):
                change_shared_record(db, by=by, shared_record_id=version, words=f"{name}, round {round_}")

        assert sorted(at_once(lambda: save("Asha"), lambda: save("Jo"))) == ["Conflict", "saved"]
        version = opened(listed, "Jo", session).version_id
    assert len(all_rows(SharedRecord)) == 6


# ---------------------------------------------------------------------------------------------------------------------
# A private note is voided


def test_an_author_voids_their_note_and_it_stays_sealed(listed: Cast) -> None:
    allow_private_notes()
    session = with_ben(listed)
    with as_person(listed, "Asha") as (db, asha):
        note = write_private_note(db, by=asha, session_record_id=session, words=TEXT)
    for name in ("Ben", "Carol", "Dev", "Eve"):
        with pytest.raises(NotAllowed) as refusal, as_person(listed, name) as (db, by):
            void_private_note(db, by=by, private_note_id=note.id or 0, reason=VoidReason.WRITTEN_TWICE)
        assert str(refusal.value) == NO_SUCH_RECORD
    with pytest.raises(InvalidRecord, match="Choose why"), as_person(listed, "Asha") as (db, asha):
        void_private_note(db, by=asha, private_note_id=note.id or 0, reason="Because of Ben")  # type: ignore[arg-type]
    with as_person(listed, "Asha") as (db, asha):
        void_private_note(db, by=asha, private_note_id=note.id or 0, reason=VoidReason.WRONG_SESSION)
        assert open_private_note(db, by=asha, session_record_id=session).words == TEXT
    with pytest.raises(Conflict), as_person(listed, "Asha") as (db, asha):
        void_private_note(db, by=asha, private_note_id=note.id or 0, reason=VoidReason.WRONG_SESSION)
    [event] = events("void_private_note")
    assert about(event) == names(listed, "Asha") and event.detail["reason"] == "wrong_session"
    assert [one.is_void for one in all_rows(PrivateNote)] == [False, True]


def test_another_note_takes_the_place_of_a_voided_one(listed: Cast) -> None:
    allow_private_notes()
    session = with_ben(listed)
    with as_person(listed, "Asha") as (db, asha):
        note = write_private_note(db, by=asha, session_record_id=session, words=TEXT)
        void_private_note(db, by=asha, private_note_id=note.id or 0, reason=VoidReason.WRITTEN_TWICE)
        write_private_note(db, by=asha, session_record_id=session, words="Anew")
    with as_person(listed, "Asha") as (db, asha):
        assert open_private_note(db, by=asha, session_record_id=session).words == "Anew"


def test_a_waiting_record_is_listed_for_those_who_sign_it(listed: Cast) -> None:
    record = tagged(listed, with_group(listed).record_id, BOUNDARIES)
    with reading() as db:
        for name in ("Asha", "Ben", "Bela"):
            assert [one.version_id for one in records_to_sign(db, viewer=actor(listed, name))] == [record.id], name
