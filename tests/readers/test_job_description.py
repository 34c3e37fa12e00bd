"""The reader: what it makes of each layout, that it invents nothing, and that it drops nothing."""

import re
from collections import Counter
from dataclasses import asdict
from itertools import chain
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tcsuper.readers.job_description import (
    NO_HEADING,
    NOTHING_KNOWN,
    JobDescription,
    as_json,
    as_text,
    from_data,
    parse,
)
from tcsuper.readers.text_of import Unreadable, text_of
from tests.readers import documents as made
from tests.readers.documents import DUTIES


def read(document: str | bytes) -> JobDescription:
    text = text_of(document.encode() if isinstance(document, str) else document)
    return parse(text.lines, text.notes)


def duties(found: JobDescription) -> list[str]:
    return [item.text for item in found.responsibilities]


def doubts(found: JobDescription, field: str) -> str:
    return " ".join(doubt for key, doubt in found.all_warnings if key == field)


TEXTS = {
    "two columns flattened": made.two_columns_flattened(),
    "private-use bullets": made.paragraphs_with_private_bullets(),
    "capitals": made.headings_in_capitals(),
    "lists in a table": made.lists_in_a_table(),
}
FILES: dict[str, str | bytes] = {**TEXTS, "docx": made.word_file(), "pdf": made.pdf_of_two_columns()}


# ---------------------------------------------------------------------------------------------------------------------
# Each layout


def test_two_columns_flattened_and_an_item_broken_by_the_footer() -> None:
    found = read(made.two_columns_flattened(band="6"))
    assert duties(found) == DUTIES
    assert {item.section for item in found.responsibilities} == {"Responsibilities, Activities and Duties"}
    values = {key: one.value for key, one in found.particulars.items()}
    assert values == {
        "reference": f"{made.REFERENCE} v6.0",
        "document_type": "Management",
        "version": "6.0",
        "title": "OKp: Orchard Keeper",
        "band": "6",
        "organisation_level": "Senior Gardener",
        "classification": "Official",
        "issue_date": "2026-02-16",
        "status": "Baselined",
        "produced_by": "Fruit Assurance Team",
        "authorised_by": "Harvest Team",
    }
    assert list(found.behaviours) == made.BEHAVIOURS and list(found.essential_experience) == made.EXPERIENCE
    assert list(found.technical_requirements) == made.TECHNICAL
    assert list(found.minimum_eligibility) == made.ELIGIBILITY
    assert found.all_warnings == [] and found.person_specification == found.cross_references == ()
    assert {one.section for one in found.unplaced_lines} >= {"Overview of the job", "Summary", "Strengths"}
    assert any(one.text == made.CLOSING for one in found.unplaced_lines)
    assert found.issue_date.printed == ("Date of Issue 16 February 2026",)


def test_private_use_bullets_an_item_in_mid_block_and_labels_in_one_line_with_their_text() -> None:
    found = read(made.paragraphs_with_private_bullets())
    assert duties(found) == DUTIES
    assert (
        found.title.value == "OKp : Orchard Keeper"
        and found.band.value == "6"
        and found.reference.value == made.REFERENCE
    )
    assert found.issue_date.value == "2019-08-02" and "2 August 2019" in doubts(found, "issue_date")
    assert [len(found.behaviours), len(found.essential_experience), len(found.technical_requirements)] == [3, 2, 2]
    assert list(found.minimum_eligibility) == made.ELIGIBILITY
    assert [key for key, _ in found.all_warnings] == ["issue_date"]


def test_html_lists_in_a_table_whose_row_goes_on_in_a_second_one() -> None:
    found = read(made.lists_in_a_table())
    assert duties(found) == [*DUTIES, *made.TASKS]
    assert {item.section for item in found.responsibilities[len(DUTIES) :]} == {"Further tasks including"}
    assert [one.text for one in found.cross_references] == made.OTHER_JOBS
    assert all("act as a Bee Keeper" in one.condition for one in found.cross_references)
    assert list(found.behaviours) == made.BEHAVIOURS, "the success profile at the end repeats them, and adds none"
    assert found.band.value == "4" and found.version.value == "9.0" and found.issue_date.value == "2022-06-28"
    assert found.all_warnings == []


def test_headings_in_capitals_items_all_numbered_one_and_hardly_any_particulars() -> None:
    found = read(made.headings_in_capitals())
    assert duties(found) == [f"{duty}." for duty in DUTIES]
    sections = [item.section for item in found.responsibilities]
    assert sections == [*["KEY RESPONSIBILITIES"] * 2, "ETHOS OF GRAFTING", *["OTHER RESPONSIBILITIES"] * 4]
    assert [item.number for item in found.responsibilities] == list(range(1, 8))
    assert list(found.person_specification) == made.SPECIFICATION
    assert found.title.value == "Orchard Keeper"
    assert {key for key, one in found.particulars.items() if one.value} == {"title"}, "what is not printed is empty"
    assert found.issued_on is None
    assert "all numbered “1.”" in doubts(found, "") and "ETHOS OF GRAFTING" in doubts(found, "")
    hats = [one for one in found.unplaced_lines if "a hat" in one.text]
    assert [one.section for one in hats] == ["House Standards for All Orchard Staff:"], "a standard is no duty"


def test_a_word_file_with_lists_in_table_cells_and_a_list_inside_an_item() -> None:
    found = read(made.word_file())
    assert duties(found) == [*DUTIES[:2], f"{DUTIES[2]}\n– by hand\n– by can", *DUTIES[3:]]
    assert "list of its own" in doubts(found, "responsibilities 3")
    assert found.reference.value == f"{made.REFERENCE} v6.0" and found.band.value == "6"
    assert found.issue_date.value == "2026-02-03" and "February" in doubts(found, "issue_date")
    assert list(found.technical_requirements) == made.TECHNICAL and list(found.behaviours) == made.BEHAVIOURS
    assert set(found.page_marks) == {"OFFICIAL", f"{made.REFERENCE} v6.0"}


@pytest.mark.parametrize("bullet", ["•", "-", "–", ""])
def test_a_pdf_of_two_columns_over_two_pages(bullet: str) -> None:
    found = read(made.pdf_of_two_columns(bullet=bullet))
    assert duties(found) == DUTIES
    assert found.reference.value == f"{made.REFERENCE} v6.0" and found.organisation_level.value == "Senior Gardener"
    assert not bullet or list(found.technical_requirements) == made.TECHNICAL
    assert "Page 1 of 2" in found.page_marks and not any("Page" in one.text for one in found.unplaced_lines)
    assert bool(bullet) != ("Nothing marks the items" in doubts(found, ""))


@pytest.mark.parametrize(
    "bullet", ["•", "?", "□", "■", "\ufffd", "-", "–", "—", "*", "o", "·", "\uf0a7", "1.", "(a)", "iv)"]
)
@pytest.mark.parametrize("layout", [made.two_columns_flattened, made.paragraphs_with_private_bullets])
def test_any_bullet_begins_an_item(layout: Any, bullet: str) -> None:
    found = read(layout(bullet))
    assert duties(found) == DUTIES and list(found.minimum_eligibility) == made.ELIGIBILITY


def test_a_text_pasted_into_word_line_by_line_is_put_together_again() -> None:
    for text in (made.two_columns_flattened(band="6"), made.paragraphs_with_private_bullets()):
        document = docx.Document()
        for line in text.split("\n"):
            document.add_paragraph(line)
        assert duties(read(made.saved(document))) == DUTIES


def test_a_blank_line_after_each_line_parts_nothing() -> None:
    assert duties(read(made.two_columns_flattened(band="6").replace("\n", "\n\n"))) == DUTIES


def test_html_in_one_line_and_html_pasted_into_word_are_read_as_html() -> None:
    document = docx.Document()
    for line in made.lists_in_a_table().split("\n"):
        document.add_paragraph(line)
    for found in (read(" ".join(made.lists_in_a_table().split())), read(made.saved(document))):
        assert duties(found)[: len(DUTIES)] == DUTIES and len(found.cross_references) == len(made.OTHER_JOBS)
        assert found.version.value == "9.0"


# ---------------------------------------------------------------------------------------------------------------------
# Doubts


def test_an_item_whose_bullet_is_lost_is_an_item_with_a_doubt() -> None:
    for text in (made.two_columns_flattened(), made.paragraphs_with_private_bullets()):
        for number in (3, 6):
            bullet = re.search(rf"(\S) {DUTIES[number - 1][:12]}", text)
            assert bullet
            found = read(text.replace(f"{bullet[1]} {DUTIES[number - 1][:12]}", DUTIES[number - 1][:12]))
            if number == 6 and bullet[1] == "•":
                continue  # the line before is full and ends no sentence: it could go on here
            assert duties(found) == DUTIES
            assert "No bullet or number" in doubts(found, f"responsibilities {number}")


def test_particulars_that_contradict_each_other_are_kept_as_printed_with_a_doubt() -> None:
    found = read(made.two_columns_flattened(band="10", footer_version="5.0"))
    assert found.band.value == "10" and doubts(found, "band") == "The reference says B6, the band says 10."
    assert found.version.value == "6.0"
    assert doubts(found, "version") == "The version is printed as 6.0, in a page header or footer as 5.0."


def test_header_and_footer_that_say_different_versions() -> None:
    text = made.paragraphs_with_private_bullets(header_version="7.0") + f"\n\n{made.REFERENCE} v8.0\n"
    assert "Page headers and footers say different versions: 7.0, 8.0." in doubts(read(text), "version")


def test_a_page_of_another_document() -> None:
    text = made.two_columns_flattened(band="6").replace(
        f"OFFICIAL\n{made.REFERENCE} v6.0", "OFFICIAL\nOR-TST-500-JD-B6 Bees v6.0"
    )
    assert "OR-TST-417, a page header or footer with OR-TST-500" in doubts(read(text), "reference")


def test_two_bands_two_titles_and_another_marking() -> None:
    text = (
        made.two_columns_flattened(band="6")
        .replace("Band 6", "Band 7", 1)
        .replace("Job Title\nOKp: Orchard", "Job Title\nPear")
    )
    found = read(text.replace("Classification\nOfficial", "Classification\nSecret"))
    assert "two bands: “7” and “6”" in doubts(found, "band") and "two titles" in doubts(found, "title")
    assert "in a page header or footer as OFFICIAL" in doubts(found, "classification")


def test_what_is_missing_stays_empty_even_when_a_footer_would_tell() -> None:
    text = made.two_columns_flattened(band="6").replace("Version\n6.0\n", "Version\n").replace("16 February 2026", "")
    found = read(text)
    assert found.version.value == "" and "Enter it if it is right" in doubts(found, "version")
    assert found.issue_date.value == "" and found.issued_on is None and found.status.value == "Baselined"


def test_a_document_in_one_line() -> None:
    flat = " ".join(made.two_columns_flattened(band="6").replace("Responsibilities,\nWhoever", "Whoever").split())
    flat = flat.replace(
        "Whoever keeps the orchard sees", "Responsibilities, Activities and Duties Whoever keeps the orchard sees"
    )
    found = read(flat)
    assert [text.split(" OFFICIAL")[0] for text in duties(found)][:3] == DUTIES[:3]
    assert len(found.responsibilities) == len(DUTIES)
    assert found.document_type.value == "Management" and found.issue_date.value == "2026-02-16"


def test_a_list_without_any_heading_is_taken_with_a_doubt_and_prose_is_not() -> None:
    found = read("Orchard notes\n\nSome words about trees.\n\n- Prune them\n- Water them\n")
    assert duties(found) == ["Prune them", "Water them"] and NO_HEADING.format(2) in found.warnings
    prose = read("Die Gärtnerin beschneidet die Bäume.\n\nOna podlewa je rano. 彼女は木を植える。")
    assert duties(prose) == [] and NOTHING_KNOWN in prose.warnings
    assert len(prose.unplaced_lines) == 2


def test_paragraphs_without_any_bullets_are_each_an_item_with_one_doubt() -> None:
    found = read("Main duties\n\n" + "\n\n".join(DUTIES))
    assert duties(found) == DUTIES and "each of 7 paragraphs" in doubts(found, "")


def test_what_is_desirable_is_not_read_as_essential() -> None:
    text = "Person Specification\n\nEssential\n• Steady on wet grass\n\nDesirable criteria:\n• Whistles well\n"
    assert read(text).person_specification == ("Essential: Steady on wet grass", "Desirable: Whistles well")


def test_a_sub_list_belongs_to_its_item() -> None:
    for sub in ("   - by hand\n   - by can", "o by hand\no by can"):
        found = read(f"Main duties\n\n• Water the trees:\n{sub}\n• Prune them\n")
        assert duties(found) == ["Water the trees:\n– by hand\n– by can", "Prune them"]


def test_one_sentence_that_sends_to_another_description_is_no_duty_of_this_one() -> None:
    sentence = "When required act as Bee Keeper as set out in the Bee Keeper job description"
    found = read(f"Main duties\n\n• Water the trees\n• {sentence}\n• Prune them\n")
    assert duties(found) == ["Water the trees", "Prune them"]
    assert [one.text for one in found.cross_references] == [sentence]


# ---------------------------------------------------------------------------------------------------------------------
# Nothing is dropped, nothing is invented


def every_word(found: JobDescription) -> Counter[str]:
    """The words of all fields; of a particular those of the lines it came from."""
    data = asdict(found)
    said = [one["printed"] for one in (data[key] for key in found.particulars)]
    items = [[item["printed_number"], item["text"]] for item in data["responsibilities"]]
    rest = [[one["text"] for one in data[key]] for key in ("cross_references", "unplaced_lines")]
    lists = (
        "behaviours",
        "essential_experience",
        "technical_requirements",
        "minimum_eligibility",
        "person_specification",
    )
    plain = [data[key] for key in (*lists, "headings", "page_marks")]
    return words(" ".join(chain.from_iterable([*said, *items, *rest, *plain])))


def words(text: str) -> Counter[str]:
    return Counter(word.lower() for word in re.findall(r"[^\W\d_]{2,}", text))


@pytest.mark.parametrize("name", FILES)
def test_every_word_of_each_layout_is_in_some_field(name: str) -> None:
    given_text = text_of(FILES[name].encode() if isinstance(FILES[name], str) else FILES[name])  # type: ignore[union-attr,arg-type]
    before = words("\n".join(line.text for line in given_text.lines))
    assert sum(before.values()) > 100 and not before - every_word(read(FILES[name]))


PIECES = [
    *chain.from_iterable(text.splitlines() for text in TEXTS.values() if "<li>" not in text),
    "",
    "",
    "\f",
    "Band",
    "3.",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=60)), max_size=60))
def test_every_word_of_any_text_is_in_some_field(lines: list[str]) -> None:
    text = "\n".join(lines)
    if not any(one.isalnum() for one in text) or "<" in text:
        return
    from tcsuper.readers.lines import plain_lines

    given_lines = list(plain_lines(text))
    found = parse(given_lines)
    assert not words("\n".join(line.text for line in given_lines)) - every_word(found)
    said = words(" ".join(line.text for line in given_lines))
    assert not {word for item in found.responsibilities for word in words(item.text)} - set(said), (
        "and none is invented"
    )
    assert [item.number for item in found.responsibilities] == list(range(1, len(found.responsibilities) + 1))
    assert parse(given_lines) == found, "the same text is read the same each time"


MARKUP = [
    "<b>Duties</b>\t",
    "<ul><li>",
    "</li><li>",
    "</ul>",
    "| Band | 4 |",
    "|---|---|",
    "## Main duties",
    "<td>",
    "<",
]
FRAGMENTS = st.one_of(st.sampled_from([*PIECES, *MARKUP]), st.text(max_size=20), st.binary(max_size=8))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FRAGMENTS, max_size=40), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_bytes_are_read_or_refused_in_one_sentence(pieces: list[str | bytes], encoding: str) -> None:
    parts = [one if isinstance(one, bytes) else one.encode(encoding, "replace") for one in pieces]
    try:
        found = read(b"\n".join(parts))
    except Unreadable as refused:
        assert "Nothing was read." in str(refused)
    else:
        printed = as_json(found)
        assert all(isinstance(text, str) for key in TEXT_LISTS for text in printed[key])
        assert [one["number"] for one in printed["responsibilities"]] == [*range(1, len(found.responsibilities) + 1)]


TEXT_LISTS = (
    "cross_references behaviours essential_experience technical_requirements minimum_eligibility person_specification "
    "unplaced_lines warnings conditions headings page_marks"
).split()


@pytest.mark.parametrize("name", FILES)
def test_it_survives_the_way_through_another_process_and_prints_for_people(name: str) -> None:
    found = read(FILES[name])
    import json

    assert from_data(json.loads(json.dumps(asdict(found)))) == found
    printed = as_json(found)
    assert [one["text"] for one in printed["responsibilities"]] == duties(found) and printed["band"] == found.band.value
    assert all(text in "\n".join(as_text(found)) for text in duties(found))
