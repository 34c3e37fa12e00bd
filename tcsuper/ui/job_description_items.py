"""The responsibilities of a document that was read: what is to look at first, all in order, and one at a time changed,
joined, split or dropped."""

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import SHAPES
from tcsuper.database import reading
from tcsuper.queries.catalogue import areas
from tcsuper.readers.duties import CrossReference
from tcsuper.readers.edited import (
    Item,
    accept,
    as_own_duty,
    as_reference,
    bring_back,
    drop,
    merge,
    moved,
    places_to_split,
    split,
    with_area,
    with_condition,
    with_reference,
    with_section,
    with_text,
    with_title,
)
from tcsuper.rules.job_descriptions import LONGEST_TITLE, short_title_of
from tcsuper.rules.standing import Tone
from tcsuper.ui.job_description_draft import (
    Draft,
    add_typed,
    do,
    open_or_close,
    open_or_close_reference,
    typed,
    worded,
)
from tcsuper.ui.plain import plain

TO_LOOK_AT, ALL, DROPPED = "To look at", "All", "Dropped"
LONGEST_TEXT = 5000
LONGEST_HEADING, LONGEST_CONDITION = 200, 500
MOST_AT_ONCE = 40
"""A document of more is gone over in parts: a hundred rows would take a browser seconds at each click."""
_SHOWN_OF_A_PART = 70
_LONG = 800


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
        _one_more(draft)
        _cross_references(draft)


def _list(draft: Draft, items: Sequence[Item], known: Sequence[str]) -> None:
    if not draft.edited.kept:
        st.info("There is no responsibility. Type them below, or take up lines in no field under Other parts.")
        return
    if not items:
        kept = words.count(len(draft.edited.kept), "responsibility", "responsibilities")
        st.success(f"Nothing is left to look at. {kept} in order: see “{ALL}”.", icon=":material/check:")
        return
    items = _part_of(draft, items)
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
                    st.markdown(f":small[**{plain(section) or 'Under no heading'}**]")
                _row(draft, item, numbers[item.key])
                if draft.opened == item.key:
                    _fields(draft, item, numbers, known)


def _part_of(draft: Draft, items: Sequence[Item]) -> Sequence[Item]:
    """Those shown together. The parts are named by their beginning alone, which no step on one of them changes."""
    if len(items) <= MOST_AT_ONCE:
        return items
    beginnings = list(range(0, len(items), MOST_AT_ONCE))
    chosen = st.segmented_control(
        "Beginning with",
        beginnings,
        default=0,
        required=True,
        format_func=lambda at: str(at + 1),
        key=draft.key("from"),
    )
    return items[chosen or 0 :][:MOST_AT_ONCE]


def _row(draft: Draft, item: Item, number: int) -> None:
    is_opened = draft.opened == item.key
    # Beside pages of text its button stands where the text begins, not where it is half over.
    beside: Literal["top", "center"] = "top" if len(item.text) > _LONG and not is_opened else "center"
    words_side, button_side = st.columns([5, 1.3], vertical_alignment=beside)
    with words_side:
        st.markdown("  \n".join(_said(item, f"{number}. {item.short_title}", with_text=not is_opened)))
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
            f"Close {number}" if is_opened else f"Change {number}",
            key=draft.key(f"open-{item.key}"),
            on_click=open_or_close,
            args=(item.key,),
            width="stretch",
        )


def _said(item: Item, title: str, with_text: bool = True) -> list[str]:
    """Its title, its whole text unless that is the title or stands in its field, and what is doubtful."""
    lines = [f"**{plain(title)}**"]
    if with_text and item.text.rstrip(".") != item.short_title:
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
            st.button(
                f"{number} is a duty of another job", key=draft.key("apart"), on_click=do, args=(as_reference, item.key)
            )


def _typed_fields(draft: Draft, item: Item, number: int, last: int, known: Sequence[str]) -> None:
    def key(field: str) -> str:
        return draft.field_key(f"{item.key}-{field}")

    title = f"title-{draft.worded}"
    st.text_area(
        f"Text of {number}",
        item.text,
        max_chars=max(LONGEST_TEXT, len(item.text)),
        height="content",
        key=key("text"),
        on_change=worded,
        args=(key("text"), with_text, item.key),
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
    # Last, as it is drawn anew when the text changes: who goes on from the text by keyboard is elsewhere by then.
    st.text_input(
        "Short title",
        item.short_title,
        max_chars=max(LONGEST_TITLE, len(item.short_title)),
        key=key(title),
        on_change=worded,
        args=(key(title), with_title, item.key),
        help="What lists and charts show of it. Emptied, it is proposed from the text again: "
        + plain(short_title_of(item.text)),
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
    bare = " ".join(text[: 2 * _SHOWN_OF_A_PART].split())
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


def _one_more(draft: Draft) -> None:
    """What the reading missed, or a document whose words are a picture."""
    field, button = st.columns([5, 1.3], vertical_alignment="bottom")
    key = draft.field_key("one-more")
    with field:
        st.text_area("One that was not read", max_chars=LONGEST_TEXT, height="content", key=key)
    with button:
        st.button("Add it", key=draft.key("add"), on_click=add_typed, args=(key,), width="stretch")


def _cross_references(draft: Draft) -> None:
    references = draft.edited.cross_references
    if not references:
        return
    st.markdown("**Duties of other job descriptions**")
    st.caption("Taken on only under their condition. They are shown with the document and start no clock.")
    with st.container(border=True, gap="small", key="rows-jd-references"):
        for place, one in enumerate(references):
            with st.container(gap="small", key=draft.key(f"reference-{place}")):
                if place:
                    st.divider()
                _reference(draft, place, one)
                if draft.opened_reference == place:
                    _reference_fields(draft, place, one)


def _reference(draft: Draft, place: int, one: CrossReference) -> None:
    words_side, button_side = st.columns([5, 1.3], vertical_alignment="center")
    with words_side:
        condition = plain(one.condition) or "On no condition yet: change it to say when it is taken on."
        st.markdown(f"**{plain(one.text)}**  \n:small[{condition}]")
    with button_side:
        st.button(
            f"Close duty {place + 1}" if draft.opened_reference == place else f"Change duty {place + 1}",
            key=draft.key(f"open-reference-{place}"),
            on_click=open_or_close_reference,
            args=(place,),
            width="stretch",
        )


def _reference_fields(draft: Draft, place: int, one: CrossReference) -> None:
    with st.container(border=True, key=draft.key("reference-fields")):
        for label, value, most, change in (
            (f"Text of duty {place + 1}", one.text, LONGEST_TEXT, with_reference),
            ("When it is taken on", one.condition, LONGEST_CONDITION, with_condition),
        ):
            key = draft.field_key(f"{place}-{change.__name__}")
            st.text_area(
                label,
                value,
                max_chars=max(most, len(value)),
                height="content",
                key=key,
                on_change=typed,
                args=(key, change, place),
            )
        st.button("It is a duty of this job", key=draft.key("own"), on_click=do, args=(as_own_duty, place))
