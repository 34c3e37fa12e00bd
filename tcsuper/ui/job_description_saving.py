"""The last step of reading a document in: where it belongs, from which day on it is in force, and saving it, once."""

from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.comparison import comparison_with
from tcsuper.queries.job_descriptions import Belonging, Belongs, Choice, belongs_to
from tcsuper.readers.edited import areas, result, short_titles
from tcsuper.readers.job_description import JobDescription
from tcsuper.services.job_descriptions import add_job_description, add_version, fill_texts
from tcsuper.ui.job_description_draft import COMPARE, LIBRARY, Draft, once_saved
from tcsuper.ui.job_description_versions import show_comparison
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving

LONGEST_ROLE = 200


def saving_step(me: Actor, draft: Draft) -> None:
    read = result(draft.edited)
    with reading() as db:
        belongs = belongs_to(db, viewer=me, reading=read)
    st.markdown(plain(belongs.why))
    chosen = _choice_asked(draft, belongs)
    if chosen is None:
        return
    if chosen.kind is Belonging.NEW:
        _new_document(me, draft, read)
    elif chosen.kind is Belonging.THIS:
        _texts_of_this_version(me, draft, read, chosen)
    else:
        _next_version(me, draft, read, chosen)


def _choice_asked(draft: Draft, belongs: Belongs) -> Choice | None:
    """As its reference says unless somebody chooses otherwise; where nothing says it, nothing is chosen for them."""
    proposed = next((at for at, one in enumerate(belongs.choices) if _is_proposed(one, belongs)), None)
    if not draft.edited.values["reference"]:
        proposed = None
    return st.selectbox(
        "What this document is",
        belongs.choices,
        index=proposed,
        format_func=lambda one: one.label,
        placeholder="Choose what it is",
        key=draft.key(f"choice-{belongs.kind}-{belongs.role_id}-{belongs.job_description_id}-{proposed}"),
        persist_state="session",
    )


def _is_proposed(choice: Choice, belongs: Belongs) -> bool:
    if choice.kind is not belongs.kind or belongs.is_filled:
        return False
    same_version = choice.job_description_id == belongs.job_description_id or belongs.kind is not Belonging.THIS
    return choice.role_id == belongs.role_id and same_version


def _form_name(draft: Draft, chosen: Belonging) -> str:
    return f"save_read_document-{draft.made}-{chosen}"


def _still_to_look_at(draft: Draft) -> None:
    left = len(draft.edited.items_to_look_at) + len(draft.edited.particulars_to_look_at)
    if left:
        st.warning(
            f"{words.count(left, 'doubt')} of the reading {'is' if left == 1 else 'are'} still to look at. "
            "You can save all the same.",
        )


# ---------------------------------------------------------------------------------------------------------------------
# A new document


def _new_document(me: Actor, draft: Draft, read: JobDescription) -> None:
    with record_form(_form_name(draft, Belonging.NEW), submit="Save the document") as form:
        _still_to_look_at(draft)
        st.markdown(plain(f"{_duties(len(read.responsibilities))}. Posts can be given this role from then on."))
        role_name = st.text_input(
            "What the role is called here",
            " ".join(read.title.value.split())[:LONGEST_ROLE],
            max_chars=LONGEST_ROLE,
            key=form.widget_key("role_name"),
        )
        form.slot("role_name")
    if form.submitted:
        choices: dict[str, int] = {}
        form.once_saved = once_saved(LIBRARY, choices)
        with saving(form, done=f"{role_name.strip()} is saved: {_duties(len(read.responsibilities))}.") as db:
            new = add_job_description(
                db,
                by=me,
                submission=form.key,
                reading=read,
                role_name=role_name,
                short_titles=short_titles(draft.edited),
                areas=areas(draft.edited),
            )
            choices["jd_opened"] = new.id or 0


def _duties(many: int) -> str:
    return words.count(many, "responsibility", "responsibilities")


# ---------------------------------------------------------------------------------------------------------------------
# A version that the catalogue knows, and the next one


def _texts_of_this_version(me: Actor, draft: Draft, read: JobDescription, chosen: Choice) -> None:
    with record_form(_form_name(draft, Belonging.THIS), submit="Fill the texts") as form:
        _still_to_look_at(draft)
        st.markdown(
            plain(
                f"{_duties(len(read.responsibilities))} read. Each text goes to the responsibility of the same number "
                "where none is stored. Particulars, short titles and who holds what stay as they are."
            )
        )
    if form.submitted:
        form.once_saved = once_saved(LIBRARY, {"jd_opened": chosen.job_description_id or 0})
        with saving(form, done="The texts are saved.") as db:
            filled = fill_texts(
                db,
                by=me,
                submission=form.key,
                job_description_id=chosen.job_description_id or 0,
                reading=read,
            )
            said = f"{words.count(filled.texts, 'text')} filled in for {chosen.role_name}."
            form.done = " ".join([said, *filled.left])


def _next_version(me: Actor, draft: Draft, read: JobDescription, chosen: Choice) -> None:
    with reading() as db:
        compared = comparison_with(db, viewer=me, role_id=chosen.role_id or 0, reading=read)
    with st.expander(f"Compared with {plain(compared.former_label)}", expanded=True):
        show_comparison(compared, draft.key("compared"), sets_rules=True)
    with record_form(_form_name(draft, Belonging.NEXT), submit="Save this version") as form:
        _still_to_look_at(draft)
        in_force_from = st.date_input(
            "In force from",
            None,
            min_value=date(1990, 1, 1),
            max_value=date(today().year + 5, 12, 31),
            format="DD/MM/YYYY",
            key=form.widget_key("in_force_from"),
            help="From this day on it answers for the role. Before it the former version does, as it always did.",
        )
        form.slot("in_force_from")
        st.caption(
            "Unchanged, reworded and moved responsibilities go on with who holds them and what they call for, and with "
            "their short title and area unless you typed others. All else waits under To settle."
        )
    if not form.submitted:
        return
    if not isinstance(in_force_from, date):
        form.point_out({"in_force_from": "Choose the day from which this version is in force."})
        return
    form.once_saved = once_saved(COMPARE, {"jd_compared": chosen.role_id or 0})
    said = f"{compared.new_label} of {compared.role_name} is saved, in force from {words.day(in_force_from)}."
    with saving(form, done=said[:1].upper() + said[1:]) as db:
        add_version(
            db,
            by=me,
            submission=form.key,
            role_id=chosen.role_id or 0,
            reading=read,
            in_force_from=in_force_from,
            short_titles=short_titles(draft.edited),
            areas=areas(draft.edited),
        )
