"""A version of a set while it is being written: its name and levels, its standards one by one, and pasted lines."""

from collections.abc import Mapping, Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.models import SetOf
from tcsuper.queries.standard_sets import StandardLine, VersionLine
from tcsuper.rules.reviews import EVIDENCE_WORDS, EvidenceOf
from tcsuper.rules.standard_sets import (
    LONGEST_ANCHOR,
    LONGEST_NAME,
    LONGEST_SECTION,
    LONGEST_TEXT,
    LONGEST_TITLE,
    SCALES,
    Scale,
    Worded,
    pasted,
)
from tcsuper.services.standard_sets import change_version, start_set
from tcsuper.services.standards import add_standard, change_standard, paste_standards, remove_standard
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving

SET_OF = {
    SetOf.STAFF: "Staff",
    SetOf.SUPERVISORS: "Supervisors",
    SetOf.COMMUNITY: "A community as a whole: nobody is rated by it",
}
AS_IT_IS = "As it is"


# ---------------------------------------------------------------------------------------------------------------------
# The version itself


def start_part(me: Actor) -> None:
    with st.expander("Start a set of your own"):
        st.caption("In your service's own words, or in a text that it may use: its standards are added after this.")
        scale = st.selectbox("Levels to begin with", list(SCALES), key="start_set_scale")
        with record_form(f"start_set-{list(SCALES).index(scale)}", submit="Start the set") as form:
            wished = _particulars(form, "", SetOf.STAFF, SCALES[scale], "Written by your service")
        if form.submitted:
            name, set_of, levels, source = wished
            with saving(form, done=f"{name.strip()}: started. Add its standards.") as db:
                start_set(db, by=me, submission=form.key, name=name, set_of=set_of, scale=levels, source=source)


def particulars_form(me: Actor, version: VersionLine) -> None:
    of_version = version.standard_set_id
    chosen = st.selectbox("Levels", [AS_IT_IS, *SCALES], key=f"scale-{of_version}-{version.row_version}")
    scale = SCALES.get(chosen, version.scale)
    name_of_form = f"particulars-{of_version}-{version.row_version}-{[AS_IT_IS, *SCALES].index(chosen)}"
    with record_form(name_of_form, submit="Save name and levels") as form:
        wished = _particulars(form, version.name, version.set_of, scale, version.source)
        let_go = st.checkbox(
            "Let go of what is written for levels that are not on the scale any more", key=form.widget_key("let_go")
        )
        form.slot("let_go")
        st.caption("Descriptions and floors stay with the number of their level: look at them after a change.")
    if form.submitted:
        name, set_of, levels, source = wished
        with saving(form, done=f"{name.strip()}: saved.") as db:
            change_version(
                db,
                by=me,
                submission=form.key,
                standard_set_id=of_version,
                row_version=version.row_version,
                name=name,
                set_of=set_of,
                scale=levels,
                source=source,
                let_go=let_go,
            )


def _particulars(
    form: RecordForm, name: str, set_of: SetOf, scale: Scale, source: str
) -> tuple[str, SetOf, Scale, str]:
    named = st.text_input("Name of the set", name, max_chars=LONGEST_NAME, key=form.widget_key("name"))
    form.slot("name")
    about = st.selectbox(
        "Whose work it is about",
        list(SET_OF),
        index=list(SET_OF).index(set_of),
        format_func=SET_OF.__getitem__,
        key=form.widget_key("set_of"),
    )
    lines = st.text_area(
        "Levels, one a line, the lowest first", "\n".join(scale.names), height=200, key=form.widget_key("levels")
    )
    form.slot("levels")
    lowest = st.radio(
        "The lowest is level",
        [0, 1],
        index=[0, 1].index(scale.lowest),
        horizontal=True,
        key=form.widget_key("lowest"),
    )
    whose = st.text_input(
        "Where it comes from, shown with it", source, max_chars=LONGEST_NAME, key=form.widget_key("source")
    )
    form.slot("source")
    names = tuple(line.strip() for line in lines.splitlines() if line.strip())
    return named, about, Scale(names, int(lowest or 0)), whose


# ---------------------------------------------------------------------------------------------------------------------
# Its standards


def writing_part(me: Actor, version: VersionLine, lines: Sequence[StandardLine]) -> None:
    with st.expander("Add a standard", expanded=not lines):
        with record_form(f"add_standard-{version.standard_set_id}", submit="Add the standard") as form:
            worded = _fields(form, version, Worded("", section=lines[-1].worded.section if lines else ""))
            counted = _counted(form, version, ())
            form.slot("standards")
        if form.submitted:
            with saving(form, done=f"{worded.short_title.strip()}: added.") as db:
                add_standard(
                    db,
                    by=me,
                    submission=form.key,
                    standard_set_id=version.standard_set_id,
                    worded=worded,
                    evidence=counted,
                )
    if lines:
        with st.expander("Change, move or remove a standard"):
            _change(me, version, {line.standard_id: line for line in lines})


def _change(me: Actor, version: VersionLine, lines: Mapping[int, StandardLine]) -> None:
    chosen = st.selectbox(
        "Standard",
        list(lines),
        format_func=lambda one: f"{lines[one].number}. {lines[one].short_title}",
        key=f"standard_which-{version.standard_set_id}-{len(lines)}",
    )
    line = lines[chosen]
    with record_form(f"standard-{chosen}-{line.row_version}", submit="Save the standard") as form:
        worded = _fields(form, version, line.worded)
        counted = _counted(form, version, line.evidence)
        number = st.number_input("Its place", 1, len(lines), line.number, step=1, key=form.widget_key("number"))
        form.slot("number")
    if form.submitted:
        with saving(form, done=f"{worded.short_title.strip()}: saved.") as db:
            change_standard(
                db,
                by=me,
                submission=form.key,
                standard_id=chosen,
                row_version=line.row_version,
                worded=worded,
                number=int(number),
                evidence=counted,
            )
    remove = record_button(f"remove_standard-{chosen}", "Remove this standard")
    if remove.submitted:
        with saving(remove, done=f"{line.short_title}: removed.") as db:
            remove_standard(db, by=me, submission=remove.key, standard_id=chosen)


def _fields(form: RecordForm, version: VersionLine, was: Worded) -> Worded:
    scale = version.scale
    title = st.text_input("Short title", was.short_title, max_chars=LONGEST_TITLE, key=form.widget_key("short_title"))
    form.slot("short_title")
    text = st.text_area(
        "What it asks, in full", was.text, max_chars=LONGEST_TEXT, height=100, key=form.widget_key("text")
    )
    form.slot("text")
    left, right = st.columns(2)
    with left:
        section = st.text_input(
            "Heading it stands under, if any", was.section, max_chars=LONGEST_SECTION, key=form.widget_key("section")
        )
        form.slot("section")
    with right:
        floors: list[int | None] = [None, *scale.by_number]
        floor = st.selectbox(
            "Floor: seen under it is below at once",
            floors,
            index=floors.index(was.floor) if was.floor in floors else 0,
            format_func=lambda one: "No floor" if one is None else scale.name_of(one),
            key=form.widget_key("floor"),
        )
        form.slot("floor")
    anchors = {}
    for level, name in scale.by_number.items():
        anchors[level] = st.text_area(
            plain(f"“{name}” looks like"),
            was.anchors.get(level, ""),
            max_chars=LONGEST_ANCHOR,
            height=68,
            key=form.widget_key(f"anchor-{level}"),
        )
        form.slot(f"anchor_{level}")
    return Worded(title, text, section, floor, anchors)


def _counted(form: RecordForm, version: VersionLine, was: Sequence[EvidenceOf]) -> list[EvidenceOf]:
    """Of a community as a whole alone: what a person is rated by is seen, not counted."""
    if version.set_of is not SetOf.COMMUNITY:
        return []
    chosen = st.multiselect(
        "Counted towards it in reviews",
        list(EvidenceOf),
        list(was),
        format_func=EVIDENCE_WORDS.__getitem__,
        placeholder="Nothing: a statement and the ratings speak for it",
        help="Each review shows these figures of the community beside the rating, over its own period.",
        key=form.widget_key("evidence"),
    )
    form.slot("evidence")
    return chosen


# ---------------------------------------------------------------------------------------------------------------------
# Pasted lines


def paste_part(me: Actor, version: VersionLine, lines: Sequence[StandardLine]) -> None:
    """What they become is shown before anything is stored."""
    st.caption(
        "One line is one standard: a title, or “Title: text”. A line that ends with a colon, or begins with #, is a "
        "heading for those after it. Paste only text that your service wrote or may use."
    )
    with record_form(f"paste-{version.standard_set_id}", submit="Add these standards", live=True) as form:
        text = st.text_area("Lines", height=220, key=form.widget_key("text"))
        form.slot("text")
        source = st.text_input(
            "Whose text it is, shown with the set (empty: as it is now)",
            max_chars=LONGEST_NAME,
            key=form.widget_key("source"),
        )
        form.slot("source")
        found = pasted(text, len(lines) + 1)
        if found.standards:
            st.markdown(f"**{words.count(len(found.standards), 'standard')} will be added:**")
            st.table(
                [_preview(number, one) for number, one in enumerate(found.standards, len(lines) + 1)],
                border="horizontal",
            )
        for problem in found.problems:
            st.warning(plain(problem), icon=":material/warning:")
    if form.submitted:
        with saving(form, done=f"{words.count(len(found.standards), 'standard')} added.") as db:
            paste_standards(
                db,
                by=me,
                submission=form.key,
                standard_set_id=version.standard_set_id,
                text=text,
                source=source,
            )


def _preview(number: int, one: Worded) -> dict[str, str]:
    return {
        "No.": str(number),
        "Heading": plain(one.section),
        "Title": plain(one.short_title),
        "Text": plain(one.text),
    }
