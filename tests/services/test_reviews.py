"""Reviews: entered by who answers for all of their communities, rated without losing anybody's words, withdrawn by a
director once something is written."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, FindingKind, HowMet, RatedBy, Review, ReviewRating
from tcsuper.queries.evidence import current
from tcsuper.queries.findings import earlier_findings, repeated_findings
from tcsuper.queries.reviews import review_seen, reviews_seen
from tcsuper.services.findings import correct_finding, enter_finding, take_back_finding
from tcsuper.services.reviews import (
    Rated,
    change_review,
    rate_standards,
    withdraw_review,
    write_statement,
)
from tests.people import Cast, as_person
from tests.reviewing import agreed, audit_set, facts_of, found, review

OWN, THEIRS = RatedBy.COMMUNITY, RatedBy.REVIEWERS
M, P, N, X = HowMet.MET, HowMet.PARTLY_MET, HowMet.NOT_MET, HowMet.NOT_APPLICABLE


def test_a_review_of_two_communities_is_entered_by_who_answers_for_both(cast: Cast) -> None:
    both = (cast.community_b, cast.community_c)
    with as_person(cast, "Asha") as (db, asha), pytest.raises(NotAllowed):
        review(db, asha, cast, *both)
    with as_person(cast, "Dev") as (db, dev):
        of_both = review(db, dev, cast, *both)
        carol = actor_for_staff(db, cast.id("Carol"))
        line = reviews_seen(db, viewer=carol)[0]
        assert (line.review_id, list(line.communities), line.elsewhere) == (of_both.id, [cast.community_c], 1)
        assert line.works_in == {cast.community_c} and not line.may_change
        with pytest.raises(NotAllowed):
            change_review(db, by=carol, review_id=of_both.id or 0, row_version=1, facts=facts_of(cast))
        with pytest.raises(NotAllowed):  # not even that B is in it is Carol's to see
            review_seen(db, viewer=carol, review_id=of_both.id or 0, on=today(), community_id=cast.community_b)


def test_what_is_wrong_with_a_review_is_said_at_once(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha), pytest.raises(InvalidRecord) as refused:
        review(
            db,
            asha,
            cast,
            title=" ",
            standard_set_id=4711,
            visit_on=today(),
            report_on=today() - timedelta(days=1),
        )
    assert set(refused.value.problems) == {"title", "standard_set", "report_on"}


def _rated(db: Session, cast: Cast, of: Review) -> dict[tuple[int, RatedBy], HowMet]:
    rows = db.exec(select(ReviewRating).where(ReviewRating.review_id == of.id, current(ReviewRating)))
    return {(one.standard_id, one.rated_by): one.result for one in rows}


def test_a_section_is_rated_in_one_save_and_blank_is_not_rated(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        of, standards = audit_set(db)
        its = review(db, asha, cast, standard_set_id=of)
        where = {"review_id": its.id or 0, "community_id": cast.community_b}
        given = [Rated(standards[0], M), Rated(standards[1], None), Rated(standards[2], X, "None here")]
        assert rate_standards(db, by=asha, **where, rated_by=OWN, ratings=given) == 2
        rate_standards(db, by=asha, **where, rated_by=THEIRS, ratings=[Rated(standards[0], P)])
        assert _rated(db, cast, its) == {(standards[0], OWN): M, (standards[2], OWN): X, (standards[0], THEIRS): P}
        seen = review_seen(db, viewer=asha, review_id=its.id or 0, on=today()).communities[0]
        assert (seen.own.label, seen.own.not_rated, seen.reviewers.label) == ("2 of 2", 1, "1 of 2")
        assert [one.own.label for one in seen.sections] == ["2 of 2", "–"]
        assert seen.sections[0].standards[0].difference.startswith("The reviewers rated it lower")
        event = db.exec(select(AuditEvent).where(AuditEvent.action == "rate_standards")).first()
        assert event is not None and "None here" not in str(event.detail)


def test_two_who_rate_at_once_are_told_and_what_nobody_touched_stays(cast: Cast) -> None:
    """Two tabs: the first to save wins, the second sees it; another standard of the form is nobody's conflict."""
    with as_person(cast, "Asha") as (db, asha):
        of, standards = audit_set(db)
        its = review(db, asha, cast, standard_set_id=of)
        where = {"review_id": its.id or 0, "community_id": cast.community_b, "rated_by": OWN}
        rate_standards(db, by=asha, **where, ratings=[Rated(standards[0], M)])
        first = db.exec(select(ReviewRating).where(current(ReviewRating))).one()
        dev = actor_for_staff(db, cast.id("Dev"))
        with pytest.raises(Conflict, match="Asha changed this at"):  # the tab had shown no rating yet
            rate_standards(db, by=dev, **where, ratings=[Rated(standards[0], N)])
        rate_standards(db, by=dev, **where, ratings=[Rated(standards[0], N, "", first.id)])
        kept = [Rated(standards[0], M, "", first.id), Rated(standards[1], P)]  # as it was drawn, and one more
        assert rate_standards(db, by=asha, **where, ratings=kept) == 1
        assert _rated(db, cast, its) == {(standards[0], OWN): N, (standards[1], OWN): P}


def test_a_rating_that_is_taken_back_is_no_rating_and_can_be_given_again(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        of, standards = audit_set(db)
        its = review(db, asha, cast, standard_set_id=of)
        where = {"review_id": its.id or 0, "community_id": cast.community_b, "rated_by": OWN}
        rate_standards(db, by=asha, **where, ratings=[Rated(standards[0], N)])
        there = db.exec(select(ReviewRating).where(current(ReviewRating))).one()
        rate_standards(db, by=asha, **where, ratings=[Rated(standards[0], None, "", there.id)])
        assert _rated(db, cast, its) == {}
        rate_standards(db, by=asha, **where, ratings=[Rated(standards[0], M)])
        assert _rated(db, cast, its) == {(standards[0], OWN): M}
        rows = db.exec(select(ReviewRating).order_by(col(ReviewRating.id))).all()
        assert [one.is_void for one in rows] == [False, True, False] and len({one.record_id for one in rows}) == 1
        with pytest.raises(InvalidRecord) as refused:
            rate_standards(db, by=asha, **where, ratings=[Rated(standards[1], None, "because")])
        assert set(refused.value.problems) == {f"reason_{standards[1]}"}
        with pytest.raises(NotAllowed):  # of another set
            rate_standards(db, by=asha, **where, ratings=[Rated(audit_set(db, code="other")[1][0], M)])


def test_a_statement_is_written_changed_and_taken_back(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        of, standards = audit_set(db)
        its = review(db, asha, cast, standard_set_id=of)
        where = {"review_id": its.id or 0, "community_id": cast.community_b, "standard_id": standards[0]}
        first = write_statement(db, by=asha, **where, statement="We keep the hour.")
        with pytest.raises(Conflict):
            write_statement(db, by=asha, **where, statement="From another tab.")
        again = write_statement(db, by=asha, **where, statement="We mostly do.", seen_id=first.id)
        write_statement(db, by=asha, **where, statement=" ", seen_id=again.id)
        seen = review_seen(db, viewer=asha, review_id=its.id or 0, on=today()).communities[0]
        assert seen.sections[0].standards[0].statement is None


def test_a_manager_withdraws_an_empty_review_and_only_a_director_one_that_says_something(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        dev = actor_for_staff(db, cast.id("Dev"))
        empty, full = review(db, asha, cast), review(db, asha, cast)
        withdraw_review(db, by=asha, review_id=empty.id or 0, row_version=empty.row_version or 0, reason="Twice")
        finding = found(db, asha, full, cast.community_b)
        given = {"review_id": full.id or 0, "row_version": full.row_version or 0, "reason": "Not ours"}
        with pytest.raises(NotAllowed, match="only a director"):
            withdraw_review(db, by=asha, **given)
        agreed(db, asha, finding.record_id, cast.id("Ben"))
        with pytest.raises(NotAllowed, match="1 action of it is not over"):
            withdraw_review(db, by=dev, **given)
        assert db.get_one(Review, full.id).withdrawn_at is None


def test_nothing_is_written_in_a_withdrawn_review_and_its_rows_stay(cast: Cast) -> None:
    with as_person(cast, "Dev") as (db, dev):
        its = review(db, dev, cast)
        finding = found(db, dev, its, cast.community_b)
        withdraw_review(db, by=dev, review_id=its.id or 0, row_version=its.row_version or 0, reason="Not ours")
        with pytest.raises(NotAllowed, match="was withdrawn"):
            found(db, dev, its, cast.community_b)
        seen = review_seen(db, viewer=dev, review_id=its.id or 0, on=today())
        assert [one.record_id for one in seen.communities[0].findings] == [finding.record_id]
        assert seen.line.is_withdrawn and not seen.line.works_in


def test_a_stale_save_of_a_review_is_refused(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        its = review(db, asha, cast)
        opened = its.row_version or 0
        change_review(db, by=asha, review_id=its.id or 0, row_version=opened, facts=facts_of(cast, title="Renamed"))
        with pytest.raises(Conflict):
            change_review(db, by=asha, review_id=its.id or 0, row_version=opened, facts=facts_of(cast))


def test_what_is_written_keeps_its_community_and_its_set(cast: Cast) -> None:
    with as_person(cast, "Dev") as (db, dev):
        of, standards = audit_set(db)
        its = review(db, dev, cast, cast.community_b, cast.community_c, standard_set_id=of)
        found(db, dev, its, cast.community_c, standard_id=standards[0])
        with pytest.raises(InvalidRecord) as refused:
            change_review(db, by=dev, review_id=its.id or 0, row_version=its.row_version or 0, facts=facts_of(cast))
        assert set(refused.value.problems) == {"communities", "standard_set"}


# ---------------------------------------------------------------------------------------------------------------------
# Findings


def test_an_earlier_finding_on_the_same_standard_of_another_version_and_community_is_offered(cast: Cast) -> None:
    with as_person(cast, "Dev") as (db, dev):
        (old, of_old), (new, of_new) = audit_set(db), audit_set(db, version="2")
        last = review(db, dev, cast, cast.community_c, standard_set_id=old)
        this = review(db, dev, cast, standard_set_id=new)
        before = found(db, dev, last, cast.community_c, standard_id=of_old[0], found_on=today() - timedelta(days=300))
        found(db, dev, last, cast.community_c, standard_id=of_old[1])
        offered = earlier_findings(db, viewer=dev, standard_id=of_new[0], before=today())
        assert [one.record_id for one in offered] == [before.record_id]
        asha = actor_for_staff(db, cast.id("Asha"))
        assert not earlier_findings(db, viewer=asha, standard_id=of_new[0], before=today())
        with pytest.raises(NotAllowed):  # what she may not read, she cannot link to
            found(db, asha, this, cast.community_b, repeats_record_id=before.record_id)
        found(db, dev, this, cast.community_b, standard_id=of_new[0], repeats_record_id=before.record_id)
        [again] = repeated_findings(db, viewer=dev, on=today())
        assert again.communities == ("Ashdown B", "Ashdown C")
        assert repeated_findings(db, viewer=asha, on=today()) == ()


def test_a_finding_does_not_repeat_itself_nor_a_later_one(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        its = review(db, asha, cast)
        one = found(db, asha, its, cast.community_b, found_on=today() - timedelta(days=5))
        two = found(db, asha, its, cast.community_b, repeats_record_id=one.record_id)
        for repeats, why in ((two, "repeats this finding already"), (one, "repeats this finding already")):
            with pytest.raises(InvalidRecord, match=why):
                correct_finding(
                    db,
                    by=asha,
                    finding_id=one.id or 0,
                    kind=one.kind,
                    text=one.words,
                    found_on=one.found_on,
                    repeats_record_id=repeats.record_id,
                    reason="It comes again",
                )
        with pytest.raises(InvalidRecord, match="found later"):
            enter_finding(
                db,
                by=asha,
                review_id=its.id or 0,
                community_id=cast.community_b,
                kind=one.kind,
                text="Before",
                found_on=today() - timedelta(days=3),
                repeats_record_id=two.record_id,
            )


def test_a_finding_with_an_open_action_is_not_taken_back(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        its = review(db, asha, cast)
        finding = found(db, asha, its, cast.community_b)
        agreed(db, asha, finding.record_id, cast.id("Ben"))
        with pytest.raises(NotAllowed, match="is not over"):
            take_back_finding(db, by=asha, finding_id=finding.id or 0, reason="Mistake")


def test_a_finding_with_an_open_action_does_not_become_an_achievement(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        finding = found(db, asha, review(db, asha, cast), cast.community_b)
        agreed(db, asha, finding.record_id, cast.id("Ben"))
        anew = {"kind": FindingKind.ACHIEVEMENT, "text": "Good", "found_on": today(), "reason": "Mistake"}
        with pytest.raises(InvalidRecord, match="is not over"):
            correct_finding(db, by=asha, finding_id=finding.id or 0, **anew)


def test_as_at_a_day_a_list_counts_what_had_been_found(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        its = review(db, asha, cast)
        found(db, asha, its, cast.community_b)
        found(db, asha, its, cast.community_b, found_on=today() - timedelta(days=9))
        for back, count in ((0, 2), (3, 1), (20, 0)):
            on = today() - timedelta(days=back)
            assert reviews_seen(db, viewer=asha, on=on)[0].findings == count
            assert len(review_seen(db, viewer=asha, review_id=its.id or 0, on=on).communities[0].findings) == count
