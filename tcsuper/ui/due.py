"""Who is due: who will miss a minimum and the session that would put it right, then people and months."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, sees_counts_alone
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
NOTHING_MEETS_IT = "nothing that is planned meets it for any of them"


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
    whose_words(me)

    there = {row.staff_id for row in rows}
    what_would_fix(me, ahead, [one for one in ahead.short if one.staff_id in there], on)
    missed_in_a_row_part(me, on)

    st.subheader("Month by month", anchor=False)
    chosen, order = choose_rows(rows, first_of_month(on))
    if chosen:
        month_grid(me, on, chosen, order)
    else:
        st.info("Nobody is in the chosen state in this month. Choose another one.")
    hours_of_others(me)


def of_others(rows: Sequence[Judged], me: Actor, communities: dict[int, str]) -> list[Judged]:
    """Whoever manages a community is one of its people; for a supervisor or line manager the page is about others."""
    return [row for row in rows if communities or row.staff_id != me.staff_id]


def whose_words(me: Actor) -> None:
    """A director answers for every community and is told of few people by name: else two rates seem to disagree."""
    if sees_counts_alone(me):
        st.caption("Of the people whose supervision you see by name. All communities, as counts: Team competency.")


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


def what_would_fix(me: Actor, ahead: Outlook, short: Sequence[WillMiss], on: date) -> None:
    if ahead.is_over:
        _who_was_short(ahead, short, on)
        return
    st.subheader(f"What would fix {words.month(ahead.first)}", anchor=False)
    if not short:
        st.success(f"Nobody is short of a minimum in {words.month(ahead.first)}.", icon=":material/check_circle:")
        return
    saved = sum(one.is_saved for one in short)
    people = words.count(len(short), "person is short", "people are short")
    planned = f"what is planned meets it for {saved}, not for {len(short) - saved}" if saved else NOTHING_MEETS_IT
    st.markdown(f"**{people} if nothing more happens; {planned}.**")
    _together(ahead)
    with row_list("due-fixes") as listed:
        for one in short[:MOST_ROWS]:
            _row(listed, one, _status_of_the_short(ahead, me))
    if short[MOST_ROWS:]:
        with st.expander(f"{len(short) - MOST_ROWS} more"), row_list("due-fixes-more") as listed:
            for one in short[MOST_ROWS:]:
                _row(listed, one, _status_of_the_short(ahead, me))


def _who_was_short(ahead: Outlook, short: Sequence[WillMiss], on: date) -> None:
    """Of a day in a month that is over: how far people had got by then. Nothing can be planned for it any more."""
    st.subheader(f"Who was short on {words.day(on)}", anchor=False)
    if not short:
        st.success("Nobody was short of a minimum.", icon=":material/check_circle:")
        return
    people = words.count(len(short), "person had", "people had")
    month = words.month(ahead.first)
    st.markdown(f"**{people} not met a minimum of {month} by that day.**")
    ended = on == ahead.until
    word, tone = ("Short", Tone.BAD) if ended else ("Short so far", Tone.AMBER)
    if not ended:
        st.caption("Choose the last day of the month at the top to see how it ended.")
    with row_list("due-past") as listed:
        for one in sorted(short, key=lambda one: one.person):
            said = f"{_amounts(one)}." if one.is_whole else ""
            listed.row(word, tone, f"{one.person} · {words.listed(one.minima)}", said, wide=True)


def _status_of_the_short(ahead: Outlook, me: Actor) -> tuple[str, Tone]:
    """Of this month, and of one to come."""
    return "Short so far" if ahead.first <= me.on else "Will be short", Tone.AMBER


def _together(ahead: Outlook) -> None:
    """One session for several people, before each of them alone."""
    if not ahead.together:
        return
    with row_list("due-together") as listed:
        for number, fix in enumerate(ahead.together):
            people = words.count(len(fix.people), "person", "people")
            place = listed.row(
                "For several",
                Tone.NEUTRAL,
                f"{fix.title} on or before {words.day(ahead.until)}",
                f"This would put it right for {people}: {words.listed(fix.people)}.",
                wide=not fix.query,
            )
            if fix.query:
                with place:
                    link_button("Plan it", "record_supervision", f"fix-together-{number}", fix.query)


def _row(listed: RowList, one: WillMiss, short: tuple[str, Tone]) -> None:
    word, tone = ("Will be met", Tone.GOOD) if one.is_saved else short
    if not one.is_whole:
        said = "Their supervisor and their therapy manager see what would fix it."
        listed.row(word, tone, f"{one.person} · {words.listed(one.minima)}", said, wide=True)
        return
    query = next((fix.query for fix in one.fixes if fix.query), {})
    place = listed.row(
        word,
        tone,
        f"{one.person} · {words.listed(one.minima)}",
        f"{_amounts(one)}. {one.planned}",
        _fix_sentence(one),
        wide=not query,
    )
    if query:
        with place:
            link_button("Plan a session", "record_supervision", f"fix-{one.staff_id}", query)


def _amounts(one: WillMiss) -> str:
    return "; ".join(
        f"{title}: {amount}" if len(one.minima) > 1 else amount
        for title, amount in zip(one.minima, one.so_far, strict=True)
    )


def _fix_sentence(one: WillMiss) -> str:
    """ "One 75-minute session with Asha Rao would meet both." """
    said = []
    for fix in one.fixes:
        whole = "it" if len(one.minima) == 1 else "both" if len(one.minima) == 2 else "all of them"
        met = whole if len(fix.minima) == len(one.minima) else words.listed(fix.minima)
        sentence = f"{fix.title} would meet {met}"
        said.append(f"{sentence}." if fix.has_agreement else f"{sentence}; there is no agreement for it yet.")
    return " ".join(said)
