"""The third step of an import: who is meant by each name. Nobody is taken for somebody else unseen."""

from collections.abc import Mapping, Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import SHAPES
from tcsuper.database import reading
from tcsuper.queries.imports import NEW, Match, match_people
from tcsuper.queries.people import Person, people_to_choose
from tcsuper.rules.importing import Known, Understood
from tcsuper.rules.standing import Tone
from tcsuper.ui.import_draft import (
    LEFT_OUT,
    PREVIEW,
    UNDERSTOOD,
    Draft,
    go_to_step,
    say_of_all,
    say_who,
    understood_of,
)
from tcsuper.ui.import_reading import onward
from tcsuper.ui.pickers import labels
from tcsuper.ui.plain import plain
from tcsuper.ui.tables import show_table

MOST_ASKED = 50
"""Names asked about at once; the next follow as these are answered."""


def people_step(me: Actor, draft: Draft, known: Known) -> None:
    read = all_understood(draft, known)
    if not is_understood(draft, read):
        return
    matches = matches_of(me, draft, read)
    with reading() as db:
        others = people_to_choose(db, viewer=me)
    _exact_ones([match for match in matches if match.exact])
    asked = [match for match in matches if not match.exact]
    _bulk([match for match in asked if match.key not in draft.people and not match.likely])
    _asked(draft, asked, others)
    left = unanswered(draft, matches)
    if left:
        st.caption(plain(f"{words.count(len(left), 'name')} still to be answered before the next step."))
    else:
        onward(draft, PREVIEW)


def all_understood(draft: Draft, known: Known) -> list[Understood]:
    return [understood_of(draft, sheet, known) for sheet in draft.included()]


def matches_of(me: Actor, draft: Draft, read: Sequence[Understood]) -> tuple[Match, ...]:
    """Looked for once for the same sheets: a long one names many."""
    asked = draft.times_read, tuple(one.sheet for one in read)
    if draft.matched is None or draft.matched[0] != asked:
        with st.spinner("Looking for everybody…", show_time=True), reading() as db:
            draft.matched = asked, match_people(db, viewer=me, understood=read)
    return draft.matched[1]


def is_understood(draft: Draft, read: Sequence[Understood]) -> bool:
    """Whether there is a sheet, and none with an open question; if not, it says so and leads back."""
    if read and not any(one.questions for one in read):
        return True
    open_ones = [one.sheet for one in read if one.questions]
    st.info(
        plain(f"First answer what is asked about {words.listed(open_ones)}.")
        if open_ones
        else "Every sheet is left out. Take at least one in.",
        icon=":material/help:",
    )
    back(draft, UNDERSTOOD)
    return False


def back(draft: Draft, step: str) -> None:
    st.button(
        f"Back to: {step}",
        key=draft.key(f"back-{step}"),
        on_click=go_to_step,
        args=(step,),
        icon=":material/arrow_back:",
    )


def answers(draft: Draft, matches: Sequence[Match]) -> dict[str, int | None]:
    """Who everybody is: those of exactly this name, and those who were answered."""
    exact = {match.key: match.exact.staff_id for match in matches if match.exact}
    asked = {match.key for match in matches if not match.exact}
    return exact | {key: answer for key, answer in draft.people.items() if key in asked}


def unanswered(draft: Draft, matches: Sequence[Match]) -> list[Match]:
    return [match for match in matches if not match.exact and match.key not in draft.people]


# ---------------------------------------------------------------------------------------------------------------------
# The lists


def _exact_ones(matches: Sequence[Match]) -> None:
    if not matches:
        st.markdown("Nobody is here under exactly the name that the file gives.")
        return
    title = f"{words.count(len(matches), 'person', 'people')} here under exactly this name"
    with st.expander(title, icon=":material/check_circle:"):
        show_table(
            [
                {"In the file": match.key, "Who it is": match.exact.full_name, "Role and community": match.exact.where}
                for match in matches
                if match.exact
            ]
        )


def _bulk(unknown: Sequence[Match]) -> None:
    """For long lists of names that nobody here has: one answer for all of them."""
    may_be_new = [match for match in unknown if match.may_be_new]
    with st.container(horizontal=True):
        if len(may_be_new) > 1:
            st.button(
                f"Enter all {len(may_be_new)} unknown people as new",
                key="import-all-new",
                on_click=say_of_all,
                args=(may_be_new, NEW),
                icon=":material/person_add:",
            )
        if len(unknown) > 1:
            st.button(
                f"Leave out all {len(unknown)} unknown people",
                key="import-all-out",
                on_click=say_of_all,
                args=(unknown, None),
                icon=":material/block:",
            )


def _asked(draft: Draft, asked: Sequence[Match], others: Sequence[Person]) -> None:
    """Likely ones first. Who was answered stays in place, to be changed."""
    if not asked:
        st.success("Everybody whom the file names is known.", icon=":material/check_circle:")
        return
    ordered = [match for match in asked if match.likely] + [match for match in asked if not match.likely]
    left = [match for match in ordered if match.key not in draft.people]
    shown = {match.key for match in left[:MOST_ASKED]} | set(draft.people)
    if left:
        st.markdown(plain(f"{words.count(len(left), 'name')} to be answered: who is meant?"))
    else:
        st.markdown("Every name is answered.")
    drawn = 0
    for match in ordered:
        if match.key in shown and drawn < 2 * MOST_ASKED:
            drawn += 1
            _row(draft, match, others)
    if len(asked) > drawn:
        st.caption(f"And {len(asked) - drawn:,} more.")


def _row(draft: Draft, match: Match, others: Sequence[Person]) -> None:
    choices = _choices(match, others)
    said = draft.people.get(match.key, LEFT_OUT) if match.key in draft.people else None
    said = LEFT_OUT if match.key in draft.people and said is None else said
    with st.container(border=True, key=draft.key(f"who-{match.key}")):
        left, right = st.columns([2.6, 2.4], vertical_alignment="center")
        with left:
            st.markdown(_sentence(match, said))
        with right:
            key = draft.field_key(f"person-{match.key}")
            options = list(choices)
            st.selectbox(
                f"Who is {plain(match.written)}?",
                options,
                index=options.index(said) if said in options else None,
                format_func=lambda one: choices[one],
                placeholder="Choose who is meant",
                key=key,
                label_visibility="collapsed",
                on_change=say_who,
                args=(match, key),
            )


def _sentence(match: Match, said: int | str | None) -> str:
    if said is not None:
        badge = f":green-badge[{SHAPES[Tone.GOOD]} Answered]"
    else:
        badge = f":orange-badge[{SHAPES[Tone.AMBER]} {'Likely' if match.likely else 'Unknown'}]"
    named = f"**{plain(match.written)}**" + (f" {plain(match.staff_number)}" if match.staff_number else "")
    role = "" if match.is_subject else " Named as a supervisor or line manager."
    if match.likely:
        told = f"Nobody has exactly this name. It may be {words.listed([one.full_name for one in match.likely], 'or')}."
    else:
        told = "Nobody whom you may see has a name like this."
    return f"{badge} {named}  \n:small[{plain(told + role)}]"


def _choices(match: Match, others: Sequence[Person]) -> Mapping[int | str, str]:
    """Those it is likely to be, what else can be said, and everybody else whom this person may see."""
    named = labels({person.staff_id: person for person in [*match.likely, *others]}.values())
    choices: dict[int | str, str] = {
        person.staff_id: f"Same person as {named[person.staff_id]}" for person in match.likely
    }
    if match.may_be_new:
        choices[NEW] = "A new person"
    choices[LEFT_OUT] = "Somebody else: leave their rows out" if match.likely else "Leave their rows out"
    return choices | {staff_id: label for staff_id, label in named.items() if staff_id not in choices}
