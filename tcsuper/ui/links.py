"""Going to another page, with what it should already know. What an address carries opens nothing by itself: the page
asks the database whether this person may see it."""

import streamlit as st

from tcsuper.settings import ROOT


def link_button(label: str, page: str, key: str, query: dict[str, str] | None = None) -> None:
    """A button that opens `pages/<page>.py` with this query."""
    if st.button(label, key=f"go-{key}", width="stretch"):
        st.switch_page(ROOT / "pages" / f"{page}.py", query_params=query or {})
