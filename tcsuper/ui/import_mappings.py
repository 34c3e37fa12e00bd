"""How a sheet was understood, kept under a name for the next one of the same headings."""

from collections.abc import Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object
from tcsuper.database import reading
from tcsuper.queries.imports import KeptMapping, kept_mappings
from tcsuper.queries.people import communities_to_choose
from tcsuper.rules.standing import Tone
from tcsuper.services.imports.mappings import forget_mapping, keep_mapping
from tcsuper.ui.import_draft import Draft
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_button, record_form, saving
from tcsuper.ui.status import row_list

LONGEST_NAME = 120


def keep_part(me: Actor, draft: Draft, sheet: str, headings: Sequence[str]) -> None:
    told = draft.told_of(sheet)
    with reading() as db:
        communities = communities_to_choose(db, viewer=me, what=Object.IMPORT, action=Action.CREATE)
    with (
        st.expander(f"Keep how “{plain(sheet)}” was understood, for the next one", key=draft.key(f"keep-{sheet}")),
        record_form(f"keep_mapping-{draft.made}-{sheet}", submit="Keep it") as form,
    ):
        st.markdown(
            "Next time a sheet has these headings, what you said of its columns, dates and words, and who is meant by "
            "which name, is offered. Single cells that you mended are not kept."
        )
        name = st.text_input("Name", max_chars=LONGEST_NAME, key=form.widget_key("name"), placeholder="Monthly matrix")
        form.slot("name")
        community = (
            st.selectbox(
                "For",
                list(communities),
                index=0 if len(communities) == 1 else None,
                format_func=communities.__getitem__,
                placeholder="Choose a community",
                key=form.widget_key("community"),
            )
            if communities
            else None
        )
        form.slot("community_id")
    if form.submitted and communities and community is None:
        form.point_out({"community_id": "Choose the community that it is for."})
    elif form.submitted:
        with saving(form, done=f"Kept as “{name.strip()}”: it is offered the next time.") as db:
            keep_mapping(
                db,
                by=me,
                submission=form.key,
                name=name,
                community_id=community,
                headings=headings,
                told=told,
                people=draft.people,
            )


def kept_part(me: Actor) -> None:
    with reading() as db:
        kept = kept_mappings(db, viewer=me, headings=())
    if not kept:
        st.info(
            "Nothing is kept yet. While a file is imported, how each of its sheets was understood can be kept under a "
            "name; it is then offered when the headings are the same.",
            icon=":material/info:",
        )
        return
    with row_list("import-kept") as listed:
        for one in kept:
            place = listed.row("Kept", Tone.NEUTRAL, one.name, _told(one))
            with place:
                form = record_button(f"forget_mapping-{one.mapping_id}", "Forget it")
                if form.submitted:
                    with saving(form, done=f"“{one.name}” is no longer offered.") as db:
                        forget_mapping(db, by=me, submission=form.key, mapping_id=one.mapping_id)


def _told(one: KeptMapping) -> str:
    whose = one.community or "the whole service"
    when = f" on {words.moment(one.kept_at)}" if one.kept_at else ""
    said = [
        words.count(many, what)
        for many, what in (
            (len(one.told.columns), "column"),
            (len(one.told.words), "word"),
            (len(one.people), "name"),
        )
        if many
    ]
    holds = f" It says what is meant by {words.listed(said)}." if said else ""
    return f"For {whose}, kept by {one.kept_by}{when}.{holds}"
