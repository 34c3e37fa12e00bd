"""The library, where a document belongs, what changed between two versions, and what is left to settle."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.clock import today
from tcsuper.errors import NotAllowed
from tcsuper.models import JobDescription, Requirement, RequirementKind, Responsibility, ResponsibilityRequirement
from tcsuper.queries.catalogue import job_descriptions, responsibilities_of, version_in_force
from tcsuper.queries.comparison import Outcome, comparison, comparison_with
from tcsuper.queries.job_descriptions import Belonging, belongs_to, document, library
from tcsuper.queries.settling import to_settle, waits_to_settle
from tcsuper.queries.tasks import job_descriptions as waiting
from tcsuper.readers.compare import Became
from tcsuper.readers.job_description import JobDescription as Reading
from tcsuper.services.job_descriptions import add_version, fill_texts
from tcsuper.services.settling import settle_former, settle_new, take_back
from tests.read_documents import ORCHARD, officers
from tests.read_documents import document as read_document
from tests.staffing import LONG_AGO, Staffing, staffing, stored

PLAN, TEACH, REVIEW = "Keep the evacuation plan", "Teach new officers", "Prepare the peer review"
NEXT_MONTH = today() + timedelta(days=30)
PLAN_AND_TEACH = f"{ORCHARD[2]}, and {ORCHARD[3][0].lower()}{ORCHARD[3][1:]}"
SECOND = [ORCHARD[0], ORCHARD[1].replace("every", "each"), PLAN_AND_TEACH, "Count the bees at noon"]


@pytest.fixture
def cast(db: Session) -> Staffing:
    return staffing(db)


@pytest.fixture
def second(db: Session, cast: Staffing) -> JobDescription:
    """The officers' document read in, and its next version from next month on."""
    by, role = cast.actor("Tara"), cast.roles["TC officer"]
    fill_texts(db, by=by, job_description_id=role, reading=officers())
    return add_version(db, by=by, role_id=role, reading=officers(SECOND, "2.0"), in_force_from=NEXT_MONTH)


# ---------------------------------------------------------------------------------------------------------------------
# The library


def test_the_library_says_which_version_answers_and_whether_it_is_read(
    db: Session, cast: Staffing, second: JobDescription
) -> None:
    roles = {line.role_name: line for line in library(db, viewer=cast.actor("Ben"), on=today())}
    latest, first = roles["TC officer"].versions
    assert (latest.version, latest.is_in_force, latest.in_force_from) == ("2.0", False, NEXT_MONTH)
    assert (first.is_in_force, first.in_force_until, first.is_filled) == (True, NEXT_MONTH - timedelta(days=1), True)
    assert [line.is_filled for line in roles["Director"].versions] == [False]
    later = {line.role_name: line for line in library(db, viewer=cast.actor("Ben"), on=NEXT_MONTH)}
    assert [line.is_in_force for line in later["TC officer"].versions] == [True, False]


def test_the_catalogue_shows_the_version_of_its_day(db: Session, cast: Staffing, second: JobDescription) -> None:
    role, by = cast.roles["TC officer"], cast.actor("Tara")
    assert second.id not in {one.id for one in job_descriptions(db, viewer=by)}
    shown = [
        version_in_force(db, viewer=by, role_id=role, on=NEXT_MONTH + timedelta(days=days)).id for days in (-1, 0, 1)
    ]
    assert shown == [role, second.id, second.id]
    with pytest.raises(NotAllowed):
        version_in_force(db, viewer=by, role_id=second.id or 0, on=NEXT_MONTH)
    shown_then = responsibilities_of(db, viewer=by, job_description_id=second.id or 0, on=NEXT_MONTH)
    assert [one.text for one in shown_then] == SECOND


def test_the_catalogue_shows_what_is_called_for_on_its_day(db: Session, cast: Staffing) -> None:
    asked = stored(
        db,
        Requirement(
            kind=RequirementKind.COURSE,
            job_description_id=cast.roles["TC officer"],
            title="Ladder course",
            terms={"any_of": ["ladder"]},
            start_on=LONG_AGO,
        ),
    )
    duty = cast.responsibilities[TEACH]
    stored(db, ResponsibilityRequirement(responsibility_id=duty, requirement_id=asked, start_on=NEXT_MONTH))
    shown = {}
    for on in (today(), NEXT_MONTH - timedelta(days=1), NEXT_MONTH):
        lines = responsibilities_of(db, viewer=cast.actor("Ben"), job_description_id=cast.roles["TC officer"], on=on)
        shown[on] = next(line.requirements for line in lines if line.responsibility_id == duty)
    assert list(shown.values()) == [(), (), ("Ladder course",)]


def test_a_document_is_read_by_its_headings(db: Session, cast: Staffing, second: JobDescription) -> None:
    shown = document(db, viewer=cast.actor("Ben"), job_description_id=second.id or 0)
    assert [(heading, len(lines)) for heading, lines in shown.sections] == [("Duties", 4)]
    with pytest.raises(NotAllowed):
        document(db, viewer=cast.actor("Ben"), job_description_id=0)


# ---------------------------------------------------------------------------------------------------------------------
# Where a document belongs


@pytest.mark.parametrize(
    ("read", "kind", "says"),
    [
        (officers(), Belonging.THIS, "4 short titles and not yet its sentences"),
        (officers(reference="r 1"), Belonging.THIS, "are those of TC officer, version 1.0"),
        (officers(version="2.0"), Belonging.NEXT, "The catalogue has version 1.0, this is version 2.0."),
        (officers(version="0.5"), Belonging.NEXT, "lower than that of the latest one (1.0)"),
        (officers(version=""), Belonging.NEXT, "this is a version without a number"),
        (officers(reference="R9"), Belonging.NEW, "No document in the catalogue has its reference, R9."),
        (read_document(title="TC officer", version="1.0"), Belonging.NEW, "Choose what it is"),
        (read_document(reference="R3", version="3.0"), Belonging.THIS, "knows the role only"),
    ],
)
def test_where_a_document_belongs_is_said_by_its_reference_alone(
    db: Session, cast: Staffing, read: Reading, kind: Belonging, says: str
) -> None:
    belongs = belongs_to(db, viewer=cast.actor("Tara"), reading=read)
    assert (belongs.kind, says in belongs.why) == (kind, True), belongs.why
    labels = [one.label for one in belongs.choices]
    assert len(set(labels)) == len(labels) == 7


def test_a_version_that_is_read_in_has_nothing_to_save(db: Session, cast: Staffing, second: JobDescription) -> None:
    belongs = belongs_to(db, viewer=cast.actor("Tara"), reading=officers(SECOND, "v2"))
    assert (belongs.kind, belongs.job_description_id, belongs.is_filled) == (Belonging.THIS, second.id, True)
    assert second.id not in {one.job_description_id for one in belongs.choices}


# ---------------------------------------------------------------------------------------------------------------------
# Two versions compared


def test_two_versions_are_compared_one_by_one_with_what_comes_of_each(
    db: Session, cast: Staffing, second: JobDescription
) -> None:
    cast.hold("Ben", REVIEW)
    role = cast.roles["TC officer"]
    asked = stored(
        db,
        Requirement(
            kind=RequirementKind.COURSE,
            job_description_id=role,
            title="Audit course",
            terms={"any_of": ["audit"]},
            start_on=LONG_AGO,
        ),
    )
    stored(db, ResponsibilityRequirement(responsibility_id=cast.responsibilities[REVIEW], requirement_id=asked))
    compared = comparison(db, viewer=cast.actor("Tara"), former_id=role, new_id=second.id or 0)
    assert [(line.became, line.outcome) for line in compared.lines] == [
        (Became.UNCHANGED, Outcome.GOES_ON),
        (Became.REWORDED, Outcome.GOES_ON),
        (Became.MERGED, Outcome.TO_SETTLE),
        (Became.NEW, Outcome.TO_SETTLE),
    ]
    review = compared.lines[1]
    assert review.former[0].named == ("Ben Ellis (Lead, Ash)",) == review.new[0].named
    assert review.new[0].calls_for == ("Audit course",)
    assert [run.text for run in review.words if run.kind != "same"] == ["every", "each"]
    elsewhere = comparison(db, viewer=cast.actor("Carol"), former_id=role, new_id=second.id or 0)
    assert elsewhere.lines[1].former[0].named == (), "she sees who is named in her own community only"


def test_what_was_decided_to_end_or_to_be_new_goes_on_as_nothing(
    db: Session, cast: Staffing, second: JobDescription
) -> None:
    by, role = cast.actor("Tara"), cast.roles["TC officer"]
    merged, new = to_settle(db, viewer=by)[0].items
    settle_new(db, by=by, new_id=new.responsibility_id)
    settle_new(db, by=by, new_id=merged.responsibility_id, continues=[cast.responsibilities[PLAN]])
    told = comparison(db, viewer=by, former_id=role, new_id=second.id or 0).lines
    assert [line.outcome for line in told[2:]] == [Outcome.TO_SETTLE, Outcome.STAYS], "of number 4 nothing was said"
    settle_former(db, by=by, former_id=cast.responsibilities[TEACH])
    told = comparison(db, viewer=by, former_id=role, new_id=second.id or 0).lines
    assert [line.outcome for line in told[2:]] == [Outcome.DECIDED, Outcome.STAYS]


def test_before_it_is_saved_a_document_is_compared_with_the_latest_version(
    db: Session, cast: Staffing, second: JobDescription
) -> None:
    third = officers([*SECOND[:3], "Count the bees at noon and at night"], "3.0")
    compared = comparison_with(db, viewer=cast.actor("Tara"), role_id=cast.roles["TC officer"], reading=third)
    assert (compared.former_label, compared.new_label) == ("version 2.0", "version 3.0")
    assert compared.counts == {Became.UNCHANGED: 3, Became.REWORDED: 1}
    with pytest.raises(NotAllowed):
        comparison_with(db, viewer=cast.actor("Tara"), role_id=second.id or 0, reading=third)


def test_short_titles_are_not_compared_with_sentences(db: Session, cast: Staffing) -> None:
    role, by = cast.roles["TC officer"], cast.actor("Tara")
    told = comparison_with(db, viewer=by, role_id=role, reading=officers(version="2.0"))
    assert told.lines == () and "Of version 1.0 the catalogue has short titles" in told.why_not
    new = add_version(db, by=by, role_id=role, reading=officers(version="2.0"), in_force_from=NEXT_MONTH)
    stored = comparison(db, viewer=by, former_id=role, new_id=new.id or 0)
    assert stored.lines == () and "Of version 1.0" in stored.why_not
    (pair,) = to_settle(db, viewer=by)
    assert (pair.is_compared, len(pair.items), pair.to_carry_over) == (False, 8, 0)
    assert not any(item.suggested for item in pair.items)
    fill_texts(db, by=by, job_description_id=role, reading=officers())
    assert to_settle(db, viewer=by)[0].to_carry_over == 4


def test_only_versions_of_one_document_are_compared(db: Session, cast: Staffing, second: JobDescription) -> None:
    for former, new in (
        (cast.roles["Director"], second.id or 0),
        (second.id or 0, second.id or 0),
        (0, second.id or 0),
    ):
        with pytest.raises(NotAllowed):
            comparison(db, viewer=cast.actor("Tara"), former_id=former, new_id=new)


# ---------------------------------------------------------------------------------------------------------------------
# To settle


def test_each_thing_to_settle_is_asked_once_with_who_is_named_and_a_suggestion(
    db: Session, cast: Staffing, second: JobDescription
) -> None:
    cast.hold("Ben", PLAN)
    by = cast.actor("Tara")
    (pair,) = to_settle(db, viewer=by)
    merged, new = pair.items
    assert (merged.is_former, merged.became, new.became) == (False, Became.MERGED, Became.NEW)
    assert merged.suggested == (cast.responsibilities[PLAN], cast.responsibilities[TEACH])
    assert merged.with_named == ("Ben Ellis (Lead, Ash)",)
    assert merged.because == "By its wording, it was made of 3 and 4 of the former version."
    settle_new(db, by=by, new_id=merged.responsibility_id, continues=[cast.responsibilities[PLAN]])
    assert [item.duty.short_title for item in to_settle(db, viewer=by)[0].items] == [TEACH, "Count the bees at noon"]
    settle_former(db, by=by, former_id=cast.responsibilities[TEACH])
    settle_new(db, by=by, new_id=new.responsibility_id)
    (pair,) = to_settle(db, viewer=by)
    assert pair.items == () and waits_to_settle(db, viewer=by) == []
    said = [one.says for one in pair.decisions if one.is_decided]
    assert said[0].startswith("3 goes on as 3") and said[1].startswith("4 ends") and said[2].startswith("4 is new")
    reworded = next(one for one in pair.decisions if one.says.startswith("2 goes on as 2"))
    take_back(db, by=by, continuation_ids=reworded.continuation_ids)
    (item,) = to_settle(db, viewer=by)[0].items
    assert (item.became, item.because) == (Became.REWORDED, "By its wording, it continues 2 of the former version.")


def test_who_sets_the_rules_finds_one_line_on_the_home_page(
    db: Session, cast: Staffing, second: JobDescription
) -> None:
    (task,) = waiting.tasks(db, viewer=cast.actor("Tara"))
    assert (task.title, task.page, task.query) == (
        "TC officer · version 2.0",
        "job_descriptions",
        {"show": "to_settle"},
    )
    assert [waiting.tasks(db, viewer=cast.actor(who)) for who in ("Ben", "Olwen", "Ada")] == [[], [], []]
    for who in ("Ben", "Olwen", "Ada"):
        with pytest.raises(NotAllowed):
            to_settle(db, viewer=cast.actor(who))


def test_nothing_waits_where_no_document_has_a_second_version(db: Session, cast: Staffing) -> None:
    assert to_settle(db, viewer=cast.actor("Tara")) == [] == waiting.tasks(db, viewer=cast.actor("Tara"))
    assert db.exec(select(Responsibility)).first() is not None
