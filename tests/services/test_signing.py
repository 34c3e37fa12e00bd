"""Agreements: what one is made of, who signs it and on what, and its reviews."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    AgreementReview,
    AgreementSignature,
    GroupMember,
    Setting,
    SupervisionAgreement,
    SupervisionPurpose,
    TraineeSupervisor,
    WhatIsRecorded,
)
from tcsuper.queries.signing import AgreementSeen, agreement_seen, agreements_to_review, agreements_to_sign
from tcsuper.queries.tasks import my_tasks
from tcsuper.rules.standing import Status, add_months
from tcsuper.services.agreements import end_agreement, make_agreement
from tcsuper.services.signing import (
    correct_review,
    record_paper_signature,
    review_agreement,
    sign_agreement,
    void_review,
)
from tests.people import GROUP_OF_TEN, Cast, actor, add_plain_supervisor, as_person
from tests.texts import about, days_later, events, names

YESTERDAY = today() - timedelta(days=1)
NEXT_YEAR = today() + timedelta(days=365)


@pytest.fixture
def people(cast: Cast) -> Cast:
    with writing() as db:
        add_plain_supervisor(db, cast)
    return cast


def agree(cast: Cast, by: str = "Asha", **terms: Any) -> SupervisionAgreement:
    """Asha takes on Bela."""
    facts = {"supervisor_id": cast.id("Asha"), "supervisee_id": cast.id("Bela"), "start_on": YESTERDAY} | terms
    with as_person(cast, by) as (db, who):
        return make_agreement(db, by=who, **facts)


def sign(cast: Cast, who: str, agreement: int = 0) -> AgreementSignature:
    with as_person(cast, who) as (db, by):
        return sign_agreement(db, by=by, agreement_id=agreement or cast.ben_agreement)


def on_paper(cast: Cast, by: str, who: str, agreement: int = 0, on: date = YESTERDAY) -> AgreementSignature:
    with as_person(cast, by) as (db, keeper):
        return record_paper_signature(
            db, by=keeper, agreement_id=agreement or cast.ben_agreement, staff_id=cast.id(who), signed_on=on
        )


def review(cast: Cast, by: str = "Asha", on: date = YESTERDAY, until: date = NEXT_YEAR, agreement: int = 0) -> int:
    with as_person(cast, by) as (db, who):
        made = review_agreement(
            db, by=who, agreement_id=agreement or cast.ben_agreement, reviewed_on=on, next_review_on=until
        )
        return made.id or 0


def seen(cast: Cast, who: str = "Asha", agreement: int = 0, on: date | None = None) -> AgreementSeen:
    with reading() as db:
        found = agreement_seen(
            db, viewer=actor(cast, who), agreement_id=agreement or cast.ben_agreement, on=on or today()
        )
    assert found is not None
    return found


def signed_here() -> None:
    with writing() as db:
        db.add(Setting(key="agreements_signed_here", value=1))


# ---------------------------------------------------------------------------------------------------------------------
# What one is made of


def test_everything_that_was_agreed_is_kept(cast: Cast) -> None:
    made = agree(
        cast,
        end_on=NEXT_YEAR,
        place=" Room 2 ",
        trainee_role=TraineeSupervisor.DESIGNATED,
        piece_of_work="Group programme",
        rule_sets=["bacp"],
        confidentiality="Between us.\n",
        of_supervision=True,
    )
    one = seen(cast, agreement=made.id or 0)
    assert (one.place, one.piece_of_work, one.confidentiality, one.of_supervision) == (
        "Room 2",
        "Group programme",
        "Between us.",
        True,
    )
    assert one.rule_sets == ("BACP",) and one.trainee_role is TraineeSupervisor.DESIGNATED
    assert made.review_on == add_months(YESTERDAY, 12) == one.review_on


def test_the_service_says_after_how_long_one_is_reviewed(cast: Cast) -> None:
    with writing() as db:
        db.add(Setting(key="review_every_months", value=6))
    assert agree(cast).review_on == add_months(YESTERDAY, 6)
    assert agree(cast, review_on=NEXT_YEAR).review_on == NEXT_YEAR


@pytest.mark.parametrize(
    ("terms", "problems"),
    [
        ({"trainee_role": TraineeSupervisor.DESIGNATED}, {"piece_of_work"}),
        ({"piece_of_work": "Something"}, {"piece_of_work"}),
        ({"trainee_role": TraineeSupervisor.COORDINATING, "piece_of_work": "Something"}, {"piece_of_work"}),
        ({"rule_sets": ["bacp", "nobody"]}, {"rule_sets"}),
        ({"review_on": YESTERDAY}, {"review_on"}),
        ({"place": "x" * 121, "confidentiality": "y" * 4001}, {"place", "confidentiality"}),
        ({"end_on": YESTERDAY - timedelta(days=1), "usual_minutes": 3}, {"end_on", "usual_minutes"}),
    ],
)
def test_what_does_not_fit_is_said_all_at_once(cast: Cast, terms: dict[str, Any], problems: set[str]) -> None:
    with pytest.raises(InvalidRecord) as refused:
        agree(cast, **terms)
    assert set(refused.value.problems) == problems


def test_a_purpose_that_no_body_counts_is_meant_for_none(cast: Cast) -> None:
    with writing() as db:
        db.add(SupervisionPurpose(code="managerial", name="Managerial", position=2, records=WhatIsRecorded.FULL))
    with pytest.raises(InvalidRecord, match="No body's rule counts"):
        agree(cast, purpose="managerial", rule_sets=["bacp"])
    assert agree(cast, purpose="managerial").rule_sets == []


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"trainee_role": TraineeSupervisor.COORDINATING}, "trainee_role"),
        ({"purpose": "managerial"}, "purpose"),
        ({"supervisor_id": "Bela"}, "supervisor_id"),
    ],
)
def test_a_group_is_supervised_for_what_it_is_there_for(cast: Cast, terms: dict[str, Any], field: str) -> None:
    with writing() as db:
        db.add(SupervisionPurpose(code="managerial", name="Managerial", position=2, records=WhatIsRecorded.FULL))
    if "supervisor_id" in terms:
        terms = {"supervisor_id": cast.id(terms["supervisor_id"])}
    with pytest.raises(InvalidRecord) as refused:
        agree(cast, supervisee_id=None, group_id=cast.group, **terms)
    assert set(refused.value.problems) == {field}


@pytest.mark.parametrize(
    ("former", "newer", "is_refused"),
    [
        ((0, None), (0, None), True),
        ((-90, -1), (0, None), False),
        ((-90, 0), (0, None), True),
        ((10, None), (0, 9), False),
        ((10, None), (0, 10), True),
        ((10, None), (0, None), True),
    ],
)
def test_a_trainee_has_one_coordinating_supervisor_on_any_day(
    cast: Cast, former: tuple[int, int | None], newer: tuple[int, int | None], is_refused: bool
) -> None:
    """Seen to fail without `check_one_coordinating`."""

    def coordinates(who: str, days: tuple[int, int | None]) -> None:
        begin, end = days
        agree(
            cast,
            supervisor_id=cast.id(who),
            start_on=today() + timedelta(days=begin),
            end_on=None if end is None else today() + timedelta(days=end),
            trainee_role=TraineeSupervisor.COORDINATING,
        )

    coordinates("Asha", former)
    if is_refused:
        with pytest.raises(InvalidRecord, match="one coordinating supervisor at a time: Asha is theirs"):
            coordinates("Farah", newer)
    else:
        coordinates("Farah", newer)
    agree(
        cast,
        supervisor_id=cast.id("Carol"),
        trainee_role=TraineeSupervisor.DESIGNATED,
        piece_of_work="Several designated ones are no matter",
    )


def test_a_coordinating_agreement_is_not_made_longer_into_the_next(cast: Cast) -> None:
    first = agree(cast, end_on=today(), trainee_role=TraineeSupervisor.COORDINATING)
    agree(
        cast,
        supervisor_id=cast.id("Farah"),
        start_on=today() + timedelta(days=1),
        trainee_role=TraineeSupervisor.COORDINATING,
    )
    with pytest.raises(InvalidRecord, match="Farah is theirs"), as_person(cast, "Asha") as (db, asha):
        end_agreement(db, by=asha, agreement_id=first.id or 0, end_on=today() + timedelta(days=1))


# ---------------------------------------------------------------------------------------------------------------------
# Signatures


def test_each_party_signs_for_themselves_once(cast: Cast) -> None:
    for who in ("Asha", "Ben"):
        assert seen(cast, who).may_sign
        one = sign(cast, who)
        assert (one.signed_on, one.recorded_by_id) == (today(), None)
        assert not seen(cast, who).may_sign
    with pytest.raises(Conflict, match="already"):
        sign(cast, "Ben")
    assert [party.signed_on for party in seen(cast).parties] == [today(), today()]
    assert [about(event) for event in events("sign_agreement")] == [names(cast, "Asha"), names(cast, "Asha", "Ben")]


@pytest.mark.parametrize("who", ["Bela", "Carol", "Dev", "Eve", "Farah", "Gwen", "Ivor", "Jo", "Kit", "Lena"])
def test_nobody_else_signs(people: Cast, who: str) -> None:
    """Farah is Ben's line manager, and Lena supervises him by another agreement."""
    for agreement in (people.ben_agreement, 999_999):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            sign(people, who, agreement)


def test_those_contracted_to_a_group_sign_its_agreement(cast: Cast) -> None:
    with writing() as db:
        left = select(GroupMember).where(GroupMember.staff_id == cast.id("Officer K"))
        db.exec(left).one().end_on = YESTERDAY
    sign(cast, "Bela", cast.group_agreement)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        sign(cast, "Officer K", cast.group_agreement)
    parties = {party.name: party.signed_on for party in seen(cast, agreement=cast.group_agreement).parties}
    assert set(parties) == {"Asha", *GROUP_OF_TEN} - {"Officer K"}
    assert [name for name, signed_on in parties.items() if signed_on] == ["Bela"]


def test_one_that_ended_is_no_longer_signed(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="It can no longer be signed"):
        sign(cast, "Ben", cast.ended_agreement)


def test_a_signature_on_paper_is_noted_with_its_day_and_who_saw_it(cast: Cast) -> None:
    one = on_paper(cast, "Asha", "Ben")
    assert (one.signed_on, one.recorded_by_id) == (YESTERDAY, cast.id("Asha"))
    (asha, ben) = seen(cast).parties
    assert (ben.signed_on, ben.on_paper, asha.signed_on) == (YESTERDAY, "Asha", None)
    with pytest.raises(Conflict, match="already"):
        sign(cast, "Ben")


def test_a_plain_supervisor_notes_it_for_their_own_agreements_and_the_manager_for_all(people: Cast) -> None:
    on_paper(people, "Lena", "Ben", people.lena_agreement)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        on_paper(people, "Lena", "Ben", people.ben_agreement)
    on_paper(people, "Asha", "Lena", people.lena_agreement)
    on_paper(people, "Asha", "Officer D", people.group_agreement)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        on_paper(people, "Carol", "Bela", people.group_agreement)


def test_nobody_notes_their_own_signature_on_paper(people: Cast) -> None:
    for who, agreement in (("Asha", people.ben_agreement), ("Lena", people.lena_agreement)):
        with pytest.raises(NotAllowed, match="Sign the agreement yourself"):
            on_paper(people, who, who, agreement)
    with reading() as db:
        assert db.exec(select(AgreementSignature)).all() == []


@pytest.mark.parametrize(
    ("who", "on", "field"), [("Bela", YESTERDAY, "staff_id"), ("Ben", today() + timedelta(days=1), "signed_on")]
)
def test_a_paper_that_cannot_be_is_refused(cast: Cast, who: str, on: date, field: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        on_paper(cast, "Asha", who, on=on)
    assert set(refused.value.problems) == {field}


# ---------------------------------------------------------------------------------------------------------------------
# Reviews


def test_a_review_puts_off_the_next_one(cast: Cast) -> None:
    assert seen(cast).standing.status is Status.OVERDUE, "never reviewed since 15 January 2024"
    review(cast)
    one = seen(cast)
    assert (one.standing.status, one.review_on) == (Status.UP_TO_DATE, NEXT_YEAR)
    assert [(line.reviewed_on, line.recorded_by) for line in one.reviews] == [(YESTERDAY, "Asha")]
    assert seen(cast, on=YESTERDAY - timedelta(days=1)).standing.status is Status.OVERDUE, "as at the day before"
    (event,) = events("review_agreement")
    assert about(event) == names(cast, "Asha", "Ben")


def test_a_review_entered_wrongly_is_corrected_and_stays(cast: Cast) -> None:
    former = review(cast)
    with as_person(cast, "Asha") as (db, asha):
        correct_review(
            db,
            by=asha,
            review_id=former,
            reason="It was the week before",
            reviewed_on=today() - timedelta(days=8),
            next_review_on=today() + timedelta(days=20),
        )
    one = seen(cast)
    assert [line.reviewed_on for line in one.reviews] == [today() - timedelta(days=8)]
    assert one.standing.status is Status.DUE_SOON
    with pytest.raises(Conflict), as_person(cast, "Asha") as (db, asha):
        void_review(db, by=asha, review_id=former, reason="Opened in another window")
    with as_person(cast, "Asha") as (db, asha):
        void_review(db, by=asha, review_id=one.reviews[0].review_id, reason="It was put off")
    assert seen(cast).standing.status is Status.OVERDUE
    with reading() as db:
        assert len(db.exec(select(AgreementReview)).all()) == 3


@pytest.mark.parametrize(
    ("on", "until", "field"),
    [
        (1, 365, "reviewed_on"),
        (-4000, -3900, "reviewed_on"),
        (-1, -1, "next_review_on"),
        (-1, 1200, "next_review_on"),
    ],
)
def test_a_review_that_cannot_be_is_refused(cast: Cast, on: int, until: int, field: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        review(cast, on=today() + timedelta(days=on), until=today() + timedelta(days=until))
    assert set(refused.value.problems) == {field}


def test_a_review_is_recorded_once_and_needs_its_reason_to_change(cast: Cast) -> None:
    former = review(cast)
    with pytest.raises(InvalidRecord, match="is recorded already"):
        review(cast)
    with pytest.raises(InvalidRecord, match="Say why"), as_person(cast, "Asha") as (db, asha):
        void_review(db, by=asha, review_id=former, reason=" ")


@pytest.mark.parametrize("who", ["Ben", "Bela", "Carol", "Dev", "Eve", "Farah", "Ivor", "Jo", "Kit", "Lena"])
def test_only_its_supervisor_or_the_manager_reviews(people: Cast, who: str) -> None:
    for agreement in (people.ben_agreement, people.group_agreement, 999_999):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            review(people, by=who, agreement=agreement)


# ---------------------------------------------------------------------------------------------------------------------
# What waits on the first page


def to_sign(cast: Cast, who: str) -> set[int]:
    with reading() as db:
        return {one.agreement_id for one in agreements_to_sign(db, viewer=actor(cast, who))}


def test_it_waits_for_the_others_once_somebody_has_signed(cast: Cast) -> None:
    assert to_sign(cast, "Ben") == to_sign(cast, "Asha") == set()
    sign(cast, "Asha")
    assert (to_sign(cast, "Ben"), to_sign(cast, "Asha"), to_sign(cast, "Bela")) == ({cast.ben_agreement}, set(), set())
    with reading() as db:
        (task,) = [one for one in my_tasks(db, viewer=actor(cast, "Ben"), rows=[]) if one.agreement_to_sign]
    assert (task.agreement_to_sign, task.page, task.title) == (
        cast.ben_agreement,
        "my_record",
        "Agreement: Ben with Asha, clinical",
    )
    sign(cast, "Ben")
    assert to_sign(cast, "Ben") == set()


def test_where_agreements_are_signed_here_it_waits_from_the_first_day(cast: Cast) -> None:
    signed_here()
    assert to_sign(cast, "Ben") == {cast.ben_agreement, cast.group_agreement}
    assert to_sign(cast, "Asha") == {cast.ben_agreement, cast.group_agreement}
    assert to_sign(cast, "Kit") == set()


def test_one_that_nobody_signed_is_unsigned_after_28_days(cast: Cast) -> None:
    made = agree(cast, start_on=today())
    assert seen(cast, agreement=made.id or 0).standing.status is Status.UP_TO_DATE
    signed_here()
    first = seen(cast, agreement=made.id or 0).standing
    assert (first.status, first.is_met) == (Status.DUE_SOON, True)
    assert "is not signed by Asha and Bela yet" in first.because
    with days_later(28):
        assert seen(cast, agreement=made.id or 0).standing.is_met
    with days_later(29):
        late = seen(cast, agreement=made.id or 0).standing
        assert (late.status, late.is_met) == (Status.OVERDUE, False)
        assert late.next_step == "Have it signed by Asha and Bela."


def test_a_review_waits_for_the_supervisor_alone(people: Cast) -> None:
    def waits(who: str) -> list[int]:
        with reading() as db:
            return [one.agreement_id for one in agreements_to_review(db, viewer=actor(people, who))]

    assert set(waits("Asha")) == {people.ben_agreement, people.group_agreement}
    assert waits("Lena") == [people.lena_agreement]
    assert waits("Ben") == waits("Dev") == waits("Kit") == []
    review(people)
    assert waits("Asha") == [people.group_agreement]
    with reading() as db:
        tasks = my_tasks(db, viewer=actor(people, "Asha"), rows=[])
    assert [one.query["agreement"] for one in tasks if one.word == "To review"] == [str(people.group_agreement)]


def test_a_page_of_somebody_elses_agreement_is_not_there(people: Cast) -> None:
    with reading() as db:
        for who in ("Carol", "Cai", "Gwen", "Jo", "Kit", "Eve", "Dev", "Ivor", "Farah"):
            found = agreement_seen(db, viewer=actor(people, who), agreement_id=people.ben_agreement, on=today())
            assert found is None, who
