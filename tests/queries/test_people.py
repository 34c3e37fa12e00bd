"""Whom somebody may choose from a list."""

import pytest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, NotAllowed
from tcsuper.queries.people import supervisors_to_choose
from tcsuper.services.agreements import make_agreement
from tests.people import Cast, actor, add_plain_supervisor


@pytest.mark.parametrize(
    ("viewer", "sees", "not_"),
    [
        ("Asha", {"Asha", "Ben", "Carol", "Gwen", "Lena"}, {"Cai", "Dev", "Eve", "Jo", "Kit"}),
        ("Carol", {"Carol", "Cai", "Asha", "Gwen", "Lena"}, {"Ben", "Bela", "Jo"}),
        ("Ben", {"Ben", "Bela", "Asha"}, {"Gwen", "Carol", "Cai"}),
        ("Gwen", {"Gwen", "Cai"}, {"Asha", "Carol", "Ben"}),
    ],
)
def test_a_manager_may_choose_who_supervises_in_the_house_or_from_outside_and_nobody_else_learns_of_them(
    cast: Cast, viewer: str, sees: set[str], not_: set[str]
) -> None:
    """Gwen is independent and has no post; Carol manages and Lena supervises in another community of the prison; Cai
    works there and supervises nobody. Taken out: the clause for who leads, and Cai was offered."""
    with writing() as db:
        add_plain_supervisor(db, cast)
    with reading() as db:
        offered = {one.full_name for one in supervisors_to_choose(db, viewer=actor(cast, viewer))}
    assert sees <= offered and not offered & not_


def test_an_independent_supervisor_is_agreed_with_although_nobody_works_beside_them(cast: Cast) -> None:
    asha, gwen = actor(cast, "Asha"), cast.id("Gwen")
    with writing() as db:
        made = make_agreement(db, by=asha, supervisor_id=gwen, supervisee_id=cast.id("Ben"), start_on=today())
    assert made.supervisor_id == gwen


@pytest.mark.parametrize("supervisor", ["Jo", "Cai", "nobody"])
def test_an_agreement_names_nobody_whom_the_manager_could_not_choose(cast: Cast, supervisor: str) -> None:
    """Taken out: the check in the service, and a number that somebody typed would have told a name."""
    asha, number = actor(cast, "Asha"), cast.staff.get(supervisor, 10_000)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
        make_agreement(db, by=asha, supervisor_id=number, supervisee_id=cast.id("Ben"), start_on=today())
