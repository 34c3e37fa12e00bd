"""Imports that were made, each taken back as one action. The last step of an import shows the newest of them."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from tcsuper import words
from tcsuper.access import Actor, Object, sees_others
from tcsuper.database import reading
from tcsuper.queries.imports import ImportMade, imports_made
from tcsuper.rules.standing import Tone
from tcsuper.services.imports.undo import undo_import
from tcsuper.ui.import_draft import Draft, put_away
from tcsuper.ui.import_mappings import keep_part
from tcsuper.ui.import_words import KINDS, SEEN_ON, in_words
from tcsuper.ui.links import link_button
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import RowList, row_list

MOST_SHOWN = 30
SHOWS = {"training": Object.TRAINING_STATUS, "registration": Object.REGISTRATION}
"""What a page of these shows of others, to those who may see it."""
UNDONE_BY = (
    "Undoing takes back everything that this import added, and puts what it changed back as it was. It is refused as a "
    "whole when anything of it was changed or used since. What was added stays in the history as taken back."
)


def done_step(me: Actor, draft: Draft) -> None:
    with reading() as db:
        made = imports_made(db, viewer=me)
    one = next((batch for batch in made if batch.batch_id == draft.batch_id or draft.batch_id is None), None)
    if one is None:
        st.info("This import is no longer in your list.", icon=":material/info:")
    else:
        _taken(me, one)
    for sheet, headings in draft.headings.items():
        keep_part(me, draft, sheet, headings)
    st.button("Import another file", key="import-another", on_click=put_away, icon=":material/add:")


def _taken(me: Actor, one: ImportMade) -> None:
    with row_list("import-done") as listed:
        place = _row(listed, one)
        with place:
            _undo(me, one)
    seen_on = [on for on in dict.fromkeys(SEEN_ON[kind] for kind in one.kinds) if _shows_others(me, on[1])]
    if not seen_on:
        return
    st.markdown("**Where it is seen**")
    with st.container(horizontal=True, key="import-seen"):
        for label, page in seen_on:
            link_button(label, page, f"import-{page}")


def _shows_others(me: Actor, page: str) -> bool:
    """An administrator takes training in, and sees none of it by name."""
    return page not in SHOWS or sees_others(me, SHOWS[page])


def made_part(me: Actor) -> None:
    with reading() as db:
        made = imports_made(db, viewer=me)
    if not made:
        st.info("No import was made yet. Choose “Take in a file” to begin with one.", icon=":material/info:")
        return
    with row_list("imports-made") as listed:
        for one in made[:MOST_SHOWN]:
            place = _row(listed, one)
            with place:
                _undo(me, one)
    if len(made) > MOST_SHOWN:
        st.caption(f"The last {MOST_SHOWN} of {len(made):,}. The others are in the History.")


def _row(listed: RowList, one: ImportMade) -> DeltaGenerator:
    kinds = words.listed([KINDS[kind].partition(":")[0] for kind in dict.fromkeys(one.kinds)])
    sentences = [
        f"{kinds}. Taken in {words.moment(one.made_at)} by {one.made_by}: {in_words(one.counts)}.",
    ]
    if one.undone_at is None:
        return listed.row("Taken in", Tone.GOOD, one.file_name, *sentences, one.why_not)
    undone = f"Undone {words.moment(one.undone_at)} by {one.undone_by}: {one.undone_because}"
    return listed.row("Undone", Tone.GREY, one.file_name, *sentences, undone)


def _undo(me: Actor, one: ImportMade) -> None:
    if one.undone_at is not None or one.why_not:
        return
    with st.popover("Undo…", width="stretch", key=f"undo-{one.batch_id}"):
        with record_form(f"undo_import-{one.batch_id}", submit="Undo this import") as form:
            st.markdown(f"**{plain(one.file_name)}**: {plain(in_words(one.counts))}.")
            st.markdown(UNDONE_BY)
            because = st.text_input("Reason", max_chars=500, key=form.widget_key("because"))
            form.slot("because")
        if form.submitted:
            with saving(form, done="The import is undone.") as db:
                undone = undo_import(db, by=me, submission=form.key, batch_id=one.batch_id, because=because)
                form.done = undone.words
