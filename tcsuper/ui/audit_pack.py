"""The audit pack on screen: what it is to be about, how far it is, and the two files. "Inspection now" leads here with
everything filled in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from tcsuper import words
from tcsuper.access import Action, Actor, Object, rules_for
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.errors import InvalidRecord, NotAllowed, Refused
from tcsuper.queries.audit_pack import (
    Form,
    PackAsked,
    communities_offered,
    forms_offered,
    reviews_to_choose,
    staff_codes,
)
from tcsuper.queries.audit_pack.asked import FORM_WORDS, MARKINGS
from tcsuper.reports.audit_pack_charts import with_charts
from tcsuper.reports.audit_pack_workbook import pack_workbook
from tcsuper.reports.document import PDF, pack_pdf
from tcsuper.reports.pack import Pack
from tcsuper.reports.workbook import XLSX, workbook
from tcsuper.rules.standing import add_months
from tcsuper.services.audit_pack import (
    LONGEST_HANDED_TO,
    PackRead,
    export_audit_pack,
    file_name,
    hand_out,
    prove_for_pack,
    read_in_steps,
)
from tcsuper.services.second_factor import Proof
from tcsuper.settings import Mode, mode
from tcsuper.ui.links import link_button
from tcsuper.ui.memory import memory
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.signed_in import signed_in_browser
from tcsuper.ui.tables import show_table

FORM_LABELS = {Form.NAMED: "Named", Form.CODED: "Coded", Form.COUNTS: "Counts"}
EARLIEST = date(2000, 1, 1)
LATEST_REVIEW = "The latest"
NOW = "inspection"
"""In the address, by the button on home."""
OF_READING, OF_WORKBOOK = 0.45, 0.5
"""How much of the bar the reading takes, and where the workbook is done: the rest is the document."""
MADE = "audit_pack"
"""In the tab's memory: the files of the last pack, until another is made or somebody signs out."""


@dataclass(frozen=True)
class Made:
    """A pack that is in the register, with its files. No document: it could not be made, and `why` says so."""

    pack: Pack
    workbook: bytes
    document: bytes | None
    why: str = ""


def inspection_now_button(me: Actor) -> None:
    """On home, for whoever may take a pack away."""
    if rules_for(me, Object.AUDIT_PACK, Action.EXPORT):
        left, _ = st.columns([1, 3])
        with left:
            link_button("Inspection now", "audit_pack", "inspection-now", {NOW: "now"})


def audit_pack_part(me: Actor) -> None:
    offered = forms_offered(me)
    if not offered:
        st.info("You manage no community now, so there is nothing to make a pack of. An administrator gives roles.")
        return
    is_now = NOW in st.query_params
    if is_now and MADE not in memory():
        st.info(
            "Today's pack, with everything filled in: say to whom it goes, then make it. It takes less than a minute.",
            icon=":material/bolt:",
        )
    _files(me)
    with record_form("audit-pack", clear_on_save=False, submit="Make the pack", live=True) as form:
        asked = _asked(me, form, offered, is_now)
        password, code = _password_again(form)
    if form.submitted:
        _make(me, form, asked, password, code)
    _what_is_in_it(me)


# ---------------------------------------------------------------------------------------------------------------------
# What it is to be about


def _asked(me: Actor, form: RecordForm, offered: list[Form], is_now: bool) -> PackAsked:
    chosen = st.segmented_control(
        "Form",
        offered,
        default=Form.CODED if Form.CODED in offered else offered[0],
        format_func=FORM_LABELS.__getitem__,
        required=True,
        key=form.widget_key("form-of-it"),
    )
    shape = Form(chosen)
    st.caption(f"{FORM_WORDS[shape]}. Marked {MARKINGS[shape]}.")
    with reading() as db:
        communities = communities_offered(db, viewer=me, form=shape)
        reviews = reviews_to_choose(db, viewer=me, form=shape, on=me.on)
    places = st.multiselect(
        "Communities",
        list(communities),
        default=list(communities),
        format_func=communities.__getitem__,
        key=form.widget_key(f"communities-{shape}"),
    )
    form.slot("communities")
    since, until, on, known_on = _days(me, form, shape)
    review = st.selectbox(
        "Review",
        [None, *reviews],
        format_func=lambda one: LATEST_REVIEW if one is None else reviews[one],
        key=form.widget_key(f"review-{shape}"),
        help="Whose ratings, statements and points stand in the pack, section by section.",
    )
    handed_to = st.text_input(
        "To whom it is handed, and what for",
        value=f"Inspection on {words.day(me.on)}" if is_now else "",
        max_chars=LONGEST_HANDED_TO,
        key=form.widget_key(f"handed-to-{is_now}"),
        help="It stands on the pack and in the register of exports.",
    )
    form.slot("handed_to")
    return PackAsked(tuple(places), since, until, on, shape, known_on, review, handed_to)


def _days(me: Actor, form: RecordForm, shape: Form) -> tuple[date, date, date, date | None]:
    """The last twelve months, as at today and as known now, unless changed."""
    first, second, third, fourth = st.columns(4)
    year = add_months(me.on, -12) + timedelta(days=1)
    with first:
        since = _day(form, "From", "since", year)
    with second:
        until = _day(form, "To", "until", me.on)
    with third:
        on = _day(form, "As at", "on", me.on, "How everybody stood on this day.")
    with fourth:
        known_on = _day(form, "As known on", "known_on", me.on, "What was recorded by the end of this day.")
    return since, until, on, None if known_on == me.on else known_on


def _day(form: RecordForm, label: str, field: str, default: date, told: str = "") -> date:
    chosen = st.date_input(
        label,
        value=default,
        min_value=EARLIEST,
        max_value=today(),
        format="DD/MM/YYYY",
        key=form.widget_key(field),
        help=told or None,
    )
    form.slot(field)
    return chosen if isinstance(chosen, date) else default


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


def _what_is_in_it(me: Actor) -> None:
    with st.expander("What is in it, and what never is"):
        st.markdown(
            "How each area stands with numerator and denominator; what is overdue, expired or below; supervision by "
            "month, sessions held and lost; agreements and supervisors; training; registration; observed practice in "
            "counts; appraisals by their dates; responsibilities; the review, standard by standard; findings and "
            "actions; how the records were kept. What nobody wrote yet is marked so."
        )
        st.markdown(
            "Never in it: shared records, private notes, the words of concerns, reasons of absences, and what "
            "observers wrote about people."
        )
    if Form.NAMED in forms_offered(me):
        with st.expander("Whose code is whose", on_change="rerun", key="whose-code") as folded:
            if folded.open:
                with reading() as db:
                    lines = staff_codes(db, viewer=me, on=me.on)
                show_table([{"Code": one.code, "Person": one.person, "Community": one.community} for one in lines])
                st.caption("For your eyes: a coded pack goes without the names.")


# ---------------------------------------------------------------------------------------------------------------------
# Making it


def _make(me: Actor, form: RecordForm, asked: PackAsked, password: str, code: str) -> None:
    """Proved, read, made, entered: in this order. Until it is entered nothing is stored, so that a click on Cancel, or
    on anything else, leaves nothing behind."""
    proof = _proved(form, password, code)
    if proof is None:
        return
    place = st.empty()
    with place.container(border=True, key="making-the-pack"):
        bar = st.progress(0.0, "Beginning")
        st.button("Cancel", key="cancel-the-pack", help="Nothing is stored until the pack is whole.")
    try:
        read, made = _read_and_made(me, asked, bar)
    except InvalidRecord as refused:
        place.empty()
        form.point_out(refused.problems)
        return
    except Refused as refused:
        place.empty()
        form.refuse(str(refused))
        return
    form.once_saved = partial(_keep, made)
    with saving(form, done=f"The pack is made and in the register of exports as number {made.pack.number}.") as db:
        export_audit_pack(db, by=me, submission=form.key, proof=proof, read=read)


def _proved(form: RecordForm, password: str, code: str) -> Proof | None:
    """Before the reading: a wrong password is counted although nothing is made."""
    try:
        return prove_for_pack(signed_in_browser(), password, code)
    except NotAllowed as refused:
        form.refuse(str(refused))
        return None


def _read_and_made(me: Actor, asked: PackAsked, bar: DeltaGenerator) -> tuple[PackRead, Made]:
    """Each word on the bar is a place where a second click ends the run."""

    def told(share: float, said: str) -> None:
        bar.progress(OF_READING * share, f"Reading: {said}")

    read = read_in_steps(by=me, asked=asked, progress=told)
    bar.progress(OF_READING, "Drawing the charts")
    pack = with_charts(read.found)
    bar.progress(OF_WORKBOOK, "Writing the workbook")
    book = pack_workbook(pack)
    try:
        document = pack_pdf(pack, _told(bar))
    except Refused as refused:
        return read, Made(pack, book, None, str(refused))
    bar.progress(1.0, "Entering it in the register of exports")
    return read, Made(pack, book, document)


def _told(bar: DeltaGenerator) -> Callable[[str], None]:
    """The document is told of several times a second, each time the same or a next thing: the bar moves with it."""
    so_far = [OF_WORKBOOK]

    def told(said: str) -> None:
        so_far[0] = min(0.98, so_far[0] + (1 - so_far[0]) / 40)
        bar.progress(so_far[0], said or "Setting the document")

    return told


def _keep(made: Made) -> None:
    memory()[MADE] = made


# ---------------------------------------------------------------------------------------------------------------------
# The files


def _files(me: Actor) -> None:
    """Of the pack made last in this tab. Each is handed out at the click, after the register was asked."""
    made: Made | None = memory().get(MADE)
    if made is None:
        return
    pack = made.pack
    with st.container(border=True, key="the-pack"):
        st.subheader("Your pack", anchor=False)
        st.markdown(plain(f"{pack.about}. As at {words.day(pack.as_at)}, as known at {words.moment(pack.known_at)}."))
        left, right = st.columns(2)
        with left:
            _download(me, "Download the workbook", pack, made.workbook, "xlsx", XLSX, "table")
        with right:
            if made.document is not None:
                _download(me, "Download the document (PDF)", pack, made.document, "pdf", PDF, "picture_as_pdf")
            else:
                st.warning(plain(made.why))
        st.caption(
            plain(f"Marked {pack.marking}. Number {pack.number}. Digest {pack.digest[:16]}…, as in the register.")
        )


def _download(me: Actor, label: str, pack: Pack, content: bytes, ending: str, kind: str, icon: str) -> None:
    st.download_button(
        label,
        partial(_handed_out, me, pack, content, ending),
        f"{file_name(pack)}.{ending}",
        kind,
        key=f"pack-{ending}-{pack.number}",
        on_click="ignore",
        icon=f":material/{icon}:",
        width="stretch",
    )


def _handed_out(me: Actor, pack: Pack, content: bytes, ending: str) -> bytes:
    """Outside the page: a refusal is the file's only sentence."""
    try:
        with reading() as db:
            return hand_out(db, by=me, pack=pack, made=lambda _: content)
    except Refused as refused:
        sentence = str(refused)
        return workbook([], [("Not made", sentence)]) if ending == "xlsx" else sentence.encode()
