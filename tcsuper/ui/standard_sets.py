"""Sets of standards in the catalogue: their versions, what each says, and what differs from the one before."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.models import SetOf
from tcsuper.queries.catalogue import may_set_rules
from tcsuper.queries.standard_sets import (
    RATED,
    StandardLine,
    State,
    VersionLine,
    set_versions,
    standards_of,
    what_differs,
)
from tcsuper.rules.reviews import EVIDENCE_WORDS
from tcsuper.rules.standard_sets import Scale, Worded
from tcsuper.ui.marks import mark_badge
from tcsuper.ui.plain import plain
from tcsuper.ui.required_levels import required_levels_part
from tcsuper.ui.standard_sets_in_force import next_version_part, put_in_force_part
from tcsuper.ui.standard_sets_writing import (
    SET_OF,
    particulars_form,
    paste_part,
    start_part,
    writing_part,
)
from tcsuper.ui.standards_carried_over import carried_over_part
from tcsuper.ui.status import row_list

STANDARDS, PASTE, PARTICULARS = "Standards", "Paste lines", "Name and levels"
REQUIRED, DIFFERS, CARRIED = "Required levels", "What differs", "What counts on it"
PUT_IN_FORCE, NEXT = "Put in force", "Next version"


def standard_sets_part(me: Actor, on: date) -> None:
    """The sets as they are on a day for everybody; for who may set rules, those being written and all the forms."""
    sets_rules = may_set_rules(me)
    with reading() as db:
        sets = set_versions(db, viewer=me, on=on)
    if sets:
        version = _pick(sets)
        _about(version)
        _parts(me, version, sets[version.code], on, sets_rules)
    else:
        st.info("There is no set of standards yet. Run `python -m seed` on the server for a first one.")
    if sets_rules:
        st.divider()
        start_part(me)


# ---------------------------------------------------------------------------------------------------------------------
# Which version


def _pick(sets: Mapping[str, Sequence[VersionLine]]) -> VersionLine:
    """A set or a version that has just been begun is the one chosen: the fields are drawn anew when there is one
    more."""
    begun = [code for code, versions in sets.items() if len(versions) == 1 and versions[0].state is State.WRITTEN]
    code = st.selectbox(
        "Set of standards",
        list(sets),
        index=list(sets).index(begun[-1]) if begun else 0,
        format_func=lambda one: _label(sets, one),
        key=f"standard_set-{len(sets)}",
    )
    versions = {one.standard_set_id: one for one in sets[code]}
    if len(versions) == 1:
        return sets[code][0]
    in_force = [one.standard_set_id for one in sets[code] if one.state is State.IN_FORCE]
    written = [one.standard_set_id for one in sets[code] if one.state is State.WRITTEN]
    first = next(iter([*written, *in_force, *versions]))
    chosen = st.selectbox(
        "Version",
        list(versions),
        index=list(versions).index(first),
        format_func=lambda one: f"Version {versions[one].version}, {_when(versions[one])}",
        key=f"standard_version-{code}-{len(versions)}-{len(written)}",
    )
    return versions[chosen]


def _label(sets: Mapping[str, Sequence[VersionLine]], code: str) -> str:
    """Two sets may bear one name."""
    names = [versions[0].name for versions in sets.values()]
    name = sets[code][0].name
    return name if names.count(name) == 1 else f"{name} (no. {sets[code][-1].standard_set_id})"


def _when(version: VersionLine) -> str:
    if version.start_on is None:
        return State.WRITTEN.value
    since = words.day(version.start_on)
    if not version.standards:
        return f"out of use from {since}"
    if version.until is not None:
        return f"in force from {since} to {words.day(version.until)}"
    return f"in force {'from' if version.state is State.COMING else 'since'} {since}"


def _about(version: VersionLine) -> None:
    word, tone = mark_badge(version.mark)
    names = words.listed([f"“{name}”" for name in version.scale.names])
    with row_list("standard_set") as listed:
        listed.row(
            word,
            tone,
            f"{version.name}, version {version.version}",
            f"{_state_in_words(version)} About: {SET_OF[version.set_of].lower()}.",
            f"Levels, lowest first, from {version.scale.lowest}: {names}.",
            f"Source: {version.source.rstrip('.')}." if version.source else "",
            wide=True,
        )


def _state_in_words(version: VersionLine) -> str:
    when = _when(version)
    match version.state:
        case State.WRITTEN:
            return "It is being written: nobody is rated by it until it is put in force."
        case State.OUT_OF_USE:
            return f"{when.capitalize()}: nobody is rated by it any more."
        case State.COMING:
            return f"It comes into force on {words.day(version.start_on)}." if version.start_on else ""
        case _:
            return f"{when[:1].upper()}{when[1:]}."


# ---------------------------------------------------------------------------------------------------------------------
# What is shown of it


def _parts(me: Actor, version: VersionLine, versions: Sequence[VersionLine], on: date, sets_rules: bool) -> None:
    parts = _parts_of(version, versions, sets_rules)
    shown = st.segmented_control(
        "Show",
        parts,
        default=parts[0],
        key=f"standards_shown-{version.standard_set_id}-{version.state.value}",
        label_visibility="collapsed",
        required=True,
    )
    is_written = version.state is State.WRITTEN
    with reading() as db:
        lines = standards_of(db, viewer=me, standard_set_id=version.standard_set_id, on=on)
    if shown == PASTE:
        paste_part(me, version, lines)
    elif shown == PARTICULARS:
        particulars_form(me, version)
    elif shown == REQUIRED:
        required_levels_part(me, version, lines, on, sets_rules)
    elif shown == DIFFERS:
        _differs(me, version)
    elif shown == CARRIED:
        carried_over_part(me, version, sets_rules)
    elif shown == PUT_IN_FORCE:
        put_in_force_part(me, version)
    elif shown == NEXT:
        next_version_part(me, version)
    else:
        standards_list(lines, version.scale, asks=not is_written and version.set_of is not SetOf.COMMUNITY)
        if is_written:
            st.subheader("Change it", anchor=False)
            writing_part(me, version, lines)


def _parts_of(version: VersionLine, versions: Sequence[VersionLine], sets_rules: bool) -> list[str]:
    later = [DIFFERS, CARRIED] if version.former_id is not None and version.standards else []
    if version.state is State.WRITTEN:
        return [STANDARDS, PASTE, PARTICULARS, *later, PUT_IN_FORCE]
    is_written = any(one.state is State.WRITTEN for one in versions)
    last = [NEXT] if sets_rules and version.is_last and not is_written else []
    required = [REQUIRED] if version.set_of in RATED and version.standards else []
    return [STANDARDS, *required, *later, *last]


def standards_list(lines: Sequence[StandardLine], scale: Scale, asks: bool) -> None:
    """Under their headings. `asks`: whether to say what roles require."""
    section = ""
    for line in lines:
        worded = line.worded
        if worded.section and worded.section != section:
            st.subheader(plain(worded.section), anchor=False)
        section = worded.section
        with st.expander(plain(f"{line.number}. {worded.short_title}")):
            if worded.text:
                st.markdown(plain(worded.text))
            if worded.anchors:
                looks = [(scale.name_of(level), text) for level, text in sorted(worded.anchors.items())]
                st.table([{"Level": plain(name), "What it looks like": plain(text)} for name, text in looks])
            if worded.floor is not None:
                floor = scale.name_of(worded.floor)
                st.caption(plain(f"Floor: whoever is seen under “{floor}” is below the standard at once."))
            if line.evidence:
                counted = words.listed([EVIDENCE_WORDS[kind].lower() for kind in line.evidence])
                st.caption(f"Counted towards it in reviews: {counted}.")
            if asks:
                required = "; ".join(f"{role}: {level}" for role, level in line.required)
                st.caption(plain(f"Required: {required}." if required else "No role has a required level yet."))
    if not lines:
        st.info("There is no standard in it.")


def _differs(me: Actor, version: VersionLine) -> None:
    with reading() as db:
        found = what_differs(db, viewer=me, standard_set_id=version.standard_set_id)
    if not found:
        st.info("It says the same as the version before.")
        return
    st.table(
        [{"Standard": plain(one.title), "Now": one.what.capitalize(), "How": plain(one.sentence)} for one in found],
        border="horizontal",
    )
    for one in found:
        if one.was is not None and one.now is not None:
            with st.expander(plain(f"{one.title}: both wordings")):
                was, now = st.columns(2)
                with was:
                    _wording("As it was", one.was)
                with now:
                    _wording(f"In version {version.version}", one.now)


def _wording(whose: str, worded: Worded) -> None:
    st.markdown(f"**{plain(whose)}**")
    st.text(worded.text or "No text.")
    for level, looks in sorted(worded.anchors.items()):
        st.caption(plain(f"Level {level}: {looks}"))
