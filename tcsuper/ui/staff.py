"""The pieces of the staff page: the list, one person, and the forms for a starter, a leaver and an absence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.queries.people import Person
from tcsuper.queries.staff import HERE, LEFT, NO_POST, TO_START, AbsenceLine, OnePerson, PostLine
from tcsuper.rules.responsibilities import Change
from tcsuper.services.staff import (
    FULL_TIME,
    MOST_HOURS,
    add_starter,
    end_absence,
    end_post,
    record_absence,
    start_post,
)
from tcsuper.ui.accounts import EMPLOYMENT_WORDS
from tcsuper.ui.pickers import pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.responsibilities import changes_list
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.status import said

if TYPE_CHECKING:
    import pandas as pd

ALL = "All communities"
NEW, ALREADY_HERE = "Somebody new", "Another post for somebody already here"


# ---------------------------------------------------------------------------------------------------------------------
# The list, and one person opened


def staff_table(staff: "pd.DataFrame") -> None:
    """With words to find people by, and a choice of who is shown."""
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
    lines = [_row(row) for row in shown]
    used = [column for column in lines[0] if any(line[column] for line in lines)]
    st.dataframe(lines, hide_index=True, width="stretch", column_order=used)
    people = len({row.staff_id for row in shown})
    away = len({row.staff_id for row in shown if row.is_away})
    posts = words.count(sum(row.role is not None for row in shown), "post")
    st.caption(f"{words.count(people, 'person', 'people')} with {posts}; {away or 'nobody'} away on this day.")


def _row(row: Any) -> dict[str, str]:
    return {
        "Name": row.name,
        "Role": row.role or "",
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
# Somebody starts


@dataclass(frozen=True)
class Choices:
    """What the starter form offers."""

    roles: Mapping[int, str]
    communities: Mapping[int, str]
    managers: Sequence[Person]
    people: Sequence[Person]
    """Whom another post can be given to."""
    takes_email: bool


def starter_form(me: Actor, choices: Choices) -> None:
    """Person and post in one form, stored together."""
    which = NEW
    if choices.people:
        which = st.segmented_control("Who starts?", [NEW, ALREADY_HERE], default=NEW, key="starter_which") or NEW
    is_new = which == NEW
    with record_form("starter_new" if is_new else "starter_known", submit="Save the starter") as form:
        person = _new_person(form, choices.takes_email) if is_new else {}
        known = None if is_new else pick_staff("Person", choices.people, form.widget_key("staff_id"))
        form.slot("staff_id")
        post = _post_fields(form, choices)
    if not form.submitted:
        return
    missing = {} if is_new else _missing(known, post)
    if missing:
        form.point_out(missing)
        return
    name = str(person["full_name"]).strip() if is_new else known.full_name if known else ""
    with saving(form, done=_started(name, post, choices, is_new)) as db:
        if is_new:
            add_starter(db, by=me, submission=form.key, **person, **post)
        elif known is not None:
            start_post(db, by=me, submission=form.key, staff_id=known.staff_id, **post)


def _missing(known: Person | None, post: dict[str, Any]) -> dict[str, str]:
    """What a known person's new post cannot do without; a new person's is said by the service with the rest."""
    asked = {
        "staff_id": (known, "Choose a person."),
        "job_description_id": (post["job_description_id"], "Choose a role."),
        "community_id": (post["community_id"], "Choose a community."),
    }
    return {field: sentence for field, (chosen, sentence) in asked.items() if chosen is None}


def _new_person(form: RecordForm, takes_email: bool) -> dict[str, Any]:
    full_name = st.text_input("Full name", max_chars=200, key=form.widget_key("full_name"))
    form.slot("full_name")
    left, right = st.columns(2)
    with left:
        employment = st.selectbox(
            "Employment",
            list(EMPLOYMENT_WORDS),
            format_func=EMPLOYMENT_WORDS.__getitem__,
            key=form.widget_key("employment"),
        )
    with right:
        number = st.text_input("Staff number, if known", max_chars=40, key=form.widget_key("staff_number"))
        form.slot("staff_number")
    email = ""
    if takes_email:
        email = st.text_input("E-mail address, for reminders", max_chars=254, key=form.widget_key("email"))
        form.slot("email")
    return {"full_name": full_name, "employment": employment, "staff_number": number, "email": email}


def _post_fields(form: RecordForm, choices: Choices) -> dict[str, Any]:
    role, community = st.columns(2)
    with role:
        job = _choose("Role", choices.roles, form, "job_description_id", "Choose a role")
    with community:
        place = _choose("Community", choices.communities, form, "community_id", "Choose a community")
    first_day, hours = st.columns(2)
    with first_day:
        start_on = st.date_input("First day", today(), format="DD/MM/YYYY", key=form.widget_key("start_on"))
        form.slot("start_on")
    with hours:
        a_week = st.number_input(
            "Hours a week", 0.5, MOST_HOURS, FULL_TIME, step=0.5, format="%.1f", key=form.widget_key("hours_a_week")
        )
        form.slot("hours_a_week")
    manager = pick_staff("Line manager, if known", choices.managers, form.widget_key("line_manager_id"))
    form.slot("line_manager_id")
    is_acting = st.checkbox("Acting up for a time", key=form.widget_key("is_acting"))
    return {
        "job_description_id": job,
        "community_id": place,
        "start_on": start_on,
        "hours_a_week": float(a_week),
        "line_manager_id": manager.staff_id if manager else None,
        "is_acting": is_acting,
    }


def _choose(label: str, named: Mapping[int, str], form: RecordForm, field: str, placeholder: str) -> int | None:
    chosen = st.selectbox(
        label,
        list(named),
        index=0 if len(named) == 1 else None,
        format_func=named.__getitem__,
        placeholder=placeholder,
        key=form.widget_key(field),
    )
    form.slot(field)
    return chosen


def _started(name: str, post: dict[str, Any], choices: Choices, is_new: bool) -> str:
    role = choices.roles.get(post["job_description_id"], "")
    place = choices.communities.get(post["community_id"], "")
    starts = f"{name} starts as {role} in {place} on {words.day(post['start_on'])}."
    return (
        f"{starts} Next: their supervision agreement and groups, and an account from the administrator." * is_new
        or starts
    )


# ---------------------------------------------------------------------------------------------------------------------
# Somebody leaves


def pick_post(posts: Sequence[PostLine]) -> PostLine | None:
    """Of the posts that are not over: the only one, or the one chosen."""
    open_posts = {post.post_id: post for post in posts if post.state != LEFT}
    if not open_posts:
        st.info("There is no post to end.")
        return None
    chosen = st.selectbox("Post", list(open_posts), format_func=lambda one: open_posts[one].title, key="leaver_post")
    return open_posts[chosen]


def uncovers(changes: Sequence[Change], hanging: Sequence[str], last_day: date) -> None:
    """What it brings about, before anything is stored."""
    st.markdown(f"**What it leaves behind after {words.day(last_day)}**")
    if not changes and not hanging:
        st.success("Nothing that you can see: no led responsibility, supervisee or report hangs on this post.")
        return
    if changes:
        changes_list(changes, "leaver")
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in hanging))


def leaver_form(me: Actor, name: str, post: PostLine, last_day: date) -> None:
    with record_form(f"end_post-{post.post_id}", submit="End the post") as form:
        st.markdown(plain(f"{name} leaves the post of {post.title} with {words.day(last_day)} as the last day."))
        st.caption(
            "What they lead there ends with it. Agreements and groups are ended under Log and agreements, "
            "the account by the administrator. Their records stay."
        )
        form.slot("end_on")
    if form.submitted:
        done = f"{name}: the post of {post.title} ends on {words.day(last_day)}."
        with saving(form, done=done) as db:
            end_post(db, by=me, submission=form.key, post_id=post.post_id, end_on=last_day)


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
