"""Accounts: who can sign in, with which roles, and on which browsers they are signed in."""

import streamlit as st

from tcsuper.access import Permission
from tcsuper.database import reading
from tcsuper.queries.accounts import accounts_to_keep, grants_of, places_to_grant, requests_waiting, sign_ins_of
from tcsuper.ui.accounts import (
    account_part,
    accounts_table,
    add_somebody,
    pick_line,
    requests_part,
    roles_part,
    sign_ins_part,
)
from tcsuper.ui.frame import page_title
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.KEEP_ACCOUNTS)
page_title("Accounts", "Who can sign in, and what they may do.")

with reading() as db:
    lines, waiting = accounts_to_keep(db, viewer=me), requests_waiting(db, viewer=me)
accounts_table(lines)
requests_part(waiting)
add_somebody(me)

st.subheader("Change one", anchor=False)
line = pick_line(lines)
if line is None:
    st.caption("Choose a person to see their account, their roles and where they are signed in.")
    st.stop()

with reading() as db:
    grants = grants_of(db, viewer=me, staff_id=line.staff_id)
    sign_ins = sign_ins_of(db, viewer=me, staff_id=line.staff_id)
    places = places_to_grant(db, viewer=me)

account, roles, browsers = st.tabs(["Account", "Roles", "Signed in"], key="account_tabs")
with account:
    account_part(me, line)
with roles:
    roles_part(me, line, grants, places)
with browsers:
    sign_ins_part(me, line, sign_ins)
