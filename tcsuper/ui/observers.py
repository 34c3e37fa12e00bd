"""How observers differ: figures from the sessions that several rated blind to each other, and the file of them."""

from collections.abc import Callable
from datetime import date, datetime

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading, writing
from tcsuper.errors import Refused
from tcsuper.queries.observers import OfSet, OfStandard, observers_differ, sees_how_observers_differ
from tcsuper.reports.observers import file_name, observers_json, observers_workbook
from tcsuper.reports.workbook import XLSX
from tcsuper.rules.agreement.figures import Figure, shown
from tcsuper.rules.agreement.ratings import LEAST_PAIRS
from tcsuper.services.observers import export_how_observers_differ
from tcsuper.settings import service_number
from tcsuper.ui.plain import plain
from tcsuper.ui.status import figure
from tcsuper.ui.tables import Line, show_table

TOO_FEW_PEOPLE = "too few people"
PEOPLE, OBSERVERS = "Against the standard", "How observers differ"


def wants_observers(me: Actor, reads_others: bool) -> bool:
    """Whether this part of the page was chosen; it is offered to those who may see it. Somebody who reads nobody
    else's ratings has come for it."""
    if not sees_how_observers_differ(me):
        return False
    first = PEOPLE if reads_others else OBSERVERS
    part = st.segmented_control("Part", [PEOPLE, OBSERVERS], default=first, key="practice-part", required=True)
    return part == OBSERVERS


def observers_part(me: Actor, on: date) -> None:
    with reading() as db:
        sets = observers_differ(db, viewer=me, on=on)
        smallest = service_number(db, "smallest_group")
    st.caption(
        "From sessions that two observers or more rated blind to each other. Nobody is named, and nothing that was "
        "written together or settled later is counted."
    )
    if not sets:
        st.info(
            "Nothing to compare yet. Plan an observation with two observers under Observe: once both have signed what "
            f"they saw, it is counted here. Who sees counts alone sees it from {smallest} observed people up."
        )
        return
    by_label = {one.label: one for one in sets}
    chosen = by_label[st.selectbox("Set of standards", list(by_label), key="observers-set")]
    _whole(chosen)
    _by_standard(chosen)
    _how_it_is_worked_out(chosen)
    _downloads(me, chosen, on)


def _whole(of_set: OfSet) -> None:
    raw, kappa = of_set.whole.raw, of_set.whole.kappa
    left, middle, right = st.columns(3)
    with left:
        figure("The same level", _per_cent(raw), raw.note)
    with middle:
        word = f", {kappa.words}" if kappa.words else ""
        value = f"{shown(kappa.value)}{word}" if kappa.value is not None else "too few to say" * _few(kappa) or "none"
        figure("Agreement beyond chance (kappa, quadratic weights)", value, _interval(kappa))
    with right:
        sessions = words.count(of_set.whole.sessions, "session")
        days = f"{words.day(of_set.first_on)} to {words.day(of_set.last_on)}"
        behind = f"{words.count(raw.n_observers, 'observer')}, {words.count(raw.n_items, 'item')}, {sessions}, {days}"
        figure("Pairs of ratings", str(raw.n_pairs), f"{behind}.")


def _few(kappa: Figure) -> bool:
    return 0 < kappa.n_pairs < LEAST_PAIRS


def _per_cent(raw: Figure) -> str:
    return "–" if raw.value is None else f"{100 * raw.value:.0f}%"


def _interval(kappa: Figure) -> str:
    interval = f"95% interval {shown(kappa.low)} to {shown(kappa.high)}. " if kappa.low is not None else ""
    return f"{interval}{kappa.note}".strip()


def _by_standard(of_set: OfSet) -> None:
    st.subheader("By standard", anchor=False)
    show_table([_standard(one) for one in of_set.standards])
    told = f"fewer than {of_set.smallest} observed people, alone or beside another figure"
    few = f" Left out is what would tell about {told}." if of_set.smallest else ""
    st.caption(
        "Kappa is 1 where all pairs agree and 0 where they agree no more than by chance. With fewer than "
        f"{LEAST_PAIRS} pairs only the share of the same level is given.{few}"
    )


def _standard(one: OfStandard) -> Line:
    title = {"Standard": f"{one.number} {one.title}"}
    if one.differing is None:
        return title | {"The same level": TOO_FEW_PEOPLE}
    raw, kappa = one.differing.raw, one.differing.kappa
    interval = f" ({shown(kappa.low)} to {shown(kappa.high)})" if kappa.low is not None else ""
    word = f", {kappa.words}" if kappa.words else ""
    value = f"{shown(kappa.value)}{interval}{word}" if kappa.value is not None else _why_none(kappa)
    return title | {
        "The same level": f"{_per_cent(raw)} of {words.count(raw.n_pairs, 'pair')}",
        "Kappa, 95% interval": value,
        "Observers": raw.n_observers,
        "Sessions": one.differing.sessions,
    }


def _why_none(kappa: Figure) -> str:
    return "too few to say" if _few(kappa) else kappa.note


def _how_it_is_worked_out(of_set: OfSet) -> None:
    agreed = of_set.whole.agreed
    with st.expander("How it is worked out, and other figures"):
        st.markdown(
            plain(
                "An item is one standard in one session; each two observers of it make a pair. Kappa is the pooled "
                "one: neither observer of a pair is first or second. With quadratic weights two levels apart count "
                "four times as much as one. The standards of one session are counted as if they had nothing to do "
                "with one another, so the interval over all of them is somewhat too narrow. Words for a kappa were "
                "not made for every weighting: the figure says more."
            )
        )
        others = [*agreed.pooled_kappa.values(), *agreed.krippendorff_alpha.values(), agreed.icc["ICC(1,1)"]]
        show_table(
            [
                {
                    "Figure": one.name,
                    "Form": one.form,
                    "Value": "none" if one.value is None else shown(one.value),
                    "95% interval": "" if one.low is None else f"{shown(one.low)} to {shown(one.high)}",
                    "Note": one.note,
                }
                for one in others
            ]
        )
        for note in [*agreed.notes, *(f"Words: {one.source}." for one in agreed.bands)]:
            st.caption(plain(note))


def _downloads(me: Actor, of_set: OfSet, on: date) -> None:
    """Each made at the click, with its event, after the service has looked up anew who clicks."""
    book_side, json_side = st.columns(2)
    with book_side:
        _download(
            "Take the figures as a workbook",
            _made(me, of_set, on, observers_workbook),
            file_name(of_set, "xlsx"),
            XLSX,
        )
    with json_side:
        _download(
            "Take them for a statistics program (json)",
            _made(me, of_set, on, observers_json),
            file_name(of_set, "json"),
            "application/json",
        )
    st.caption("Figures and counts alone: no name, and no two observers side by side.")


def _download(label: str, made: Callable[[], str | bytes], name: str, kind: str) -> None:
    st.download_button(
        label, made, name, kind, key=f"observers-{kind}", on_click="ignore", icon=":material/download:", width="stretch"
    )


def _made(
    me: Actor, of_set: OfSet, on: date, write: Callable[[OfSet, str, datetime], str | bytes]
) -> Callable[[], str | bytes]:
    def made() -> str | bytes:
        try:
            with writing() as db:
                exported = export_how_observers_differ(db, by=me, set_id=of_set.set_id, on=on)
        except Refused as refused:
            return str(refused)
        return write(exported.of_set, exported.number, exported.made_at)

    return made
