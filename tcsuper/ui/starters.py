"""Somebody starts: one form for the person, their post, and what may be settled with it; and another post for somebody
who is here already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object, check_everywhere, may
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.agreements import purposes
from tcsuper.queries.people import Person, people_to_choose
from tcsuper.queries.staff import LEFT, communities_kept, one_person, roles_to_choose
from tcsuper.queries.starters import GoesWith, goes_with, periods_asked
from tcsuper.services.staff import FULL_TIME, MOST_HOURS, start_post
from tcsuper.services.starters import Supervised, add_starter
from tcsuper.ui.accounts import EMPLOYMENT_WORDS
from tcsuper.ui.pickers import pick_day, pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form, saving

NEW, ALREADY_HERE = "Somebody new", "Somebody already here"


@dataclass(frozen=True)
class Choices:
    """What the form offers to whoever fills it in."""

    roles: Mapping[int, str]
    communities: Mapping[int, str]
    managers: Sequence[Person]
    people: Sequence[Person]
    """Whom another post can be given to."""
    purposes: Mapping[str, str]
    takes_email: bool


def starter_part(me: Actor) -> None:
    with reading() as db:
        choices = Choices(
            roles_to_choose(db, viewer=me),
            communities_kept(db, viewer=me),
            people_to_choose(db, viewer=me),
            people_to_choose(db, viewer=me, what=Object.PERSON, action=Action.UPDATE),
            purposes(db),
            may(check_everywhere, me, Object.EMPLOYMENT, Action.CREATE),
        )
    which = NEW
    if choices.people:
        which = st.segmented_control("Who starts?", [NEW, ALREADY_HERE], default=NEW, key="starter_which") or NEW
    if which == NEW:
        _new_form(me, choices)
    else:
        _another_post_form(me, choices)


# ---------------------------------------------------------------------------------------------------------------------
# Somebody new


def _new_form(me: Actor, choices: Choices) -> None:
    with record_form("starter_new", submit="Save the starter", live=True) as form:
        st.markdown("**Person**")
        person = _person_fields(form, choices.takes_email)
        st.markdown("**Post**")
        post = _post_fields(form, choices)
        with reading() as db:
            offered = goes_with(
                db,
                viewer=me,
                job_description_id=post["job_description_id"],
                community_id=post["community_id"],
                start_on=post["start_on"],
            )
        _said(offered.periods)
        st.markdown("**What goes with it**")
        extras = _extras(form, offered, choices.purposes, post)
    if form.submitted:
        with saving(form, done="") as db:
            add_starter(db, by=me, submission=form.key, **person, **post, **extras)
            form.done = _done(person["full_name"].strip(), post, extras, offered, choices)


def _said(sentences: Sequence[str]) -> None:
    if sentences:
        st.caption("  \n".join(plain(sentence) for sentence in sentences))


def _person_fields(form: RecordForm, takes_email: bool) -> dict[str, Any]:
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
        start_on = pick_day("First day", today(), form.widget_key("start_on"))
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


# ---------------------------------------------------------------------------------------------------------------------
# What goes with it


def _extras(form: RecordForm, offered: GoesWith, named: Mapping[str, str], post: Mapping[str, Any]) -> dict[str, Any]:
    """Each part may be left for later; a part that is not offered is not this person's to settle."""
    if post["job_description_id"] is None or post["community_id"] is None:
        st.caption("Choose a role and a community first. Supervision, groups, TCAT and an account can then be settled.")
        return {}
    extras: dict[str, Any] = {}
    if offered.supervisors:
        with st.expander("Supervision agreement", icon=":material/handshake:"):
            extras["supervised"] = _supervised(form, offered.supervisors, named, post["start_on"])
    if offered.groups:
        with st.expander("Groups", icon=":material/groups:"):
            extras["group_ids"] = st.multiselect(
                "Places in groups, from the first day",
                list(offered.groups),
                format_func=offered.groups.__getitem__,
                placeholder="Choose groups",
                key=form.widget_key(f"groups-{post['community_id']}"),
            )
            form.slot("group_ids")
    if offered.runs:
        with st.expander("TCAT 1", icon=":material/school:"):
            run = st.selectbox(
                "A place on",
                list(offered.runs),
                index=None,
                format_func=offered.runs.__getitem__,
                placeholder="Not yet",
                key=form.widget_key("run"),
            )
            form.slot("run_ids")
            extras["run_ids"] = [run] if run is not None else []
    if offered.may_ask_account:
        extras["asks_account"] = st.checkbox(
            "Ask the administrator for an account", key=form.widget_key("asks_account")
        )
        form.slot("asks_account")
    if not (offered.supervisors or offered.groups or offered.runs):
        st.caption("Supervision, groups and courses are settled by the therapy manager of the community.")
    return extras


def _supervised(
    form: RecordForm, supervisors: Sequence[Person], named: Mapping[str, str], first_day: date
) -> list[Supervised]:
    """One agreement, where a supervisor is chosen."""
    supervisor = pick_staff("Supervisor", supervisors, form.widget_key("supervisor"), "Nobody yet")
    form.slot("supervisor_id")
    purpose = st.selectbox("Purpose", list(named), format_func=named.__getitem__, key=form.widget_key("purpose"))
    form.slot("purpose")
    left, right = st.columns(2)
    with left:
        every = st.number_input("Every how many days", 1, 366, 28, key=form.widget_key("every"))
        form.slot("every_days")
    with right:
        minutes = st.number_input("Usual length in minutes", 5, 480, 60, step=5, key=form.widget_key("minutes"))
        form.slot("usual_minutes")
    start_on = pick_day("From", first_day, form.widget_key(f"agreement-{first_day}"))
    form.slot("agreement_start_on")
    st.caption("It waits for the signatures of both, as any agreement.")
    if supervisor is None:
        return []
    return [Supervised(supervisor.staff_id, purpose or "", int(every), int(minutes), start_on)]


def _done(name: str, post: Mapping[str, Any], extras: Mapping[str, Any], offered: GoesWith, choices: Choices) -> str:
    """What was stored, and what is left for whom."""
    role = choices.roles.get(post["job_description_id"], "")
    place = choices.communities.get(post["community_id"], "")
    said = [f"{name} starts as {role} in {place} on {words.day(post['start_on'])}."]
    names = {person.staff_id: person.full_name for person in offered.supervisors}
    agreed = [names[one.supervisor_id] for one in extras.get("supervised", ())]
    settled = [f"an agreement with {words.listed(agreed)}, which both sign"] if agreed else []
    settled += [offered.groups[one] for one in extras.get("group_ids", ())]
    settled += [offered.runs[one] for one in extras.get("run_ids", ())]
    said += [f"With it: {words.listed(settled)}."] if settled else []
    left = [] if agreed else ["a supervision agreement"]
    left += [] if extras.get("group_ids") or not offered.groups else ["places in groups"]
    if extras.get("asks_account"):
        said.append("The administrator makes the account.")
    else:
        left.append("an account from the administrator")
    return " ".join([*said, f"Still to come: {words.listed(left)}." if left else ""]).strip()


# ---------------------------------------------------------------------------------------------------------------------
# Another post for somebody already here


def _another_post_form(me: Actor, choices: Choices) -> None:
    with record_form("starter_known", submit="Save the post", live=True) as form:
        known = pick_staff("Person", choices.people, form.widget_key("staff_id"))
        form.slot("staff_id")
        post = _post_fields(form, choices)
        if post["job_description_id"] is not None:
            with reading() as db:
                _said(
                    periods_asked(
                        db,
                        viewer=me,
                        job_description_id=post["job_description_id"],
                        start_on=post["start_on"],
                    )
                )
        st.caption("What the role asks begins on the first day. The post before it ends under “Somebody leaves”.")
        _said(_ending(me, known))
    if form.submitted and (missing := _missing(known, post)):
        form.point_out(missing)
    elif form.submitted and known is not None:
        role, place = choices.roles[post["job_description_id"]], choices.communities[post["community_id"]]
        done = f"{known.full_name} starts as {role} in {place} on {words.day(post['start_on'])}."
        with saving(form, done=done) as db:
            start_post(db, by=me, submission=form.key, staff_id=known.staff_id, **post)


def _ending(me: Actor, known: Person | None) -> list[str]:
    """Of posts with a last day to come: whoever was to leave the service loses more with it than the post."""
    if known is None:
        return []
    with reading() as db:
        posts = one_person(db, viewer=me, staff_id=known.staff_id, on=today()).posts
    return [
        f"{post.title} ends on {words.day(post.end_on)}. If it was entered as leaving the service, agreements and "
        "account end that day too: save the new post, take that end back under “Somebody leaves”, and enter it anew."
        for post in posts
        if post.end_on is not None and post.state != LEFT
    ]


def _missing(known: Person | None, post: Mapping[str, Any]) -> dict[str, str]:
    asked = {
        "staff_id": (known, "Choose a person."),
        "job_description_id": (post["job_description_id"], "Choose a role."),
        "community_id": (post["community_id"], "Choose a community."),
    }
    return {field: sentence for field, (chosen, sentence) in asked.items() if chosen is None}
