"""The pieces of the accounts page. Every button asks a service, which checks again."""

from collections.abc import Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import Employment, Role
from tcsuper.queries.accounts import ROLE_WORDS, AccountLine, GrantLine, Place, SignInLine, Waiting, without_account
from tcsuper.queries.people import communities_to_choose, people_to_choose
from tcsuper.services.accounts import (
    MAY_BE_REQUESTED,
    end_account,
    end_grant,
    end_sign_in,
    end_sign_ins,
    grant_role,
    link_single_sign_on,
    make_account,
    reopen_account,
    request_account,
    request_role,
    reset_password,
    unlock,
)
from tcsuper.services.second_factor import reset_second_factor
from tcsuper.services.staff import add_staff
from tcsuper.settings import single_sign_on
from tcsuper.ui.pickers import pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_button, record_form, saving

OWN = "This is your own account. Another administrator changes it; your password you change yourself."
EMPLOYMENT_WORDS = {
    Employment.EMPLOYED: "Employed here",
    Employment.SESSIONAL: "Sessional",
    Employment.INDEPENDENT: "Independent (external supervisor, visiting reviewer)",
}


def accounts_table(lines: Sequence[AccountLine]) -> None:
    rows = [
        {
            "Name": line.full_name,
            "Username": line.username,
            "Account": line.state,
            "Roles": line.roles,
            "Last signed in": line.last_sign_in,
        }
        for line in lines
    ]
    widths = {"Account": 170, "Roles": 190, "Last signed in": 175}
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        column_config={name: st.column_config.TextColumn(width=pixels) for name, pixels in widths.items()},
    )


def add_somebody(me: Actor) -> None:
    with st.expander("Add somebody", icon=":material/person_add:"):
        with record_form("add_staff", submit="Add") as form:
            full_name = st.text_input("Full name", max_chars=200, key=form.widget_key("full_name"))
            form.slot("full_name")
            employment = st.selectbox(
                "Employment",
                list(EMPLOYMENT_WORDS),
                format_func=EMPLOYMENT_WORDS.__getitem__,
                key=form.widget_key("employment"),
            )
        if form.submitted:
            with saving(form, done=f"{full_name} added. Now make their account.") as db:
                add_staff(db, by=me, submission=form.key, full_name=full_name, employment=employment)


def pick_line(lines: Sequence[AccountLine]) -> AccountLine | None:
    by_id = {line.staff_id: line for line in lines}
    names = [line.full_name for line in lines]
    labels = {
        line.staff_id: line.full_name
        if names.count(line.full_name) == 1
        else f"{line.full_name} ({line.username or f'no. {line.staff_id}'})"
        for line in lines
    }
    chosen = st.selectbox(
        "Person",
        list(by_id),
        index=None,
        format_func=labels.__getitem__,
        placeholder="Choose a person",
        key="account_of",
    )
    return by_id.get(chosen) if chosen is not None else None


def account_part(me: Actor, line: AccountLine) -> None:
    if line.staff_id == me.staff_id:
        st.info(OWN)
        return
    if line.account_id is None:
        _make(me, line)
        return
    st.markdown(plain(f"Username {line.username}. {line.state}. Last signed in: {line.last_sign_in}."))
    new_password, other, _ = st.columns([2, 2, 3])
    with new_password:
        form = record_button(f"reset-{line.account_id}", "New single-use password")
        if form.submitted:
            with saving(form, done="") as db:
                password = reset_password(db, by=me, submission=form.key, account_id=line.account_id)
                form.done = _told_once(line, password)
    with other:
        if line.is_locked:
            _unlock(me, line, line.account_id)
        elif line.is_open:
            _end(me, line, line.account_id)
    if line.gives_codes:
        _reset_second_factor(me, line, line.account_id)
    _open_again(me, line, line.account_id)
    if single_sign_on() is not None:
        _link_single_sign_on(me, line, line.account_id)


def _reset_second_factor(me: Actor, line: AccountLine, account_id: int) -> None:
    with st.expander("Their one-time codes"):
        st.markdown(
            "Only for somebody who has lost both their authenticator and their recovery codes, and whom you have "
            "spoken to in person. They are signed out, and set up a new key if their role requires one."
        )
        form = record_button(f"reset_codes-{account_id}", "Reset their second factor")
        if form.submitted:
            with saving(form, done=f"{line.full_name} signs in without a code until a new key is set up.") as db:
                reset_second_factor(db, by=me, submission=form.key, account_id=account_id)


def _link_single_sign_on(me: Actor, line: AccountLine, account_id: int) -> None:
    name = f"sso-{account_id}"
    with st.expander("Single sign-on"), record_form(name, submit="Save the name", clear_on_save=False) as form:
        subject = st.text_input(
            "Name at the organisation's sign-in (“subject”)",
            value=line.single_sign_on.partition(" ")[2],
            max_chars=255,
            key=form.widget_key("subject"),
            help="The lasting name that the organisation's sign-in gives this person, not their e-mail address.",
        )
        form.slot("subject")
        st.caption("Empty: no single sign-on for them. Saving signs them out.")
    if form.submitted:
        with saving(form, done=f"Saved. {line.full_name} is signed out everywhere.") as db:
            link_single_sign_on(db, by=me, submission=form.key, account_id=account_id, subject=subject)


def _make(me: Actor, line: AccountLine) -> None:
    with record_form(f"make_account-{line.staff_id}", submit="Make the account") as form:
        username = st.text_input("Username", max_chars=60, key=form.widget_key("username"))
        form.slot("username")
        starts_on = st.date_input("First day", value=None, format="DD/MM/YYYY", key=form.widget_key("starts_on"))
        form.slot("starts_on")
        ends_on = st.date_input("Last day", value=line.leaves_on, format="DD/MM/YYYY", key=form.widget_key("ends_on"))
        form.slot("ends_on")
        if line.leaves_on:
            st.caption(
                f"The last post known ends on {words.day(line.leaves_on)}, and with it the account. "
                "Clear the day where another post follows."
            )
        st.caption("Both days are needed for somebody independent, and for a visiting auditor.")
    if form.submitted:
        with saving(form, done="") as db:
            password = make_account(
                db,
                by=me,
                submission=form.key,
                staff_id=line.staff_id,
                username=username,
                starts_on=starts_on,
                ends_on=ends_on,
            )
            form.done = _told_once(line, password)


def _told_once(line: AccountLine, password: str) -> str:
    return f"{password} is the single-use password of {line.full_name}. It is shown this once: hand it over in person."


def _unlock(me: Actor, line: AccountLine, account_id: int) -> None:
    form = record_button(f"unlock-{account_id}", "Unlock")
    if form.submitted:
        with saving(form, done=f"{line.full_name} can sign in again, with the same password.") as db:
            unlock(db, by=me, submission=form.key, account_id=account_id)


def _end(me: Actor, line: AccountLine, account_id: int) -> None:
    form = record_button(f"end_account-{account_id}", "End the account")
    if form.submitted:
        with saving(form, done=f"The account of {line.full_name} has ended, on every browser.") as db:
            end_account(db, by=me, submission=form.key, account_id=account_id)


def _open_again(me: Actor, line: AccountLine, account_id: int) -> None:
    label = "Change the dates" if line.is_open else "Open it again"
    with st.expander(label), record_form(f"reopen-{account_id}", submit=label) as form:
        starts_on = st.date_input("First day", value=None, format="DD/MM/YYYY", key=form.widget_key("starts_on"))
        form.slot("starts_on")
        ends_on = st.date_input("Last day", value=None, format="DD/MM/YYYY", key=form.widget_key("ends_on"))
        form.slot("ends_on")
    if form.submitted:
        with saving(form, done=f"The account of {line.full_name} is open.") as db:
            reopen_account(db, by=me, submission=form.key, account_id=account_id, starts_on=starts_on, ends_on=ends_on)


def roles_part(me: Actor, line: AccountLine, grants: Sequence[GrantLine], places: Sequence[Place]) -> None:
    if not grants:
        st.caption("No role was given. Supervisors and line managers need none: it follows from agreements and posts.")
    for grant in grants:
        said, button = st.columns([4, 1], vertical_alignment="center")
        said.markdown(plain(grant.words))
        with button:
            if not grant.is_over and line.staff_id != me.staff_id:
                _end_grant(me, grant)
    if line.staff_id == me.staff_id:
        st.info("Another administrator changes your roles.")
    else:
        _grant(me, line, places)


def _end_grant(me: Actor, grant: GrantLine) -> None:
    form = record_button(f"end_grant-{grant.grant_id}", "End")
    if form.submitted:
        with saving(form, done="The role has ended. The person signs in again.") as db:
            end_grant(db, by=me, submission=form.key, grant_id=grant.grant_id)


def _grant(me: Actor, line: AccountLine, places: Sequence[Place]) -> None:
    by_label = {place.label: place for place in places}
    with record_form(f"grant-{line.staff_id}", submit="Give the role") as form:
        role = st.selectbox("Role", list(ROLE_WORDS), format_func=ROLE_WORDS.__getitem__, key=form.widget_key("role"))
        form.slot("role")
        where = st.selectbox(
            "Where",
            list(by_label),
            index=None,
            placeholder="Choose a place (none for an administrator)",
            key=form.widget_key("where"),
        )
        form.slot("where")
        start_on = st.date_input("First day", value=today(), format="DD/MM/YYYY", key=form.widget_key("start_on"))
        form.slot("start_on")
        end_on = st.date_input("Last day", value=None, format="DD/MM/YYYY", key=form.widget_key("end_on"))
        form.slot("end_on")
    if form.submitted:
        place = by_label[where] if where else Place("", None, None)
        with saving(form, done="") as db:
            grant = grant_role(
                db,
                by=me,
                submission=form.key,
                staff_id=line.staff_id,
                role=Role(role),
                community_id=place.community_id,
                establishment_id=place.establishment_id,
                start_on=start_on,
                end_on=end_on,
            )
            holds = "They sign in again to use it." if grant.approved_at else "It holds once a director approves it."
            form.done = f"{ROLE_WORDS[role]} for {line.full_name}. {holds}"


def requests_part(waiting: Sequence[Waiting]) -> None:
    if waiting:
        st.subheader("Asked for", anchor=False)
        st.markdown("\n".join(f"- {plain(one.words)}" for one in waiting))


def ask_for(me: Actor) -> None:
    """For a therapy manager: an account or a role for somebody of theirs, which others make and approve."""
    with reading() as db:
        lacking = without_account(db, viewer=me)
        people = people_to_choose(db, viewer=me, what=Object.GRANT, action=Action.REQUEST)
        places = communities_to_choose(db, viewer=me, what=Object.GRANT, action=Action.REQUEST)
    if not places:
        return
    with st.expander("Ask for an account or a role", icon=":material/key:"):
        if lacking:
            _ask_for_account(me, lacking)
        else:
            st.caption("Everybody of yours has an account, or one was asked for.")
        with record_form("request_role", submit="Ask for the role") as form:
            person = pick_staff("Person", people, form.widget_key("person"))
            form.slot("staff_id")
            role = st.selectbox(
                "Role", MAY_BE_REQUESTED, format_func=ROLE_WORDS.__getitem__, key=form.widget_key("role")
            )
            form.slot("role")
            place = st.selectbox("Where", list(places), format_func=places.__getitem__, key=form.widget_key("where"))
            start_on = st.date_input("First day", value=today(), format="DD/MM/YYYY", key=form.widget_key("start_on"))
            end_on = st.date_input("Last day", value=None, format="DD/MM/YYYY", key=form.widget_key("end_on"))
            form.slot("end_on")
        if form.submitted:
            with saving(form, done="Asked for. It holds once the director has approved it.") as db:
                request_role(
                    db,
                    by=me,
                    submission=form.key,
                    staff_id=person.staff_id if person else 0,
                    role=Role(role),
                    community_id=place or 0,
                    start_on=start_on,
                    end_on=end_on,
                )


def _ask_for_account(me: Actor, lacking: dict[int, str]) -> None:
    with record_form("request_account", submit="Ask for the account") as form:
        staff_id = st.selectbox(
            "Account for", list(lacking), format_func=lacking.__getitem__, key=form.widget_key("person")
        )
        form.slot("staff_id")
    if form.submitted:
        with saving(form, done="Asked for. An administrator makes the account and tells you.") as db:
            request_account(db, by=me, submission=form.key, staff_id=staff_id)


def sign_ins_part(me: Actor, line: AccountLine, sign_ins: Sequence[SignInLine]) -> None:
    if not sign_ins:
        st.caption("Not signed in anywhere.")
    for sign_in in sign_ins:
        said, button = st.columns([4, 1], vertical_alignment="center")
        said.write(f"Since {words.moment(sign_in.started_at)}, last used {words.moment(sign_in.seen_at)}")
        with button:
            form = record_button(f"end_sign_in-{sign_in.sign_in_id}", "End")
            if form.submitted:
                with saving(form, done=f"{line.full_name} is signed out there.") as db:
                    end_sign_in(db, by=me, submission=form.key, sign_in_id=sign_in.sign_in_id)
    if len(sign_ins) > 1 and line.account_id is not None:
        form = record_button(f"end_sign_ins-{line.account_id}", "End them all")
        if form.submitted:
            with saving(form, done=f"{line.full_name} is signed out everywhere.") as db:
                end_sign_ins(db, by=me, submission=form.key, account_id=line.account_id)
