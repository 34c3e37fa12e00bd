"""T13: what a tab remembers between two runs is one key of ours, besides the values of what is on the screen."""

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from tcsuper.settings import ROOT
from tcsuper.ui.menu import PAGES
from tests.people import Cast
from tests.signing_in import sign_in


def drawn(block: Block) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        if isinstance(child, Block):
            yield from drawn(child)


@pytest.mark.parametrize("name", ["Asha", "Ben", "Eve"])
def test_a_tab_remembers_under_one_key_of_ours(page_cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    sign_in(monkeypatch, page_cast.accounts[name])
    for page in PAGES:
        at = AppTest.from_file(str(ROOT / "pages" / page.file), default_timeout=60)
        for asked in ("person", "session", "planned", "observation"):
            at.query_params[asked] = str(page_cast.id("Ben"))
        at.run()
        assert not at.exception, page.file
        ours = {key for key in at.session_state.to_dict() if not key.startswith("$$")}
        on_screen = {getattr(one, "key", None) for one in [*drawn(at.main), *drawn(at.sidebar)]}
        on_screen |= {one.proto.id.rpartition("-")[2] for one in drawn(at.main) if hasattr(one.proto, "id")}
        assert ours - on_screen <= {"tcsuper"}, (page.file, ours - on_screen)
