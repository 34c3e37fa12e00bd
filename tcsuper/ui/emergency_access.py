"""Emergency access on screen: what one is told, what one asks for and reads, what a director decides and reviews."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object, rules_for
from tcsuper.database import reading, writing
from tcsuper.errors import NotAllowed, Refused
from tcsuper.models import ConfidentialKind, EmergencyReason
from tcsuper.queries.emergency_access import (
    AccessLine,
    TextLine,
    Told,
    months_of_reading,
    people_with_texts,
    texts_to_ask_for,
    unusual_reading,
)
from tcsuper.rules.emergency import ASKED_FOR, LONGEST_DELAY_DAYS, OPEN_FOR, SHORTEST_WORDS, Stage
from tcsuper.rules.standing import Tone
from tcsuper.services.emergency_access import (
    LONGEST_WORDS,
    acknowledge_telling,
    approve_emergency_access,
    ask_for_text,
    end_reading,
    open_text,
    prove_for_emergency,
    put_off_telling,
    read_opened_text,
    review_emergency_access,
    turn_down_emergency_access,
)
from tcsuper.services.second_factor import Proof
from tcsuper.settings import Mode, mode
from tcsuper.ui.pickers import pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.signed_in import signed_in_browser
from tcsuper.ui.status import row_list, said

KIND_WORDS = {
    ConfidentialKind.SHARED_RECORD: "Shared record",
    ConfidentialKind.PRIVATE_NOTE: "Private note",
}
REASON_WORDS = {
    EmergencyReason.SAFEGUARDING: "Safeguarding",
    EmergencyReason.COMPLAINT: "A complaint",
    EmergencyReason.INVESTIGATION: "An investigation",
    EmergencyReason.LEGAL_DUTY: "A legal duty",
    EmergencyReason.CONTINUITY_OF_CARE: "Continuity of care",
}
STAGE_WORDS = {
    Stage.WAITING: ("Waits for the director", Tone.AMBER),
    Stage.READY: ("May be opened", Tone.NEUTRAL),
    Stage.REFUSED: ("Turned down", Tone.GREY),
    Stage.LAPSED: ("Not opened in time", Tone.GREY),
    Stage.OPEN: ("Open now", Tone.AMBER),
    Stage.TO_REVIEW: ("To review", Tone.AMBER),
    Stage.REVIEWED: ("Reviewed", Tone.GOOD),
}
AT_ONCE, WAIT = "Open it now", "Wait: the director may put off telling those concerned"
WHAT_IT_IS = (
    f"For when somebody's safety, a complaint, an investigation or the law requires it. You give a reason and your "
    f"password, and read one text for {words.minutes(OPEN_FOR.seconds // 60)}. Supervisor and supervisee are told at "
    "once, and somebody else reviews it."
)


def may_ask(me: Actor) -> bool:
    return bool(rules_for(me, Object.EMERGENCY_ACCESS, Action.CREATE))


def may_direct(me: Actor) -> bool:
    return bool(rules_for(me, Object.EMERGENCY_ACCESS, Action.REVIEW))


def _title(line: TextLine | None, kind: str = "") -> str:
    """What a text is, in words: "Shared record · Clinical, 2 May 2026, Lena with Ben"."""
    if line is None:
        return kind or "A text that is no longer there"
    people = words.listed(line.people) if len(line.people) <= 3 else f"{len(line.people)} people"
    return f"{KIND_WORDS[line.kind]} · {line.title}, {words.day(line.held_on)}, {line.supervisor} with {people}"


# ---------------------------------------------------------------------------------------------------------------------
# What one is told


def show_told(me: Actor, told: Sequence[Told]) -> None:
    st.subheader("Texts of yours that were opened", anchor=False)
    if not told:
        st.caption("No text of a session of yours was opened by emergency access.")
        return
    with row_list("told") as listed:
        for one in told:
            word, tone = ("Seen", Tone.GREY) if one.acknowledged_at else ("To know", Tone.AMBER)
            with listed.row(word, tone, _title(one.text), *_told_facts(one)):
                if not one.acknowledged_at:
                    form = record_button(f"told-{one.access_id}", "I have seen this")
                    if form.submitted:
                        with saving(form, done="Noted that you have seen it.") as db:
                            acknowledge_telling(db, by=me, submission=form.key, access_id=one.access_id)


def _told_facts(one: Told) -> list[str]:
    reason = REASON_WORDS[one.reason].lower()
    facts = [f"{one.asked_by} opened it on {words.moment(one.opened_at)}. Reason: {reason}."]
    if one.was_delayed:
        facts.append("You are told later than usual, for a reason that the director has on record.")
    if one.reviewed_at:
        found = "justified" if one.was_justified else "not justified"
        facts.append(f"Reviewed on {words.moment(one.reviewed_at)}: {found}.")
    else:
        facts.append("Somebody else reviews whether it was justified.")
    return facts


# ---------------------------------------------------------------------------------------------------------------------
# Read, for an hour


def show_open_texts(me: Actor, lines: Sequence[AccessLine]) -> None:
    """Every text that the viewer has open, under its banner."""
    for line in lines:
        if line.is_mine and line.stage is Stage.OPEN:
            _open_text(me, line)


def _open_text(me: Actor, line: AccessLine) -> None:
    try:
        with writing() as db:
            found = read_opened_text(db, by=me, access_id=line.access_id)
    except Refused as refused:
        st.error(plain(str(refused)), icon=":material/error:")
        return
    with st.container(border=True, key=f"emergency-{line.access_id}"):
        st.error(
            f"**Emergency access, until {words.moment(found.open_until)}.** One text, to read only. Your reading is on "
            f"record{', and those concerned are told' if not line.delayed_by else ''}.",
            icon=":material/key:",
        )
        said(_title(found.line))
        st.text(found.words)
        for one in found.added:
            st.markdown(plain(f"Added by {one.author}, {words.moment(one.added_at)}"))
            st.text(one.words)
        form = record_button(f"end-{line.access_id}", "I am done: close it now")
        if form.submitted:
            with saving(form, done="Closed. To read it again you would have to ask anew.") as db:
                end_reading(db, by=me, submission=form.key, access_id=line.access_id)


# ---------------------------------------------------------------------------------------------------------------------
# Asked for


def ask_form(me: Actor) -> None:
    st.subheader("Ask for a text", anchor=False)
    st.caption(WHAT_IT_IS)
    with reading() as db:
        people = people_with_texts(db, viewer=me)
    person = pick_staff("Whose session?", people, "emergency-person")
    if person is None:
        st.caption(
            "Choose somebody of your communities to see which texts there are. Nothing of what they say is shown."
        )
        return
    with reading() as db:
        texts = texts_to_ask_for(db, viewer=me, staff_id=person.staff_id)
    if not texts:
        st.info(
            plain(
                f"There is no text of a session of {person.full_name} for which you could ask. What is yours to read "
                "you find with the session."
            )
        )
        return
    _ask(me, texts)


def _ask(me: Actor, texts: Sequence[TextLine]) -> None:
    named = _unique([_title(text) for text in texts])
    with record_form("ask_emergency", submit="Ask for it", live=True) as form:
        chosen = st.selectbox(
            "Which text?",
            range(len(texts)),
            index=None,
            format_func=named.__getitem__,
            placeholder="Choose one text",
            key=form.widget_key("text"),
        )
        reason = st.selectbox(
            "Reason",
            list(REASON_WORDS),
            index=None,
            format_func=REASON_WORDS.__getitem__,
            placeholder="Choose a reason",
            key=form.widget_key("reason"),
        )
        form.slot("reason")
        why = st.text_area(
            f"Why this text, and why now (at least {SHORTEST_WORDS} characters)",
            max_chars=LONGEST_WORDS,
            height=100,
            help="The director reads this. Nothing here may identify a resident.",
            key=form.widget_key("words"),
        )
        form.slot("words")
        text = texts[chosen] if chosen is not None else None
        at_once = _when(form, text, reason)
        password, code = _password_again(form)
    if form.submitted:
        _submit(me, form, text, reason, why, at_once, password, code)


def _unique(titles: Sequence[str]) -> list[str]:
    """A selectbox tells options apart by label alone."""
    return [
        title if titles.count(title) == 1 else f"{title} (no. {number})" for number, title in enumerate(titles, start=1)
    ]


def _when(form: RecordForm, text: TextLine | None, reason: EmergencyReason | None) -> bool:
    if text is not None and text.kind is ConfidentialKind.PRIVATE_NOTE:
        st.caption("A private note takes two people: the director approves it first. Then you open it here.")
        return False
    if reason is EmergencyReason.SAFEGUARDING:
        when = st.radio("When?", [AT_ONCE, WAIT], key=form.widget_key("when"))
        return when == AT_ONCE
    return True


def _submit(
    me: Actor,
    form: RecordForm,
    text: TextLine | None,
    reason: EmergencyReason | None,
    why: str,
    at_once: bool,
    password: str,
    code: str,
) -> None:
    missing = {"": "Choose a text." if text is None else "", "reason": "Choose a reason." if reason is None else ""}
    missing = {field: sentence for field, sentence in missing.items() if sentence}
    if text is None or reason is None:
        form.point_out(missing)
        return
    proof = _proved(form, password, code)
    if proof is None:
        return
    opens = at_once and text.kind is ConfidentialKind.SHARED_RECORD
    done = "It is open for 60 minutes." if opens else "Asked for. You find it under your requests."
    with saving(form, done=done) as db:
        ask_for_text(
            db,
            by=me,
            submission=form.key,
            proof=proof,
            kind=text.kind,
            text_record_id=text.record_id,
            reason=reason,
            words=why,
            open_at_once=at_once,
        )


def _password_again(form: RecordForm) -> tuple[str, str]:
    """In the demonstration nobody has a password to give."""
    if mode() is Mode.DEMO:
        st.caption("Outside the demonstration your password is asked again here, and your code if you have one.")
        return "", ""
    left, right = st.columns(2)
    with left:
        password = st.text_input("Your password again", type="password", key=form.widget_key("password"))
    with right:
        code = st.text_input("Code, if you have set one up", max_chars=40, key=form.widget_key("code"))
    return password, code


def _proved(form: RecordForm, password: str, code: str) -> Proof | None:
    """Before the save: a wrong password is counted although nothing is saved."""
    try:
        return prove_for_emergency(signed_in_browser(), password, code)
    except NotAllowed as refused:
        form.refuse(str(refused))
        return None


def show_my_requests(me: Actor, lines: Sequence[AccessLine]) -> None:
    mine = [line for line in lines if line.is_mine]
    if not mine:
        return
    st.subheader("Your requests", anchor=False)
    with row_list("my-requests") as listed:
        for line in mine:
            word, tone = STAGE_WORDS[line.stage]
            listed.row(word, tone, _title(line.text), *_facts(line), wide=True)
            if line.stage is Stage.READY:
                _open_form(me, line.access_id)


def _open_form(me: Actor, access_id: UUID) -> None:
    with record_form(f"open-{access_id}", submit="Open it for 60 minutes") as form:
        password, code = _password_again(form)
        st.caption("Those concerned are told at once, unless the director has put that off.")
    if form.submitted:
        proof = _proved(form, password, code)
        if proof is not None:
            with saving(form, done="It is open for 60 minutes.") as db:
                open_text(db, by=me, submission=form.key, proof=proof, access_id=access_id)


def _facts(line: AccessLine) -> list[str]:
    """What has happened to a request, step by step."""
    by = "You" if line.is_mine else line.asked_by
    facts = [f"{by} asked on {words.moment(line.asked_at)}. {REASON_WORDS[line.reason]}: {line.words}"]
    if line.approved_by:
        facts.append(f"Approved by {line.approved_by}.")
    if line.stage in (Stage.WAITING, Stage.READY):
        facts.append(f"It can be opened until {words.moment(line.asked_at + ASKED_FOR)}.")
    if line.opened_at and line.open_until:
        ends = "closes" if line.stage is Stage.OPEN else "closed"
        facts.append(f"Opened on {words.moment(line.opened_at)}; it {ends} on {words.moment(line.open_until)}.")
    if line.delayed_by and line.told_from:
        facts.append(
            f"Those concerned are told from {words.moment(line.told_from)}, by {line.delayed_by}: {line.delay_words}"
        )
    if line.reviewed_at:
        found = "justified" if line.was_justified else "not justified"
        facts.append(f"Reviewed by {line.reviewed_by} on {words.moment(line.reviewed_at)}: {found}.")
    elif line.review_due_on:
        facts.append(f"Its review {'was' if line.is_overdue else 'is'} due {words.day(line.review_due_on)}.")
    return facts


# ---------------------------------------------------------------------------------------------------------------------
# For a director


def show_oversight(me: Actor, lines: Sequence[AccessLine]) -> None:
    """What waits for the director, then what is done, then who reads unusually much."""
    overseen = [line for line in lines if line.oversees]
    waiting = [line for line in overseen if line.waits_for_review or line.stage in (Stage.WAITING, Stage.READY)]
    st.subheader("To decide and review", anchor=False)
    if not waiting:
        st.caption("Nothing waits for you.")
    for line in sorted(waiting, key=lambda one: not one.is_overdue):
        _to_settle(me, line)
    done = [line for line in overseen if line not in waiting]
    if done:
        st.subheader("Settled", anchor=False)
        with row_list("settled") as listed:
            for line in done:
                word, tone = STAGE_WORDS[line.stage]
                review = f"The review said: {line.review_words}" if line.review_words else ""
                listed.row(word, tone, _title(line.text), *_facts(line), review, wide=True)
    _unusual(me)


def _to_settle(me: Actor, line: AccessLine) -> None:
    word, tone = ("Overdue", Tone.BAD) if line.is_overdue else STAGE_WORDS[line.stage]
    with row_list(f"settle-{line.access_id}") as listed:
        listed.row(word, tone, _title(line.text), *_facts(line), wide=True)
        if not line.directs:
            st.info("You asked for this yourself: another director decides and reviews.")
            return
        if line.stage is Stage.WAITING:
            _decide(me, line)
        if line.may_put_off:
            _put_off_form(me, line)
        if line.may_review:
            _review_form(me, line)


def _decide(me: Actor, line: AccessLine) -> None:
    left, right, _ = st.columns([1, 1, 2])
    with left:
        yes = record_button(f"approve-{line.access_id}", "Approve", primary=True)
        if yes.submitted:
            with saving(yes, done=f"Approved. {line.asked_by} may open it for 60 minutes.") as db:
                approve_emergency_access(db, by=me, submission=yes.key, access_id=line.access_id)
    with right:
        no = record_button(f"turn-down-{line.access_id}", "Turn down")
        if no.submitted:
            with saving(no, done="Turned down. Nothing was opened.") as db:
                turn_down_emergency_access(db, by=me, submission=no.key, access_id=line.access_id)


def _put_off_form(me: Actor, line: AccessLine) -> None:
    with (
        st.expander("Put off telling those concerned"),
        record_form(f"put-off-{line.access_id}", submit="Put it off") as form,
    ):
        days = st.number_input("For how many days", 1, LONGEST_DELAY_DAYS, 3, key=form.widget_key("days"))
        form.slot("days")
        why = st.text_area(
            f"Why telling them now would put somebody at risk (at least {SHORTEST_WORDS} characters)",
            max_chars=LONGEST_WORDS,
            height=90,
            key=form.widget_key("words"),
        )
        form.slot("words")
    if form.submitted:
        with saving(form, done=f"They are told {words.count(int(days), 'day')} later.") as db:
            put_off_telling(db, by=me, submission=form.key, access_id=line.access_id, days=int(days), words=why)


def _review_form(me: Actor, line: AccessLine) -> None:
    with (
        st.expander("Review it", expanded=line.is_overdue),
        record_form(f"review-{line.access_id}", submit="Save the review") as form,
    ):
        found = st.radio("Was it justified?", ["Yes", "No"], index=None, key=form.widget_key("found"))
        form.slot("was_justified")
        why = st.text_area(
            f"What you base this on (at least {SHORTEST_WORDS} characters)",
            max_chars=LONGEST_WORDS,
            height=90,
            key=form.widget_key("words"),
        )
        form.slot("words")
        st.caption("Those concerned see whether it was justified, not your words. Once saved it stands.")
    if form.submitted:
        if found is None:
            form.point_out({"was_justified": "Choose yes or no."})
            return
        with saving(form, done="Reviewed.") as db:
            review_emergency_access(
                db, by=me, submission=form.key, access_id=line.access_id, was_justified=found == "Yes", words=why
            )


def _unusual(me: Actor) -> None:
    st.subheader("Unusual reading", anchor=False)
    months = months_of_reading(me.on)
    month = st.selectbox("Month", months, format_func=words.month, key="unusual-month")
    with reading() as db:
        readers = unusual_reading(db, viewer=me, month=month)
    st.caption(
        "Who opened confidential texts about several people whom they do not supervise, of sessions that are not "
        "theirs; a concern counts as one. Unusual is not wrong: ask. From how many people on is a number that your "
        "service sets. What was read is not shown."
    )
    if not readers:
        st.caption(plain(f"Nobody in {words.month(month)}."))
        return
    st.table([{"Reader": plain(one.reader), "People": one.people, "Openings": one.openings} for one in readers])
