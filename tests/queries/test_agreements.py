"""What was known of an agreement on a day: its signatures and its reviews, as entered by then."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from tcsuper.models import AgreementReview, AgreementSignature, Requirement, RequirementKind, Setting
from tcsuper.queries.agreements import agreements_of
from tcsuper.queries.standing import standings
from tcsuper.rules.standing import Status
from tcsuper.words import LONDON
from tests.people import LONG_AGO, Cast, make_cast

REVIEWED, ENTERED, CORRECTED = date(2026, 3, 2), date(2026, 3, 20), date(2026, 4, 10)
NEXT, SOONER = date(2027, 3, 2), date(2026, 9, 1)


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=LONDON)


def reviewed(db: Session, cast: Cast) -> None:
    """On 2 March, entered on the 20th; corrected on 10 April: the next one is to be sooner."""
    first = AgreementReview(
        agreement_id=cast.ben_agreement, reviewed_on=REVIEWED, next_review_on=NEXT, recorded_at=noon(ENTERED)
    )
    db.add(first)
    db.flush()
    db.add(
        AgreementReview(
            agreement_id=cast.ben_agreement,
            reviewed_on=REVIEWED,
            next_review_on=SOONER,
            recorded_at=noon(CORRECTED),
            record_id=first.record_id,
            supersedes_id=first.id,
        )
    )
    db.flush()


def review_of_ben(db: Session, cast: Cast, on: date, known_on: date | None = None) -> date | None:
    """The next review of his agreement with Asha alone."""
    found = agreements_of(db, [cast.id("Ben")], on, known_on)[cast.id("Ben")]
    (single,) = {one.held.review_on for one in found if one.held.review_on is not None} or {None}
    return single


def test_a_review_counts_from_its_day_as_it_was_known(db: Session) -> None:
    cast = make_cast(db)
    reviewed(db, cast)
    day_before, later = REVIEWED - timedelta(days=1), date(2026, 6, 1)
    for on, known_on, expected in (
        (day_before, None, None),
        (REVIEWED, None, SOONER),
        (later, None, SOONER),
        (later, ENTERED - timedelta(days=1), None),
        (later, ENTERED, NEXT),
        (later, CORRECTED - timedelta(days=1), NEXT),
        (later, CORRECTED, SOONER),
    ):
        assert review_of_ben(db, cast, on, known_on) == expected, (on, known_on)


def test_a_signature_on_paper_counts_from_its_day_once_it_is_entered(db: Session) -> None:
    cast = make_cast(db)
    db.add(Setting(key="agreements_signed_here", value=1))
    for who in ("Carol", "Cai"):
        db.add(
            AgreementSignature(
                agreement_id=cast.cai_agreement,
                staff_id=cast.id(who),
                signed_on=REVIEWED,
                signed_at=noon(ENTERED),
                recorded_by_id=cast.id("Carol"),
            )
        )
    db.flush()

    def unsigned(on: date, known_on: date | None = None) -> set[tuple[str, ...]]:
        found = agreements_of(db, [cast.id("Cai")], on, known_on)[cast.id("Cai")]
        return {one.held.unsigned_by for one in found if one.held.with_whom == "Carol"}

    assert unsigned(REVIEWED - timedelta(days=1)) == {("Carol", "Cai")}
    assert unsigned(REVIEWED) == unsigned(date(2026, 6, 1)) == {()}
    assert unsigned(date(2026, 6, 1), ENTERED - timedelta(days=1)) == {("Carol", "Cai")}
    assert unsigned(date(2026, 6, 1), ENTERED) == {()}


def test_the_status_of_those_who_need_one_follows_the_services_own_number(db: Session) -> None:
    cast = make_cast(db)
    db.add(
        Requirement(
            kind=RequirementKind.AGREEMENT,
            job_description_id=cast.officer,
            title="Supervision agreement",
            terms={"purpose": "clinical"},
            start_on=LONG_AGO,
        )
    )
    db.add(Setting(key="review_every_months", value=36))
    db.flush()

    def status(on: date) -> Status:
        (row,) = standings(db, [cast.id("Bela")], on, kinds=[RequirementKind.AGREEMENT])
        return row.standing.status

    assert (status(date(2026, 11, 1)), status(date(2027, 1, 1)), status(date(2027, 1, 16))) == (
        Status.UP_TO_DATE,
        Status.DUE_SOON,
        Status.OVERDUE,
    )
