"""The rule of a course in the catalogue: said and previewed while it is chosen."""

import pytest
from streamlit.testing.v1 import AppTest

from tcsuper.database import writing
from tcsuper.settings import ROOT
from tests.competence import add_courses
from tests.people import make_cast
from tests.signing_in import sign_in


@pytest.mark.parametrize("month", [2, 4])
def test_a_day_that_no_year_has_is_refused_beside_its_field(
    page_database: str, monkeypatch: pytest.MonkeyPatch, month: int
) -> None:
    with writing() as db:
        cast = make_cast(db)
        add_courses(db, cast)
    sign_in(monkeypatch, cast.accounts["Asha"])
    at = AppTest.from_file(str(ROOT / "pages" / "catalogue.py"), default_timeout=60).run()
    at.segmented_control(key="catalogue_part").set_value("Training").run()
    next(box for box in at.selectbox if box.label == "A certificate lasts").set_value("fixed_day").run()
    next(box for box in at.selectbox if box.label == "Month").set_value(month).run()
    next(box for box in at.number_input if box.label == "Day").set_value(31).run()
    assert not at.exception, [one.value for one in at.exception]
    next(button for button in at.button if button.label == "Set the rule").click().run()
    assert not at.exception and any("There is no such day" in one.value for one in at.error)
