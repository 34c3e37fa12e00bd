"""The script: who is this, their menu, the page they asked for. Nothing else."""

import streamlit as st

from tcsuper.ui import menu
from tcsuper.ui.signed_in import this_browser

st.set_page_config(page_title="tcsuper", page_icon=menu.ASSETS / "mark.svg", layout="wide")
me = this_browser()
page = menu.navigation(me)
menu.frame(me, page)
page.run()
