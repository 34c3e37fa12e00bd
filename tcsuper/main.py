"""The script: who is this, their menu, the page they asked for. Nothing else."""

import streamlit as st

from tcsuper.ui import menu
from tcsuper.ui.signed_in import this_browser
from tcsuper.ui.uploads import forget_those_left_behind

st.set_page_config(page_title="tcsuper", page_icon=menu.ASSETS / "mark.svg", layout="wide")
me = this_browser()
page = menu.navigation(me)
forget_those_left_behind(page.url_path)
menu.frame(me, page)
page.run()
