"""Layouts that the made-up documents do not have, each as small as can be: what a careful person would write down."""

import docx
import pytest

from tcsuper.readers.job_description import JobDescription, parse
from tcsuper.readers.pdf_columns import one_after_the_other
from tcsuper.readers.text_of import text_of
from tests.readers import documents as made
from tests.readers.documents import DRAWN, DUTIES, LEFT, Row


def read(document: str | bytes) -> JobDescription:
    text = text_of(document.encode() if isinstance(document, str) else document)
    return parse(text.lines, text.notes)


def duties(found: JobDescription) -> list[str]:
    return [item.text for item in found.responsibilities]


def doubts(found: JobDescription) -> str:
    return " ".join(doubt for _, doubt in found.all_warnings)


LISTS = {
    "bullets on lines of their own": ("•\nPrune\n•\nMow\n•\nSow", ["Prune", "Mow", "Sow"]),
    "numbers on lines of their own": ("1.\nPrune\n2.\nMow", ["Prune", "Mow"]),
    "counted within": ("1. Look after trees\n1.1 By hand\n1.2 By saw\n2. Mow", ["Look after trees", "Mow"]),
    "letters within numbers": ("1. Prune\n(a) in May\n(b) in June\n2. Mow", ["Prune", "Mow"]),
    "Roman numbers within letters": ("(a) Prune\n(i) in May\n(ii) in June\n(b) Mow", ["Prune", "Mow"]),
    "an i after an h is no Roman number": ("(g) Rake\n(h) Prune\n(i) Mow", ["Rake", "Prune", "Mow"]),
    "another bullet further in": ("□ Prune\n  ▪ by hand\n□ Mow", ["Prune", "Mow"]),
    "by two hands": ("* Prune\n* Mow\n- Rake\n- Sow", ["Prune", "Mow", "Rake", "Sow"]),
    "sentences in lines, nothing marks them": ("Prune in May.\nMow.\nSow.", ["Prune in May.", "Mow.", "Sow."]),
    "short lines, nothing marks them": ("Prune\nMow\nSow", ["Prune", "Mow", "Sow"]),
    "garbled by an old editor": ("â€¢ Prune\nâ€¢ Mow", ["Prune", "Mow"]),
    "letters joined by a typesetter": ("• Find o\ufb03ce co\u00adoks\n• Mow", ["Find office cooks", "Mow"]),
    "arrows": ("→ Prune\n→ Mow", ["Prune", "Mow"]),
    "ticks in colour": ("✅ Prune\n✔️ Mow\n✅ Sow", ["Prune", "Mow", "Sow"]),
    "capital letters": ("A. Prune\nB. Mow\nC. Sow", ["Prune", "Mow", "Sow"]),
    "numbers without a stop": ("1 Prune what\nis old\n2 Mow\n3 Sow", ["Prune what is old", "Mow", "Sow"]),
    "numbers with a letter": ("R1 Prune\nR2 Mow\nR3 Sow", ["Prune", "Mow", "Sow"]),
    "a number in the text": ("• Prune with the\n3 Upper Gardeners\n• Mow", ["Prune with the 3 Upper Gardeners", "Mow"]),
    "only a rule between them": ("• Prune\n\n---- ----\n\n• Mow", ["Prune", "Mow"]),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_each_item_of_a_list_is_one_responsibility_and_a_list_in_it_belongs_to_it(name: str) -> None:
    text, expected = LISTS[name]
    found = read(f"Main duties\n\n{text}\n")
    assert [duty.split("\n")[0] for duty in duties(found)] == expected
    assert [item.number for item in found.responsibilities] == list(range(1, len(expected) + 1))


TITLED = {
    "apart by blank lines": "Care\n\n1. Feed the geese.\n2. Count them.\n\nThe house\n\n3. Sweep it.\n",
    "with items counted within": "1. Care\n1.1 Feed the geese.\n1.2 Count them.\n2. The house\n2.1 Sweep it.\n",
    "beginning to count again": "Care\n1. Feed the geese.\n2. Count them.\nThe house\n1. Sweep it.\n",
}


@pytest.mark.parametrize("name", TITLED)
def test_a_title_among_the_responsibilities_is_their_section_and_none_of_them(name: str) -> None:
    found = read(f"Main duties\n\n{TITLED[name]}\nGeneral\nThis list is not exhaustive.\n")
    sections = [(item.text, item.section) for item in found.responsibilities]
    assert sections == [("Feed the geese.", "Care"), ("Count them.", "Care"), ("Sweep it.", "The house")]
    assert "Taken as headings" in doubts(found) and "“Care”, “The house”, “General”" in doubts(found)


def test_a_bullet_lost_after_a_full_line_is_said_where_a_verb_begins_the_next_line() -> None:
    text = (
        "• Keep the register of all the blossoms in the orchard\nReport late frost to the Head of Fruit\n• Mow the lawn"
    )
    found = read(f"Main duties\n\n{text}\n")
    assert len(found.responsibilities) == 2 and "Another may begin in it, at “Report late frost to”" in doubts(found)
    assert "Another may" not in doubts(read(f"Main duties\n\n{text.replace('orchard', 'orchard.')}\n")), "a sentence"


ELSEWHERE = {
    "• Act as Bee Keeper as per the job descriptions below:\n   o BK : Wax\n• Keep the gate": ["BK : Wax"],
    "• Act as Bee Keeper as per these job descriptions:\n• BK : Wax\n• Keep the gate": ["BK : Wax"],
    "• Keep the gate\n\nIn May act as Bee Keeper in line with the Bee Keeper job description.": ["In May act as"],
    "• Keep the gate\n• Deputise for the Bee Keeper (see separate job description)": ["Deputise for"],
    "• Keep the gate in line with this job description": [],
}


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_another_job_description_asks_is_apart_and_the_item_after_it_is_a_duty_again(text: str) -> None:
    found = read(f"Main duties\n\n• Prune\n{text}\n")
    assert [duty[:13] for duty in duties(found)] == ["Prune", "Keep the gate"]
    said = [one.text for one in found.cross_references]
    assert len(said) == len(ELSEWHERE[text])
    assert all(text.startswith(start) for text, start in zip(said, ELSEWHERE[text], strict=True))


def test_lines_that_a_list_repeats_are_no_page_marks() -> None:
    text = "".join(f"Pass the harvest course {number}\n\n" for number in range(1, 6))
    found = read(f"Technical requirements\n\n{text}Main duties\n\n• Prune\n")
    assert len(found.technical_requirements) == 5 and found.page_marks == ()


def test_essential_and_desirable_in_one_block_and_under_a_label_in_another_language() -> None:
    found = read("Person Specification\nEssential\n• A degree\n• Patience\nDesirable\n• Welsh\n")
    assert found.person_specification == ("Essential: A degree", "Essential: Patience", "Desirable: Welsh")
    other = read("DISGRIFIAD SWYDD\nBand: 4\n\nPrif ddyletswyddau\n• Torri'r glaswellt.\n• Plannu coed.\n")
    assert duties(other) == ["Torri'r glaswellt.", "Plannu coed."] and "No heading says where" in doubts(other)


WHOLE = {
    "in one line": "Job Title Cook Band 3 Responsibilities 1. Peel plums 2. Wash up Essential Experience One year",
    "set in bold": "**Job title:** Cook\n**Band:** 3\n\n**Responsibilities**\n\n- Peel plums\n- Wash up\n",
    "with a page mark": "Job title: Cook\nBand: 3\n\nDuties\n- Peel plums\n- Wash up\n\nCook | Page 2 of 2\n",
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_short_document(name: str) -> None:
    found = read(WHOLE[name])
    assert duties(found) == ["Peel plums", "Wash up"] and found.title.value == "Cook" and found.band.value == "3"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_bytes_to_a_letter_without_a_mark_that_says_so(encoding: str) -> None:
    found = read("Main duties\n• Prune Siân’s trees\n• Mow\n".encode(encoding))
    assert duties(found) == ["Prune Siân’s trees", "Mow"] and "look for odd characters" in doubts(found)


def test_one_damaged_letter_does_not_garble_the_others() -> None:
    found = read("Main duties\n• Prune Siân’s trees\n• Mow".encode() + b" \xff\n")
    assert duties(found)[0] == "Prune Siân’s trees" and "look for odd characters" in doubts(found)


# ---------------------------------------------------------------------------------------------------------------------
# Word


def test_a_number_in_a_cell_of_its_own_counts_and_a_style_of_the_second_level_is_a_list_within() -> None:
    document = docx.Document()
    document.add_heading("Main duties", 1)
    table = document.add_table(rows=0, cols=2)
    for number, duty in enumerate(DUTIES[:2], 1):
        row = table.add_row().cells
        row[0].text, row[1].text = str(number), duty
    document.add_paragraph(DUTIES[2], style="List Bullet")
    document.add_paragraph("by can", style="List Bullet 2")
    found = read(made.saved(document))
    assert duties(found) == [*DUTIES[:2], f"{DUTIES[2]}\n– by can"]
    assert {item.section for item in found.responsibilities} == {"Main duties"}


@pytest.mark.parametrize(
    "rows",
    [
        [("Criteria", "Essential", "Desirable"), ("Whistles", "", "X"), ("Steady", "✓", "")],
        [("Essential", "Desirable"), ("Steady", "Whistles")],
    ],
)
def test_a_table_of_what_is_essential_and_what_desirable(rows: list[tuple[str, ...]]) -> None:
    document = docx.Document()
    document.add_heading("Person specification", 1)
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    assert set(read(made.saved(document)).person_specification) == {"Essential: Steady", "Desirable: Whistles"}


def test_a_table_of_criteria_keeps_its_kinds_together() -> None:
    """“Experience” in its first column begins no list of its own."""
    document = docx.Document()
    document.add_heading("Person specification", 1)
    table = document.add_table(rows=0, cols=3)
    rows = [("", "Essential", "Desirable"), ("Experience", "Two winters", "A storm"), ("Qualifications", "Guild", "")]
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.rows[2].cells[1].add_paragraph("Oak", style="List Bullet")
    found = read(made.saved(document))
    expected = ("Experience | Two winters | A storm", "Qualifications | Guild", "Qualifications | Oak")
    assert found.person_specification == expected
    assert not found.essential_experience and not found.technical_requirements


def test_a_table_with_words_in_its_first_column_alone_is_a_list() -> None:
    document = docx.Document()
    document.add_heading("Technical requirements", 1)
    table = document.add_table(rows=2, cols=2)
    table.rows[0].cells[0].text, table.rows[1].cells[0].text = "Grafts pears", "Climbs ladders"
    assert read(made.saved(document)).technical_requirements == ("Grafts pears", "Climbs ladders")


def test_headings_that_stand_under_the_duties_by_their_style_need_no_doubt() -> None:
    document = docx.Document()
    document.add_heading("Main duties", 1)
    for heading in ("Trees", "Geese"):
        document.add_heading(heading, 2)
        document.add_paragraph(f"Mind the {heading.lower()}", style="List Number")
    found = read(made.saved(document))
    assert [item.section for item in found.responsibilities] == ["Trees", "Geese"] and found.all_warnings == []


def test_a_line_broken_by_hand_in_an_item_of_word_goes_on_with_it() -> None:
    document = docx.Document()
    document.add_heading("Main duties", 1)
    document.add_paragraph("Water the saplings\nbefore eight", style="List Bullet")
    document.add_paragraph("•\tRead about half-\ngrown pears")
    document.add_paragraph("Mow", style="List Bullet")
    assert duties(read(made.saved(document))) == [
        "Water the saplings before eight",
        "Read about half-grown pears",
        "Mow",
    ]


def test_a_line_broken_in_an_item_of_a_web_page_and_light_emphasis() -> None:
    page = "<h2>Duties</h2><ul><li>Water the beds<br/>in May</li><li>Mow</li></ul>"
    assert duties(read(page)) == ["Water the beds in May", "Mow"]
    assert duties(read("## Duties\n\n## Main duties\n\n* Prune *old* trees\n* Mow\n")) == ["Prune old trees", "Mow"]


# ---------------------------------------------------------------------------------------------------------------------
# Text


def test_words_broken_at_the_end_of_a_line_become_whole_where_the_document_tells_how_they_are_written() -> None:
    text = "• Prune the or-\nchard trees of the orchard\n• Read half-\ngrown signs\n• Tell co\u00ad\nmpost apart\n"
    expected = ["Prune the orchard trees of the orchard", "Read half-grown signs", "Tell compost apart"]
    assert duties(read(f"Main duties\n\n{text}")) == expected


def test_a_bare_page_number_beside_a_footer_and_the_foot_of_a_web_page_are_in_no_item() -> None:
    foot = "OR-TST-417-JD-B6 OKp: Orchard Keeper v6.0"
    found = read(f"{foot}\nMain duties\n• Prune the\n\n{foot}\n\n5\n\ntrees\n• Mow\n{foot}\n")
    assert duties(found) == ["Prune the trees", "Mow"]
    pages = [f"file:///orchard.html      {page}/3" for page in (1, 2, 3)]
    found = read(f"Main duties\n• Prune the\n{pages[0]}\n\f\ntrees\n{pages[1]}\n\f\n• Mow\n{pages[2]}\n")
    assert duties(found) == ["Prune the trees", "Mow"]


def test_particulars_one_to_a_line_do_not_run_into_each_other() -> None:
    found = read("JD ref: OR-9\nDate: 3 May 2024\nIssued: 4 May 2024\nApproved by: The guild\nAuthor: A. Mole\n")
    assert (found.reference.value, found.issue_date.value) == ("OR-9", "2024-05-04")
    assert (found.authorised_by.value, found.produced_by.value) == ("The guild", "")
    assert {"Date: 3 May 2024", "Author: A. Mole"} == {one.text for one in found.unplaced_lines}


def test_another_job_description_called_by_its_name_alone() -> None:
    found = read("Main duties\n• Mow\n• Clean as per local rules\n• May act as keeper as per BK : Bees\n")
    assert duties(found) == ["Mow", "Clean as per local rules"]
    assert [one.text for one in found.cross_references] == ["May act as keeper as per BK : Bees"]


def test_qualifications_are_no_experience() -> None:
    found = read("Main duties\n• Mow\nKnowledge and experience\n• Two winters\nQualifications\n• Guild\n")
    assert (found.essential_experience, found.technical_requirements) == (("Two winters",), ("Guild",))


# ---------------------------------------------------------------------------------------------------------------------
# Pdf


@pytest.mark.parametrize("bullet", [DRAWN, "\x00"])
def test_bullets_that_are_drawn_or_have_no_letter(bullet: str) -> None:
    """Full lines and short ones alike: without their bullets nothing would tell where an item begins."""
    lines = [
        "Keep the register of all the blossoms in this",
        "Orchard and of the bees",
        "Plums",
        "Geese and their keep",
    ]
    rows: list[Row] = [((LEFT, "Main duties"),)]
    for line in lines:
        text = line if line[0] == "O" or bullet == DRAWN else f"{bullet} {line}"
        rows.append(((LEFT, bullet if line[0] != "O" and bullet == DRAWN else ""), (LEFT + 20, text)))
    found = read(made.pdf_file([rows]))
    assert duties(found) == [f"{lines[0]} {lines[1]}", lines[2], lines[3]] and found.all_warnings == []


def test_paragraphs_with_a_little_more_room_between_them_are_apart() -> None:
    places = [0, 1, 2.7, 3.7, 5.4, 7.1]
    words = ["Mind the geese of the Lower", "Orchard and the Upper", "Wasps of the Lower", "Orchard", "Plums", "Pears"]
    page = made.pdf_file([[((LEFT, "Main duties"),), ((LEFT, ""),), *(((LEFT, one),) for one in words)]])
    for at, place in enumerate(places):
        page = page.replace(f"{810 - 12 * (at + 2)} Tm".encode(), f"{786 - round(12 * place)} Tm".encode())
    expected = [f"{words[0]} {words[1]}", f"{words[2]} {words[3]}", *words[4:]]
    assert duties(read(page)) == expected


def test_two_columns_of_running_text_are_read_one_after_the_other_and_labels_beside_their_text_are_not() -> None:
    left = [
        f"the {word} of the left column goes on" for word in "first second third fourth fifth sixth last eighth".split()
    ]
    right = [line.replace("left", "right") for line in left]
    heading = "A heading that runs across the page from one side to the other side of it all"
    page = "\n".join([heading, *(f"{one:<42}{other}" for one, other in zip(left, right, strict=True))])
    said = [line for line in one_after_the_other(page).split("\n") if line]
    assert said[1:9] == left and said[9:] == right and said[0].startswith("A heading")
    labels = "\n".join(f"{'Version' if at == 3 else '':<42}{line}" for at, line in enumerate(right))
    assert one_after_the_other(labels) == labels
