"""Signing in: where one is signed in, one's password, one's second factor."""

import streamlit as st

from tcsuper.database import reading
from tcsuper.queries.accounts import sign_ins_of
from tcsuper.queries.my_sign_ins import has_password, own_second_factor
from tcsuper.services.second_factor import key_to_type
from tcsuper.ui.frame import page_title
from tcsuper.ui.my_sign_ins import browsers_part, codes_part
from tcsuper.ui.sign_in import NARROW, new_password_form
from tcsuper.ui.signed_in import signed_in_browser, signed_in_staff

me = signed_in_staff()
here = signed_in_browser()
page_title("Signing in", "Where you are signed in, your password, and your one-time codes.")

with reading() as db:
    sign_ins = sign_ins_of(db, viewer=me, staff_id=me.staff_id)
    factor = own_second_factor(db, viewer=me)
    key = key_to_type(db, by=me)
    own_password = has_password(db, viewer=me)

browsers_part(here, sign_ins)
with st.container(width=NARROW):
    codes_part(here, factor, key)
    st.subheader("Password", anchor=False)
    if own_password:
        new_password_form(here, "Your present password")
    else:
        st.write("You have none here: you sign in through your organisation, or by picking a person.")
