"""The responsibilities of a document that was read: what is to look at first, all in order, and one at a time changed,
joined, split or dropped."""

from collections.abc import Mapping, Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import SHAPES
from tcsuper.database import reading
from tcsuper.queries.catalogue import areas
from tcsuper.readers.edited import (
    Item,
    accept,
    as_own_duty,
    bring_back,
    drop,
    merge,
    moved,
    places_to_split,
    split,
    with_area,
    with_section,
    with_text,
    with_title,
)
from tcsuper.rules.job_descriptions import LONGEST_TITLE, short_title_of
from tcsuper.rules.standing import Tone
from tcsuper.ui.job_description_draft import Draft, do, open_or_close, typed
from tcsuper.ui.plain import plain

TO_LOOK_AT, ALL, DROPPED = "To look at", "All", "Dropped"
LONGEST_TEXT = 5000
LONGEST_HEADING, LONGEST_AREA = 200, 60
_SHOWN_OF_A_PART = 70


def responsibilities_step(me: Actor, draft: Draft) -> None:
    edited = draft.edited
    with reading() as db:
        known = areas(db, viewer=me)
    if edited.read.warnings:
        st.warning("\n".join(f"- {plain(doubt)}" for doubt in edited.read.warnings))
    shown = st.segmented_control(
        "Show",
        (TO_LOOK_AT, ALL, DROPPED),
        default=TO_LOOK_AT if edited.items_to_look_at else ALL,
        required=True,
        key=draft.key("which"),
        label_visibility="collapsed",
        persist_state="session",
    )
    if shown == DROPPED:
        _dropped(draft)
    else:
        _list(draft, edited.kept if shown == ALL else edited.items_to_look_at, known)
    if shown == ALL:
        _cross_references(draft)


def _list(draft: Draft, items: Sequence[Item], known: Sequence[str]) -> None:
    if not items:
        kept = words.count(len(draft.edited.kept), "responsibility", "responsibilities")
        st.success(f"Nothing is left to look at. {kept} in order: see “{ALL}”.", icon=":material/check:")
        return
    numbers = draft.edited.numbers
    section = ""
    with st.container(border=True, gap="small", key="rows-jd-items"):
        for item in items:
            # Each in a box of its own, so that those below stay where they are, and keep the focus, when one opens.
            with st.container(gap="small", key=draft.key(f"row-{item.key}")):
                if item is not items[0]:
                    st.divider()
                if item.section != section:
                    section = item.section
                    st.markdown(f":small[**{plain(section)}**]")
                _row(draft, item, numbers[item.key])
                if draft.opened == item.key:
                    _fields(draft, item, numbers, known)


def _row(draft: Draft, item: Item, number: int) -> None:
    words_side, button_side = st.columns([5, 1.3], vertical_alignment="center")
    with words_side:
        st.markdown("  \n".join(_said(item, f"{number}. {item.short_title}")))
    with button_side:
        if item.is_to_look_at:
            st.button(
                f"Accept {number}",
                key=draft.key(f"accept-{item.key}"),
                on_click=do,
                args=(accept, item.key),
                type="primary",
                width="stretch",
            )
        st.button(
            f"Close {number}" if draft.opened == item.key else f"Change {number}",
            key=draft.key(f"open-{item.key}"),
            on_click=open_or_close,
            args=(item.key,),
            width="stretch",
        )


def _said(item: Item, title: str) -> list[str]:
    """Its title, its whole text unless that is the title, and what is doubtful."""
    lines = [f"**{plain(title)}**"]
    if item.text.rstrip(".") != item.short_title:
        lines += [f":small[{plain(line)}]" for line in item.text.splitlines()]
    if item.is_to_look_at:
        lines += [f":orange-badge[{SHAPES[Tone.AMBER]} To look at] :small[{plain(doubt)}]" for doubt in item.doubts]
    return lines


def _fields(draft: Draft, item: Item, numbers: Mapping[int, int], known: Sequence[str]) -> None:
    """Those of one responsibility. What is typed is kept as soon as its field is left."""
    with st.container(border=True, key=draft.key("fields")):
        _typed_fields(draft, item, numbers[item.key], len(numbers), known)
        others = {one.key: one for one in draft.edited.kept if one.key != item.key}
        if others:
            _join(draft, item, numbers, others)
        if places := places_to_split(item.text):
            _split(draft, item, places)
        with st.container(horizontal=True):
            number = numbers[item.key]
            if item.is_to_look_at:
                st.button(
                    f"Accept {number} as it is here", key=draft.key("accept"), on_click=do, args=(accept, item.key)
                )
            st.button(f"Drop {number}", key=draft.key("drop"), on_click=do, args=(drop, item.key))


def _typed_fields(draft: Draft, item: Item, number: int, last: int, known: Sequence[str]) -> None:
    def key(field: str) -> str:
        return draft.field_key(f"{item.key}-{field}")

    st.text_area(
        f"Text of {number}",
        item.text,
        max_chars=max(LONGEST_TEXT, len(item.text)),
        height="content",
        key=key("text"),
        on_change=typed,
        args=(key("text"), with_text, item.key),
    )
    st.text_input(
        "Short title",
        item.short_title,
        max_chars=max(LONGEST_TITLE, len(item.short_title)),
        key=key("title"),
        on_change=typed,
        args=(key("title"), with_title, item.key),
        help="What lists and charts show of it. Emptied, it is proposed from the text again: "
        + plain(short_title_of(item.text)),
    )
    left, middle, right = st.columns([2, 2, 1])
    with left:
        st.text_input(
            "Heading it stands under",
            item.section,
            max_chars=max(LONGEST_HEADING, len(item.section)),
            key=key("section"),
            on_change=typed,
            args=(key("section"), with_section, item.key),
        )
    with middle:
        offered = [*known, *([item.area] if item.area and item.area not in known else [])]
        st.selectbox(
            "Area",
            offered,
            index=offered.index(item.area) if item.area else None,
            placeholder="None yet",
            accept_new_options=True,
            key=key("area"),
            on_change=typed,
            args=(key("area"), with_area, item.key),
        )
    with right:
        st.number_input(
            "Place", 1, last, number, key=key("place"), on_change=typed, args=(key("place"), moved, item.key)
        )


def _join(draft: Draft, item: Item, numbers: Mapping[int, int], others: Mapping[int, Item]) -> None:
    """With the next one, unless others are chosen."""
    after = [key for key in others if numbers[key] > numbers[item.key]]
    field, button = st.columns([5, 1.3], vertical_alignment="bottom")
    with field:
        chosen = st.multiselect(
            f"Join {numbers[item.key]} with",
            list(others),
            default=after[:1] or list(others)[-1:],
            format_func=lambda key: f"{numbers[key]}. {others[key].short_title}",
            key=draft.field_key(f"{item.key}-join"),
            placeholder="Choose one or more",
        )
    with button:
        st.button(
            "Join",
            key=draft.key("join"),
            on_click=do,
            args=(merge, (item.key, *chosen)),
            disabled=not chosen,
            width="stretch",
        )


def _split(draft: Draft, item: Item, places: Sequence[int]) -> None:
    field, button = st.columns([5, 1.3], vertical_alignment="bottom")
    with field:
        at = st.selectbox(
            "Split it: the second part begins with",
            places,
            format_func=lambda place: _beginning(item.text[place:]),
            key=draft.field_key(f"{item.key}-split"),
            help="The ends of sentences and clauses come first, then every other word. Type to find yours.",
        )
    with button:
        st.button(
            "Split",
            key=draft.key("split"),
            on_click=do,
            args=(split, item.key, at),
            width="stretch",
        )


def _beginning(text: str) -> str:
    bare = " ".join(text.split())
    return bare if len(bare) <= _SHOWN_OF_A_PART else f"{bare[:_SHOWN_OF_A_PART]}…"


def _dropped(draft: Draft) -> None:
    dropped = draft.edited.dropped
    if not dropped:
        st.info("Nothing is dropped. What you drop is listed here, and kept among the lines in no field.")
        return
    with st.container(border=True, gap="small", key="rows-jd-dropped"):
        for item in dropped:
            words_side, button_side = st.columns([5, 1.3], vertical_alignment="center")
            with words_side:
                st.markdown("  \n".join(_said(item, item.short_title)))
            with button_side:
                st.button(
                    "Bring it back",
                    key=draft.key(f"back-{item.key}"),
                    on_click=do,
                    args=(bring_back, item.key),
                    width="stretch",
                )


def _cross_references(draft: Draft) -> None:
    references = draft.edited.cross_references
    if not references:
        return
    st.markdown("**Duties of other job descriptions**")
    st.caption("Taken on only under their condition. They are shown with the document and start no clock.")
    with st.container(border=True, gap="small", key="rows-jd-references"):
        for place, one in enumerate(references):
            words_side, button_side = st.columns([5, 1.3], vertical_alignment="center")
            with words_side:
                st.markdown(f"**{plain(one.text)}**  \n:small[{plain(one.condition)}]")
            with button_side:
                st.button(
                    "A duty of this job",
                    key=draft.key(f"own-{place}-{len(references)}"),
                    on_click=do,
                    args=(as_own_duty, place),
                    width="stretch",
                )
