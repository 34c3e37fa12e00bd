"""Who is due: who will miss a minimum and the session that would put it right, then people and months."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.compliance import By, Judged, compliance_months, rate_of
from tcsuper.queries.people import communities_to_choose
from tcsuper.queries.remedies import Outlook, WillMiss, outlook
from tcsuper.rules.standing import Tone, add_months, first_of_month
from tcsuper.rules.supervision import Verdict
from tcsuper.ui.hours import hours_of_others
from tcsuper.ui.links import link_button
from tcsuper.ui.misses import missed_in_a_row_part
from tcsuper.ui.month_grid import BY_NAME, MOST_SHORT, month_grid
from tcsuper.ui.plain import plain
from tcsuper.ui.status import RowList, row_list

NO_MINIMUM = "Nobody here has a supervision minimum by the month. A therapy manager sets one on the Catalogue page."
STATES = {
    "Short": (Verdict.SHORT_SO_FAR, Verdict.SHORT),
    "Met": (Verdict.MET,),
    "Left out": (Verdict.NOT_JUDGED, Verdict.EXEMPT, Verdict.NOT_REQUIRED),
}
MOST_ROWS = 6


def who_is_due_part(me: Actor, on: date) -> None:
    with reading() as db:
        communities = communities_to_choose(db, viewer=me)
        community = choose_community(communities)
        everyone = compliance_months(db, viewer=me, on=on)
        ahead = outlook(db, viewer=me, on=on, community_id=community)
    rows = of_others(everyone, me, communities)
    rows = [row for row in rows if community is None or communities[community] in row.groups[By.COMMUNITY]]
    if not rows:
        st.info(NO_MINIMUM)
        return
    first = rate_month(on, me.on)
    st.markdown(f"**{plain(rate_of(rows, first).sentence(first, min(on, me.on)))}**")

    there = {row.staff_id for row in rows}
    what_would_fix(ahead, [one for one in ahead.short if one.staff_id in there])
    missed_in_a_row_part(me, on)

    st.subheader("Month by month", anchor=False)
    chosen, order = choose_rows(rows, first_of_month(on))
    if chosen:
        month_grid(me, chosen, order)
    else:
        st.info("Nobody is in the chosen state in this month. Choose another one.")
    hours_of_others(me)


def of_others(rows: Sequence[Judged], me: Actor, communities: dict[int, str]) -> list[Judged]:
    """Whoever manages a community is one of its people; for a supervisor or line manager the page is about others."""
    return [row for row in rows if communities or row.staff_id != me.staff_id]


def rate_month(on: date, today: date) -> date:
    """The month whose rate is told first: of a day to come its own, which is a forecast; else the last that is over."""
    return first_of_month(on) if on > today else add_months(first_of_month(on), -1)


def choose_community(communities: dict[int, str]) -> int | None:
    """None: everyone I may see."""
    if not communities:
        return None
    left, _ = st.columns([1, 2])
    with left:
        community = st.selectbox(
            "Community",
            [None, *communities],
            format_func=lambda one: "Everyone I may see" if one is None else communities[one],
            key="due-community",
            persist_state="session",
        )
    return community


def choose_rows(rows: Sequence[Judged], first: date) -> tuple[list[Judged], str]:
    """Those of one minimum, the one that binds most people first, and of people in the chosen states in a month; and
    in which order they are to stand."""
    titles = Counter(row.minimum.title for row in rows if row.month.first == first)
    left, middle, right = st.columns([1, 1, 1.2])
    with left:
        title = st.selectbox("Minimum", [title for title, _ in titles.most_common()], key="due-minimum")
    with middle:
        order = st.selectbox("Order", [BY_NAME, MOST_SHORT], key="due-order")
    with right:
        states = st.pills(
            f"People who in {words.month(first)} are",
            list(STATES),
            selection_mode="multi",
            default=["Short", "Met"],
            key="due-states",
        )
    wanted = {verdict for state in states for verdict in STATES[state]}
    of_it = [row for row in rows if row.minimum.title == title]
    people = {row.staff_id for row in of_it if row.month.first == first and row.month.verdict in wanted}
    return [row for row in of_it if row.staff_id in people], order


# ---------------------------------------------------------------------------------------------------------------------
# The forecast


def what_would_fix(ahead: Outlook, short: Sequence[WillMiss]) -> None:
    st.subheader(f"What would fix {words.month(ahead.first)}", anchor=False)
    if not short:
        st.success(f"Nobody is short of a minimum in {words.month(ahead.first)}.", icon=":material/check_circle:")
        return
    saved = sum(one.is_saved for one in short)
    people = words.count(len(short), "person is short", "people are short")
    if ahead.is_over:
        st.markdown(f"**{people} in {words.month(ahead.first)}. That month is over.**")
    else:
        planned = f"what is planned meets it for {saved}, not for {len(short) - saved}"
        st.markdown(f"**{people} if nothing more happens; {planned}.**")
    _together(ahead)
    with row_list("due-fixes") as listed:
        for one in short[:MOST_ROWS]:
            _row(listed, one)
    if short[MOST_ROWS:]:
        with st.expander(f"{len(short) - MOST_ROWS} more"), row_list("due-fixes-more") as listed:
            for one in short[MOST_ROWS:]:
                _row(listed, one)


def _together(ahead: Outlook) -> None:
    """One session for several people, before each of them alone."""
    if not ahead.together:
        return
    with row_list("due-together") as listed:
        for number, fix in enumerate(ahead.together):
            place = listed.row(
                "For several",
                Tone.NEUTRAL,
                f"{fix.title} on or before {words.day(ahead.until)}",
                f"would fix {words.count(len(fix.people), 'person', 'people')}: {words.listed(fix.people)}.",
                wide=not fix.query,
            )
            if fix.query:
                with place:
                    link_button("Plan it", "record_supervision", f"fix-together-{number}", fix.query)


def _row(listed: RowList, one: WillMiss) -> None:
    word, tone = ("Will be met", Tone.GOOD) if one.is_saved else ("Short so far", Tone.AMBER)
    if not one.is_whole:
        said = "Their supervisor and their manager see what would fix it."
        listed.row(word, tone, f"{one.person} · {words.listed(one.minima)}", said, wide=True)
        return
    amounts = "; ".join(
        f"{title}: {amount}" if len(one.minima) > 1 else amount
        for title, amount in zip(one.minima, one.so_far, strict=True)
    )
    query = next((fix.query for fix in one.fixes if fix.query), {})
    place = listed.row(
        word,
        tone,
        f"{one.person} · {words.listed(one.minima)}",
        f"{amounts}. {one.planned}",
        _fix_sentence(one),
        wide=not query,
    )
    if query:
        with place:
            link_button("Plan a session", "record_supervision", f"fix-{one.staff_id}", query)


def _fix_sentence(one: WillMiss) -> str:
    """ "One 75-minute session with Asha Rao would meet both." """
    said = []
    for fix in one.fixes:
        whole = "it" if len(one.minima) == 1 else "both" if len(one.minima) == 2 else "all of them"
        met = whole if len(fix.minima) == len(one.minima) else words.listed(fix.minima)
        sentence = f"{fix.title} would meet {met}"
        said.append(f"{sentence}." if fix.has_agreement else f"{sentence}; there is no agreement for it yet.")
    return " ".join(said)
