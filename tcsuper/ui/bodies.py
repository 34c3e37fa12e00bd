"""The bodies' rules, with where they are from and how sure that is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper.rules.protected_titles import titles_in_words
from tcsuper.ui.plain import plain

if TYPE_CHECKING:
    import pandas as pd


def bodies_table(rules: "pd.DataFrame") -> None:
    """Each body's rules with where they are from and how sure that is."""
    renewal = [row for row in rules.itertuples() if row.about in ("renewal", "")]
    st.table(
        [
            {
                "Body": plain(row.body),
                "Kind": row.kind,
                "Renewal": plain(row.rule) or "not known",
                "Source": plain(row.source),
                "How sure": plain(row.mark) or "–",
            }
            for row in renewal
        ],
        hide_index=True,
    )
    st.caption("Statutory: the law keeps the register. Accredited: a voluntary register. A membership is no register.")
    with st.expander("What each asks for supervision and further learning"):
        st.table(
            [
                {
                    "Body": plain(f"{row.body}{f', {row.grade}' if row.grade else ''}"),
                    "About": "Supervision" if row.about == "supervision" else "Further learning",
                    "Rule": plain(row.rule),
                    "Source": plain(row.source),
                    "How sure": plain(row.mark),
                }
                for row in rules.itertuples()
                if row.about in ("supervision", "activity")
            ],
            hide_index=True,
        )


def protected_titles_table(bodies: Mapping[str, str]) -> None:
    """Which titles the law keeps for those on a register. `bodies`: names by code."""
    with st.expander("Titles that the law protects"):
        st.table(
            [
                {"Body": plain(name), "Titles": f"{titles_in_words(code)[:1].upper()}{titles_in_words(code)[1:]}"}
                for code, name in bodies.items()
                if titles_in_words(code)
            ],
            hide_index=True,
        )
        st.caption("“Psychotherapist” and “counsellor” alone are not protected.")
