"""The one list of pages: file, address, label, section, and what a person must hold to enter.

Every address is registered on every run, with a stand-in where this person may not enter: one that is missing from
the first run would lose its deep link and open a dialog of Streamlit's over the sign-in form.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from tcsuper.access import Actor, Object, Permission, holds, sees_others
from tcsuper.database import reading
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.queries.accounts import ROLE_WORDS
from tcsuper.queries.observers import sees_how_observers_differ
from tcsuper.queries.people import posts_of
from tcsuper.services.sign_in import SignedIn
from tcsuper.settings import ROOT, Mode, mode
from tcsuper.ui.my_sign_ins import say_last_time
from tcsuper.ui.plain import plain
from tcsuper.ui.second_factor import has_codes_to_show, recovery_codes_page
from tcsuper.ui.sign_in import leave, new_password_page, sign_in_page
from tcsuper.ui.time_out import time_out_warning

PAGES_FOLDER, ASSETS = ROOT / "pages", ROOT / "assets"


class MenuPage(NamedTuple):
    file: str
    path: str
    title: str
    icon: str
    section: str
    needs: Permission
    about: Object | None = None
    """Whose records it holds. For somebody without a post, who sees nobody else's, the menu leaves it out."""


BY_THE_NAME = "by the name"
"""Not in the menu: a link under the person's own name."""
SUPERVISION, COMPETENCE, UPKEEP = "Clinical supervision", "Competence", "Upkeep"
PAGES = (
    MenuPage("home.py", "", "Home", "home", "", Permission.SIGNED_IN),
    MenuPage("my_record.py", "my_record", "My record", "badge", "", Permission.SIGNED_IN),
    MenuPage("supervision_due.py", "supervision_due", "Who is due", "event_upcoming", SUPERVISION, Permission.SEE_DUE),
    MenuPage(
        "record_supervision.py",
        "record_supervision",
        "Record a session",
        "edit_note",
        SUPERVISION,
        Permission.RECORD_SUPERVISION,
    ),
    MenuPage(
        "supervision.py",
        "supervision",
        "Log and agreements",
        "menu_book",
        SUPERVISION,
        Permission.SEE_SUPERVISION_LOG,
        Object.AGREEMENT,
    ),
    MenuPage("concerns.py", "concerns", "Concerns", "report", SUPERVISION, Permission.RAISE_CONCERN),
    MenuPage(
        "emergency_access.py",
        "emergency_access",
        "Emergency access",
        "key",
        SUPERVISION,
        Permission.SEE_EMERGENCY_ACCESS,
        Object.EMERGENCY_ACCESS,
    ),
    MenuPage("training.py", "training", "Training", "school", COMPETENCE, Permission.SIGNED_IN, Object.TRAINING_STATUS),
    MenuPage(
        "registration.py",
        "registration",
        "Registration",
        "verified",
        COMPETENCE,
        Permission.SIGNED_IN,
        Object.REGISTRATION,
    ),
    MenuPage(
        "responsibilities.py",
        "responsibilities",
        "Responsibilities",
        "account_tree",
        COMPETENCE,
        Permission.SIGNED_IN,
        Object.RESPONSIBILITY,
    ),
    MenuPage("observe.py", "observe", "Observe", "visibility", COMPETENCE, Permission.OBSERVE),
    MenuPage(
        "practice.py",
        "practice",
        "Observed practice",
        "insights",
        COMPETENCE,
        Permission.SIGNED_IN,
        Object.OBSERVATION_RATING,
    ),
    MenuPage(
        "reviews.py",
        "reviews",
        "Reviews and action plans",
        "fact_check",
        COMPETENCE,
        Permission.SEE_PLAN_ACTIONS,
        Object.PLAN_ACTION,
    ),
    MenuPage("team_competency.py", "team_competency", "Team competency", "groups", COMPETENCE, Permission.SEE_TEAM),
    MenuPage("audit_pack.py", "audit_pack", "Audit pack", "inventory_2", COMPETENCE, Permission.MAKE_AUDIT_PACK),
    MenuPage("staff.py", "staff", "Staff", "group_add", UPKEEP, Permission.KEEP_STAFF),
    MenuPage(
        "job_descriptions.py",
        "job_descriptions",
        "Job descriptions",
        "description",
        UPKEEP,
        Permission.SEE_CATALOGUE,
    ),
    MenuPage("catalogue.py", "catalogue", "Catalogue", "library_books", UPKEEP, Permission.SEE_CATALOGUE),
    MenuPage("import_records.py", "import_records", "Import", "upload_file", UPKEEP, Permission.IMPORT_RECORDS),
    MenuPage("audit_trail.py", "audit_trail", "History", "history", UPKEEP, Permission.SEE_HISTORY),
    MenuPage("accounts.py", "accounts", "Accounts", "manage_accounts", UPKEEP, Permission.KEEP_ACCOUNTS),
    MenuPage("my_sign_ins.py", "my_sign_ins", "Signing in", "lock", BY_THE_NAME, Permission.SIGNED_IN),
)


def known_paths() -> frozenset[str]:
    """Where signing in may lead: an address that is not in the list is nobody's page."""
    return frozenset(page.path for page in PAGES)


def navigation(me: SignedIn | None) -> StreamlitPage:
    """Register every page for this person, and return the one they asked for."""
    sections: dict[str, list[StreamlitPage]] = {"": []}
    has_post = _has_post(me)
    for page in PAGES:
        if not (PAGES_FOLDER / page.file).is_file():
            continue
        entered = _page_for(me, page, has_post)
        sections.setdefault(page.section if entered.visibility == "visible" else "", []).append(entered)
    # Sections break the list markup for screen readers a little; a flat list of twenty pages is worse for everyone.
    return st.navigation(sections, position="sidebar" if _is_in(me) else "hidden", expanded=True)


def _has_post(me: SignedIn | None) -> bool:
    if me is None:
        return False
    with reading() as db:
        return bool(posts_of(db, viewer=me.actor))


def _page_for(me: SignedIn | None, page: MenuPage, has_post: bool) -> StreamlitPage:
    stand_in = _stand_in(me, page)
    is_of_use = has_post or page.about is None or (me is not None and _shows_others(me.actor, page.about))
    is_of_use = is_of_use and page.section != BY_THE_NAME
    return st.Page(
        stand_in or PAGES_FOLDER / page.file,
        title=page.title,
        icon=f":material/{page.icon}:",
        url_path=page.path or "home",
        default=not page.path,
        visibility="visible" if is_of_use and not stand_in else "hidden",
    )


def _shows_others(by: Actor, about: Object) -> bool:
    """Records of others by name; and how observers differ, which a director reads without any name."""
    differ = about is Object.OBSERVATION_RATING and sees_how_observers_differ(by)
    return sees_others(by, about) or differ


def _stand_in(me: SignedIn | None, page: MenuPage) -> Callable[[], None] | None:
    if me is None:
        return partial(sign_in_page, page.path)
    if has_codes_to_show():
        return recovery_codes_page
    if me.must_change_password:
        return partial(new_password_page, me)
    return None if holds(me.actor, page.needs) else _no_such_page


def _no_such_page() -> None:
    st.error(NO_SUCH_RECORD)


def _is_in(me: SignedIn | None) -> bool:
    return me is not None and not me.must_change_password and not has_codes_to_show()


def frame(me: SignedIn | None, page: StreamlitPage) -> None:
    """What stands around every page: the mark, the demonstration's banner, who is signed in, the way out, and a word
    before the time runs out."""
    st.logo(ASSETS / "logo.svg", size="large", icon_image=ASSETS / "logo.svg")
    st.html(ASSETS / "product.css")
    if mode() is Mode.DEMO:
        with st.container(key="demo-banner"):
            st.info(
                "Demonstration: invented people. Anything you change stays in this demonstration.",
                icon=":material/science:",
            )
    if me is not None and _is_in(me):
        with st.sidebar:
            st.markdown(f"**{plain(me.actor.name)}**  \n:small[{_roles(me)}]")
            st.page_link(PAGES_FOLDER / "my_sign_ins.py", label="Signing in", icon=":material/lock:")
            if st.button("Sign out", icon=":material/logout:", width="stretch"):
                leave(me)
        say_last_time(me)
    if me is not None:
        time_out_warning(page.url_path)


def _roles(me: SignedIn) -> str:
    return ", ".join(ROLE_WORDS[role] for role in sorted(me.actor.roles) if role in ROLE_WORDS) or "Staff"
