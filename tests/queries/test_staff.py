from datetime import timedelta

import pytest
from sqlmodel import Session

from tcsuper import words
from tcsuper.clock import today
from tcsuper.errors import NotAllowed
from tcsuper.models import Absence, Post
from tcsuper.queries.staff import HERE, LEFT, NO_POST, TO_START, communities_kept, line_posts, one_person, staff_list
from tcsuper.services.staff import add_community, add_establishment
from tests.staffing import LONG_AGO, Staffing, staffing, stored


@pytest.fixture
def cast(db: Session) -> Staffing:
    return staffing(db)


def listed(db: Session, cast: Staffing, who: str, **other: int) -> dict[str, str]:
    frame = staff_list(db, viewer=cast.actor(who), on=today(), **other)
    return {name.split()[0]: state for name, state in zip(frame["name"], frame["state"], strict=True)}


def post(db: Session, cast: Staffing, who: str, community: str, **other: object) -> int:
    given: dict = dict(
        staff_id=cast.ids[who],
        job_description_id=cast.roles["TC officer"],
        community_id=cast.communities[community],
        start_on=LONG_AGO,
    )
    return stored(db, Post(**given | other))


def test_manager_sees_the_staff_of_their_community_and_the_administrator_everybody(db: Session, cast: Staffing) -> None:
    assert listed(db, cast, "Tara") == {"Ben": HERE, "Mair": HERE, "Tara": HERE}
    everybody = listed(db, cast, "Ada")
    assert len(everybody) == 7 and everybody["Ada"] == NO_POST
    assert listed(db, cast, "Ada", community_id=cast.communities["Birch"]).keys() == {"Carol", "Dewi", "Olwen"}


def test_dates_hours_and_absences_are_not_for_colleagues_or_the_director(db: Session, cast: Staffing) -> None:
    stored(db, Absence(staff_id=cast.ids["Ben"], start_on=LONG_AGO))
    manager, director = (staff_list(db, viewer=cast.actor(who), on=today()) for who in ("Tara", "Olwen"))
    of_ben = [frame[frame["staff_id"] == cast.ids["Ben"]].iloc[0] for frame in (manager, director)]
    assert of_ben[0]["start_on"] == LONG_AGO and of_ben[0]["hours"] == 37 and of_ben[0]["is_away"]
    assert of_ben[1]["start_on"] is None and of_ben[1]["hours"] is None and not of_ben[1]["is_away"]


def test_who_left_or_is_yet_to_start_is_not_away_whatever_absence_is_still_open(db: Session, cast: Staffing) -> None:
    stored(db, Absence(staff_id=cast.ids["Ben"], start_on=LONG_AGO))
    db.get_one(Post, cast.posts["Ben"]).end_on = today() - timedelta(days=1)
    db.flush()
    frame = staff_list(db, viewer=cast.actor("Tara"), on=today())
    of_ben = frame[frame["staff_id"] == cast.ids["Ben"]].iloc[0]
    assert (of_ben["state"], bool(of_ben["is_away"])) == (LEFT, False)


def test_posts_to_give_a_line_manager_are_those_one_keeps_and_that_are_not_over(db: Session, cast: Staffing) -> None:
    for who in ("Ben", "Mair", "Carol", "Tara"):
        db.get_one(Post, cast.posts[who]).line_manager_id = cast.ids["Ben" if who != "Ben" else "Tara"]
    later = post(db, cast, "Ben", "Ash", start_on=today() + timedelta(days=40))
    db.get_one(Post, cast.posts["Ben"]).end_on = today() + timedelta(days=30)
    db.flush()
    tara, ada = (line_posts(db, viewer=cast.actor(who), staff_id=cast.ids["Ben"]) for who in ("Tara", "Ada"))
    assert list(tara.own) == [cast.posts["Ben"], later] and len(set(tara.own.values())) == 2
    assert list(tara.reports) == [cast.posts["Mair"]], "not Carol's, who is elsewhere, and not one's own"
    assert set(ada.reports) == {cast.posts["Mair"], cast.posts["Carol"], cast.posts["Tara"]}
    db.get_one(Post, cast.posts["Mair"]).end_on = today() - timedelta(days=1)
    db.flush()
    assert line_posts(db, viewer=cast.actor("Tara"), staff_id=cast.ids["Ben"]).reports == {}


def test_two_posts_called_the_same_are_told_apart_by_their_first_day(db: Session, cast: Staffing) -> None:
    db.get_one(Post, cast.posts["Ben"]).end_on = today() + timedelta(days=3)
    later = post(db, cast, "Ben", "Ash", start_on=today() + timedelta(days=4))
    titles = one_person(db, viewer=cast.actor("Tara"), staff_id=cast.ids["Ben"], on=today()).titles
    assert (
        titles[later] == f"TC officer, Ash (from {words.day(today() + timedelta(days=4))})" != titles[cast.posts["Ben"]]
    )


def test_two_posts_are_two_rows_and_a_leaver_keeps_the_last(db: Session, cast: Staffing) -> None:
    post(db, cast, "Ben", "Ash", job_description_id=cast.roles["Therapy manager"], start_on=today() + timedelta(days=9))
    post(db, cast, "Mair", "Birch", start_on=LONG_AGO - timedelta(days=9), end_on=LONG_AGO)
    db.get_one(Post, cast.posts["Mair"]).end_on = today() - timedelta(days=1)
    db.flush()
    frame = staff_list(db, viewer=cast.actor("Tara"), on=today())
    rows = list(zip(frame["name"], frame["role"], frame["state"], strict=True))
    assert rows == [
        ("Ben Ellis", "TC officer", HERE),
        ("Ben Ellis", "Therapy manager", TO_START),
        ("Mair Wyn", "TC officer", LEFT),
        ("Tara Quinn", "Therapy manager", HERE),
    ]


def test_one_person_opened_by_their_manager(db: Session, cast: Staffing) -> None:
    former = post(db, cast, "Ben", "Birch", start_on=LONG_AGO - timedelta(days=99), end_on=LONG_AGO)
    stored(db, Absence(staff_id=cast.ids["Ben"], start_on=LONG_AGO, end_on=LONG_AGO))
    ben = one_person(db, viewer=cast.actor("Tara"), staff_id=cast.ids["Ben"], on=today())
    assert [line.post_id for line in ben.posts] == [cast.posts["Ben"], former]
    assert ben.posts[0].title == "TC officer, Ash" and ben.posts[0].line_manager == "Tara Quinn"
    assert ben.absences is not None and len(ben.absences) == 1
    assert ben.may_keep


def test_a_colleague_sees_the_present_post_and_no_dates(db: Session, cast: Staffing) -> None:
    post(db, cast, "Ben", "Birch", start_on=LONG_AGO - timedelta(days=99), end_on=LONG_AGO)
    ben = one_person(db, viewer=cast.actor("Mair"), staff_id=cast.ids["Ben"], on=today())
    assert [(line.title, line.start_on) for line in ben.posts] == [("TC officer, Ash", None)]
    assert ben.absences is None and not ben.may_keep


def test_nobody_opens_somebody_elsewhere_or_keeps_themselves(db: Session, cast: Staffing) -> None:
    for staff_id in (cast.ids["Dewi"], 999_999):
        with pytest.raises(NotAllowed) as refused:
            one_person(db, viewer=cast.actor("Tara"), staff_id=staff_id, on=today())
        assert str(refused.value) == str(NotAllowed())
    assert not one_person(db, viewer=cast.actor("Tara"), staff_id=cast.ids["Tara"], on=today()).may_keep


def test_communities_of_one_name_are_told_apart(db: Session, cast: Staffing) -> None:
    assert communities_kept(db, viewer=cast.actor("Tara")) == {cast.communities["Ash"]: "Ash"}
    elsewhere = add_establishment(db, by=cast.actor("Ada"), name="HMP Elsewhere").id

    add_community(db, by=cast.actor("Ada"), establishment_id=elsewhere or 0, name="Ash")
    assert list(communities_kept(db, viewer=cast.actor("Ada")).values()) == [
        "Ash, HMP Elsewhere",
        "Ash, HMP Invented",
        "Birch",
    ]
    assert communities_kept(db, viewer=cast.actor("Ben")) == {}
