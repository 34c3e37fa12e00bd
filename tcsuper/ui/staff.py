"""The pieces of the staff page: the list, one person, and absences. Starters and leavers have files of their own."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.people import Person
from tcsuper.queries.staff import HERE, LEFT, NO_POST, TO_START, AbsenceLine, OnePerson, PostLine, line_posts
from tcsuper.services.staff import change_line_manager, end_absence, record_absence
from tcsuper.ui.accounts import EMPLOYMENT_WORDS
from tcsuper.ui.pickers import pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.protected_titles import title_mark
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import said

if TYPE_CHECKING:
    import pandas as pd

ALL = "All communities"


# ---------------------------------------------------------------------------------------------------------------------
# The list, and one person opened


def staff_table(staff: "pd.DataFrame", titles: Mapping[int, Sequence[str]]) -> None:
    """With words to find people by, and a choice of who is shown. `titles`: by staff id, the protected titles that
    somebody may not use."""
    find, where, state = st.columns([2, 2, 3])
    with find:
        wanted = st.text_input("Name or role contains", key="staff_find", max_chars=100).casefold().strip()
    communities = {row.community_id: row.community for row in staff.itertuples() if row.community}
    with where:
        place = st.selectbox(
            "Community", [0, *communities], format_func=lambda one: communities.get(one, ALL), key="staff_community"
        )
    with state:
        states = st.pills(
            "Show", [HERE, TO_START, LEFT, NO_POST], default=[HERE, TO_START], selection_mode="multi", key="staff_state"
        )
    shown = [
        row
        for row in staff.itertuples(index=False)
        if row.state in states
        and place in (0, row.community_id)
        and wanted in f"{row.name} {row.role or ''}".casefold()
    ]
    if not shown:
        st.info("Nobody is shown. Choose more under Show, or clear the words.")
        return
    lines = [_row(row, titles.get(row.staff_id, ())) for row in shown]
    used = [column for column in lines[0] if any(line[column] for line in lines)]
    st.dataframe(lines, hide_index=True, width="stretch", column_order=used)
    for staff_id, name in {row.staff_id: row.name for row in shown}.items():
        title_mark(f"{name}: {sentence}" for sentence in titles.get(staff_id, ()))
    people = len({row.staff_id for row in shown})
    away = len({row.staff_id for row in shown if row.is_away})
    posts = words.count(sum(row.role is not None for row in shown), "post")
    st.caption(f"{words.count(people, 'person', 'people')} with {posts}; {away or 'nobody'} away on this day.")


def _row(row: Any, titles: Sequence[str]) -> dict[str, str]:
    return {
        "Name": row.name,
        "Role": f"{row.role or ''}{': may not use the protected title' if titles else ''}",
        "Community": row.community or "",
        "State": "Away" if row.is_away else "" if row.state == HERE else row.state,
        "Line manager": row.line_manager or "",
        "Since": words.day(row.start_on) if row.start_on else "",
        "Until": words.day(row.end_on) if row.end_on else "",
        "Hours": words.number(row.hours) if row.hours else "",
    }


def person_opened(person: OnePerson) -> None:
    facts = [EMPLOYMENT_WORDS[person.employment]]
    facts += [f"staff number {person.staff_number}"] if person.staff_number else []
    facts += [person.email] if person.email else []
    st.markdown(f"**{plain(person.full_name)}**")
    st.text(", ".join(facts))  # as text: Markdown would make a link of an address
    posts, absences = st.columns(2)
    with posts, st.container(border=True, height="stretch"):
        st.markdown("**Posts**")
        for post in person.posts:
            said(post.title, _when(post), f"Line manager: {post.line_manager}" if post.line_manager else "")
        if not person.posts:
            st.caption("No post. Give one under Somebody starts.")
    with absences, st.container(border=True, height="stretch"):
        st.markdown("**Absences**")
        for absence in person.absences or ():
            st.markdown(plain(_away(absence)))
        if not person.absences:
            st.caption("None recorded." if person.absences is not None else "Not shown to you.")


def _when(post: PostLine) -> str:
    if post.start_on is None:
        return post.state
    until = f" to {words.day(post.end_on)}" if post.end_on else ""
    hours = f", {words.number(post.hours)} hours a week" if post.hours else ""
    return f"{post.state}: from {words.day(post.start_on)}{until}{hours}"


def _away(absence: AbsenceLine) -> str:
    until = f"to {words.day(absence.end_on)}" if absence.end_on else "with no last day yet"
    return f"{words.day(absence.start_on)} {until}"


# ---------------------------------------------------------------------------------------------------------------------
# Another line manager


def line_manager_forms(me: Actor, person: OnePerson, managers: Sequence[Person]) -> None:
    """Of the person opened, and of those whom they manage by line: when they leave, all go to somebody else at once."""
    with reading() as db:
        posts = line_posts(db, viewer=me, staff_id=person.staff_id)
    others = [one for one in managers if one.staff_id != person.staff_id]
    if posts.own:
        with st.expander("Give another line manager"):
            _line_manager_form(me, f"own-{person.staff_id}", "Post", posts.own, others)
    if posts.reports:
        with st.expander(f"Line manager of {words.count(len(posts.reports), 'post')}: hand them on"):
            _line_manager_form(me, f"reports-{person.staff_id}", "Posts", posts.reports, others)


def _line_manager_form(me: Actor, name: str, label: str, posts: Mapping[int, str], managers: Sequence[Person]) -> None:
    with record_form(f"line_manager-{name}", submit="Save the line manager") as form:
        chosen = st.multiselect(
            label,
            list(posts),
            default=list(posts),
            format_func=posts.__getitem__,
            placeholder="Choose posts",
            key=form.widget_key("posts"),
        )
        form.slot("post_ids")
        manager = pick_staff("New line manager", managers, form.widget_key("manager"))
        form.slot("line_manager_id")
        st.caption("From now on: from the moment it is saved, the new line manager sees what a line manager sees.")
    if form.submitted and manager is None:
        form.point_out({"line_manager_id": "Choose a person."})
    elif form.submitted and manager is not None:
        done = f"{manager.full_name} is now line manager in {words.count(len(chosen), 'post')}."
        with saving(form, done=done) as db:
            change_line_manager(db, by=me, submission=form.key, post_ids=chosen, line_manager_id=manager.staff_id)


# ---------------------------------------------------------------------------------------------------------------------
# Somebody is away


def absence_form(me: Actor, people: Sequence[Person]) -> None:
    with record_form("absence", submit="Record the absence") as form:
        person = pick_staff("Person", people, form.widget_key("staff_id"))
        form.slot("staff_id")
        first, last = st.columns(2)
        with first:
            start_on = st.date_input("First day away", today(), format="DD/MM/YYYY", key=form.widget_key("start_on"))
            form.slot("start_on")
        with last:
            end_on = st.date_input("Last day away, if known", None, format="DD/MM/YYYY", key=form.widget_key("end_on"))
            form.slot("end_on")
        st.caption("Dates only: the reason is between the person and their line manager.")
    if form.submitted and person is None:
        form.point_out({"staff_id": "Choose a person."})
    elif form.submitted and person is not None:
        until = f" to {words.day(end_on)}" if end_on else ", with no last day yet"
        done = f"{person.full_name} is away from {words.day(start_on)}{until}."
        with saving(form, done=done) as db:
            record_absence(db, by=me, submission=form.key, staff_id=person.staff_id, start_on=start_on, end_on=end_on)


def return_form(me: Actor, person: OnePerson) -> None:
    """For an absence that has no last day yet, or another one than recorded."""
    absences = {absence.absence_id: absence for absence in person.absences or ()}
    if not absences or not person.may_keep:
        return
    with st.expander("Give an absence its last day"):
        with record_form(f"end_absence-{person.staff_id}", submit="Save") as form:
            chosen = st.selectbox(
                "Absence",
                list(absences),
                format_func=lambda one: _away(absences[one]),
                key=form.widget_key("absence_id"),
            )
            end_on = st.date_input("Last day away", today(), format="DD/MM/YYYY", key=form.widget_key("end_on"))
            form.slot("end_on")
        if form.submitted:
            done = f"{person.full_name} is away until {words.day(end_on)}."
            with saving(form, done=done) as db:
                end_absence(db, by=me, submission=form.key, absence_id=chosen, end_on=end_on)
