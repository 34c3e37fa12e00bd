"""Job descriptions made up for these tests, in the layouts that real ones come in. Nobody has these jobs."""

import io
import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import docx

Row = tuple[tuple[int, str], ...]
"""Of a pdf's page: pieces of text at the same height, each with its left edge."""
LEFT, RIGHT = 50, 230
DRAWN = "●"
"""In a pdf: no letter, but a small square that is drawn, as browsers draw their bullets."""

REFERENCE = "OR-TST-417-JD-B6 OKp: Orchard Keeper"
OVERVIEW = "The keeper spends the day outdoors among the apple trees and minds whoever sits under them."
SUMMARY = "The keeper lives near the gate and knows each tree by its bark. There are geese."
LEAD_IN = "Whoever keeps the orchard sees to all of the following things, each of them in its own season:"
DUTIES = [
    "Prune the old trees in January, leaving the strongest shoots to carry the fruit",
    "Accountable for the ladders, the baskets and everything else that leans against a wall in the "
    "Upper Terrace (UT) or in the cellar below it",
    "Water the saplings before eight in the morning",
    "Keep the register of blossoms and report late frost to the Head of Fruit without waiting for the weekly round "
    "ensuring that nothing is lost to the cold",
    "Mend the fence where the geese come through. Ensure all gaps are noted in the gate book",
    "Teach visitors how to pick without breaking a twig",
    "Agree the harvest plan with the cider house and the market, by the end of June at the latest",
]
TASKS = ["Sweep the yard", "Sharpen the shears", "Carry out the first count of the apples after a storm"]
OTHER_JOBS = ["BK : Bees / Summer", "BK : Wax", "BK : Swarms"]
CLOSING = (
    "The duties listed above describe an ordinary year in the orchard and are no exhaustive list: in a year of wasps "
    "the keeper does whatever the wasps leave time for."
)
BEHAVIOURS = ["Looking Up", "Patience", "Working With Geese"]
EXPERIENCE = ["Experience in climbing ladders of three metres or more", "Have slept in a tree house at least once"]
TECHNICAL = ["Holds the certificate of the Guild of Grafters", "Can tell a quince from a pear in the dark"]
ELIGIBILITY = ["All keepers are subject to a check of their pockets.", "All keepers declare whether they own a goose."]
SPECIFICATION = ["Degree in pomology or ten autumns of practice.", "Steady on wet grass", "Whistles well"]


def two_columns_flattened(
    bullet: str = "•", version: str = "6.0", footer_version: str = "6.0", band: str = "10"
) -> str:
    """A pdf's table of two columns as its text comes out: labels broken up between the lines they stand beside, and an
    item broken by a page footer."""
    footer = f"OFFICIAL\n{REFERENCE} v{footer_version}\nOFFICIAL\n"
    duties = _items(DUTIES, bullet, 62)
    at = duties.index("\n", duties.index("Keep the register")) + 1
    duties = f"{duties[:at].rstrip()}\n{footer}{duties[at:]}"
    return (
        f"OFFICIAL\nJob Description (JD)\nBand {band}\nGroup Profile: Orchard\nKeeper(OKp)\n"
        f"Job Description: OKp: Orchard\nKeeper\n"
        f"Document Ref.\nOR-TST-417-JD-B6 OKp: Orchard\nKeeper v6.0\nDocument Type\nManagement\nVersion\n{version}\n"
        "Classification\nOfficial\nDate of Issue\n16 February 2026\nStatus\nBaselined\n"
        "Produced by\nFruit Assurance Team\nAuthorised by\nHarvest Team\nJD Evidence\n"
        f"{footer}Job Description\nJob Title\nOKp: Orchard Keeper\nGroup Profile\nOrchard Keeper\n"
        f"Organisation\nSenior Gardener\nLevel\nBand\n{band}\n"
        "Overview of the\nThe keeper spends the day outdoors among the apple\njob\n"
        f"trees and minds whoever sits under them.\nSummary\n{textwrap.fill(SUMMARY, 62)}\n"
        "Responsibilities,\nWhoever keeps the orchard sees to all of the following\nActivities and\n"
        f"things, each of them in its own season:\nDuties\n{duties}"
        f"{textwrap.fill(CLOSING, 62)}\n{footer}"
        "An ability to fulfil wishes that are spoken across a hedge, loudly\nand in the orchard.\n"
        f"Civil Service Success Profile Criteria\nBehaviours\n{_items(BEHAVIOURS, bullet, 62)}"
        "Strengths\nWe recommend three that fit an orchard\n"
        f"Experience\n{_items(EXPERIENCE, bullet, 62)}"
        f"Technical\n{_items(TECHNICAL[:1], bullet, 62)}requirements\n{_items(TECHNICAL[1:], bullet, 62)}Ability\n"
        f"Minimum\nPlease do not alter these lines\nEligibility\n{_items(ELIGIBILITY, bullet, 62)}"
        "Hours of Work\nFrom dawn to dusk\n(Unsocial Hours)\nAllowances\n"
        f"OFFICIAL\n{REFERENCE} v{footer_version}"
    )


def paragraphs_with_private_bullets(bullet: str = "\uf0b7", header_version: str = "7.0") -> str:
    """Items apart by blank lines, one beginning in mid-block, labels before their text in one line."""
    header = f"{REFERENCE} v{header_version}"
    items = [f"{bullet} {textwrap.fill(duty, 80)} " for duty in DUTIES]
    duties = "\n\n".join(items[:5]) + f"\n  {items[5]}\n\n{items[6]}"
    profile = "\n\n".join(BEHAVIOURS)
    return (
        f"{header} \n\n \n\nJob Description (JD) \n\nBand 6 \n\nGroup Profile – Orchard Keeper (OKp)        \n\n"
        f"Job Description – OKp: Orchard Keeper \n\n \n\nDocument Ref. {REFERENCE} \n\nDocument Type Management \n\n"
        "Version 7.0 \n\nClassification Sensitive \n\nDate of Issue 02/08/19 \n\nStatus Baselined \n\n"
        "Produced by Fruit Assurance Team \n\nAuthorised by Harvest Team \n\nJD Evidence  \n\n \n\n\n\n"
        f"{header} \n\n \n\nJob Description  \n\nJob Title OKp : Orchard Keeper \n\nGroup Profile Orchard Keeper \n\n"
        f"Organisation Level Senior Gardener \n\nBand 6 \n\n \n\nOverview of the job  {OVERVIEW} \n\n"
        f"Summary  {textwrap.fill(SUMMARY, 80)} \n\nResponsibilities, \nActivities and Duties  \n\n"
        f"{textwrap.fill(LEAD_IN, 80)} \n \n\n{duties}\n \n{textwrap.fill(CLOSING, 84)} \n \n"
        "An ability to fulfil wishes that are spoken across a hedge. \n\n \n\n"
        f"Behaviours • {BEHAVIOURS[0]} \n• {BEHAVIOURS[1]} \n• {BEHAVIOURS[2]} \n"
        " Strengths NB: these are hints.  It is advised to choose few. \n\n"
        f"Essential Experience {EXPERIENCE[0]} \n \n{EXPERIENCE[1]} \n\nTechnical \nRequirements \n\n"
        f"{TECHNICAL[0]} \n\n"
        f"{TECHNICAL[1]} \n\nAbility   \n\n \n\nMinimum Eligibility  {bullet} {ELIGIBILITY[0]} \n\n"
        f"{bullet} {ELIGIBILITY[1]} \n\n"
        f"Hours of Work \n(Unsocial Hours)  \nAllowances \n Success Profile \n\n \n\n"
        f"Behaviours \n\nStrengths  \n\n{profile}\n"
    )


def lists_in_a_table() -> str:
    """Markdown with HTML in its cells; the row of the duties goes on in a second row whose label is empty."""
    return (
        "# HM Orchard Service\n\n## Job Description (JD)\n\n### Band 4\n\n#### Group Profile – Orchard Keeper (OKp)\n\n"
        "#### Job Description – OKp : Fruit\n\n"
        f"<b>Document Ref.</b>\tOR-TST-417-JD-B4 : OKp : Fruit v9.0\n<b>Document Type</b>\tManagement\n"
        "<b>Version</b>\t9.0\n<b>Classification</b>\tOfficial\n<b>Date of Issue</b>\t28 June 2022\n"
        "<b>Status</b>\tBaselined\n<b>Produced by</b>\tFruit Assurance Team\n<b>Authorised by</b>\tHarvest Team\n"
        "<b>JD Evidence</b>\t\n\n## Job Description\n\n<b>Job Title</b>\tOKp : Fruit\n"
        f"<b>Organisation Level</b>\tDelivery 3-4\n<b>Band</b>\t4\n\n<b>Overview of the job</b>\t{OVERVIEW}\n"
        f"<b>Summary</b>\t<p>{SUMMARY}</p> <p>They whistle.</p>\n"
        f"<b>Responsibilities, Activities and Duties</b>\t<p>{LEAD_IN}</p> {_html_list(DUTIES)} "
        "<p>Further tasks including:</p> "
        f"{_html_list(TASKS[:1])}\n\n\t{_html_list(TASKS[1:])} "
        "<p>In May act as a Bee Keeper (BK) as per these job descriptions:</p> "
        f"{_html_list(OTHER_JOBS)} <p>{CLOSING}</p>\n--\t--\n\n"
        f"<b>Behaviours</b>\t{_html_list(BEHAVIOURS)}\n<b>Strengths</b>\tIt is advised to choose few.\n"
        f"<b>Essential Experience</b>\t{_html_list(EXPERIENCE)}\n"
        f"<b>Technical Requirements</b>\t{_html_list(TECHNICAL)}\n"
        "<b>Ability</b>\t\n\n<b>Minimum Eligibility</b>\t<p><i>Please do not alter these lines</i></p> "
        f"{_html_list(ELIGIBILITY)}\n---\t---\n\n## Success Profile\n\n"
        "<b>Behaviours</b>\t<b>Strengths</b>\t<b>Experience</b>\n---\t---\t---\n\n"
        f"{BEHAVIOURS[0]}\t\t{EXPERIENCE[0]}\n"
    )


def headings_in_capitals() -> str:
    """A private provider's: hardly any particulars, headings of its own, items all numbered “1.”, a table of tabs."""
    rows = "".join(f"\t{number}. {one}\n\t\n\t\n\n" for number, one in enumerate(SPECIFICATION, 1))
    return (
        " Job Title: Orchard Keeper JOB DESCRIPTION\n\nLocation: Regional\nReports to: Head of Fruit\n"
        "Hours of work: 37.5 hours\nSupervisory Responsibilities: No\n\n"
        "Orchards Together exists so that every child may climb a tree.\n\n"
        f"MAIN PURPOSE OF THE ROLE\n{OVERVIEW}\n\nHouse Standards for All Orchard Staff:\n"
        "· Always wear a hat.\n· Never throw fruit.\n\n"
        f"KEY RESPONSIBILITIES\n· {DUTIES[0]}. \n· {DUTIES[1]}.\n\nETHOS OF GRAFTING\n· {DUTIES[2]}.\n\n"
        f"OTHER RESPONSIBILITIES \n1. {DUTIES[3]}.  \n1. {DUTIES[4]}.\n1. {DUTIES[5]}.\n· {DUTIES[6]}.\n\n"
        f"PERSON SPECIFICATION\n\tRequirements\n\tEssential\n\tDesirable\n\n{rows}\n\n"
        "ADDITIONAL INFORMATION\nThere is more to do than this page says.\n \n"
    )


def _html_list(items: Sequence[str]) -> str:
    return '<ul style="list-style-type: none"> ' + " ".join(f"<li>• {item}</li>" for item in items) + " </ul>"


def _items(items: Sequence[str], bullet: str, width: int) -> str:
    return "".join(f"{textwrap.fill(f'{bullet} {item}', width)}\n" for item in items)


def word_file(duties: Sequence[str] = DUTIES, footer: str = f"{REFERENCE} v6.0") -> bytes:
    """A table of two columns with lists in its cells, header and footer, a nested list and a heading style."""
    document = docx.Document()
    document.add_heading("Job Description (JD)", 1)
    document.sections[0].header.paragraphs[0].text = "OFFICIAL"
    document.sections[0].footer.paragraphs[0].text = footer
    table = document.add_table(rows=0, cols=2)
    particulars = {
        "Document Ref.": f"{REFERENCE} v6.0", "Document Type": "Management", "Version": "6.0",
        "Classification": "Official", "Date of Issue": "3 Febuary 2026", "Status": "Baselined",
        "Produced by": "Fruit Assurance Team", "Authorised by": "Harvest Team", "Job Title": "OKp: Orchard Keeper",
        "Organisation Level": "Senior Gardener",
        "Band": "6", "Overview of the job": OVERVIEW, "Summary": SUMMARY,
    }  # fmt: skip
    for label, value in particulars.items():
        row = table.add_row().cells
        row[0].text, row[1].text = label, value
    _list_row(table, "Responsibilities, Activities and Duties", duties, LEAD_IN, nested=["by hand", "by can"])
    _list_row(table, "Behaviours", BEHAVIOURS)
    _list_row(table, "Essential Experience", EXPERIENCE)
    _list_row(table, "Technical requirements", TECHNICAL)
    _list_row(table, "Minimum Eligibility", ELIGIBILITY, "Please do not alter these lines")
    return saved(document)


def _list_row(table: Any, label: str, items: Sequence[str], lead_in: str = "", nested: Sequence[str] = ()) -> None:
    row = table.add_row().cells
    row[0].text = label
    row[1].paragraphs[0].text = lead_in
    for item in items:
        row[1].add_paragraph(item, style="List Bullet")
        if item == DUTIES[2]:
            for one in nested:
                paragraph = row[1].add_paragraph(one, style="List Bullet")
                numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                numbering.get_or_add_ilvl().val, numbering.get_or_add_numId().val = 1, 1


def saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf_file(pages: Sequence[Sequence[Row]], extra: bytes = b"") -> bytes:
    """Each page a list of rows. `extra` goes into the trailer."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>",
    ]
    for number, rows in enumerate(pages):
        resources = "/Resources<</Font<</F1 3 0 R>>>>/MediaBox[0 0 700 842]"
        objects.append(f"<</Type/Page/Parent 2 0 R{resources}/Contents {5 + 2 * number} 0 R>>".encode())
        drawn = b"".join(_drawn(left, 810 - 12 * at, text) for at, row in enumerate(rows) for left, text in row if text)
        objects.append(f"<</Length {len(drawn)}>>stream\n".encode() + drawn + b"\nendstream")
    return _with_table(objects, extra)


def _drawn(left: int, up: int, text: str) -> bytes:
    if text == DRAWN:
        return f"{left} {up + 2} 3 3 re f\n".encode()
    return f"BT /F1 9 Tf 1 0 0 1 {left} {up} Tm (".encode() + _in_pdf(text) + b") Tj ET\n"


def _in_pdf(line: str) -> bytes:
    return line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _with_table(objects: Sequence[bytes], extra: bytes) -> bytes:
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    trailer = f"trailer<</Size {len(objects) + 1}/Root 1 0 R".encode() + extra + b">>\n"
    start = f"startxref\n{len(file)}\n%%EOF\n".encode()
    return file + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode() + table + trailer + start


def pdf_of_two_columns(duties: Sequence[str] = DUTIES, bullet: str = "•") -> bytes:
    """Labels on the left, their text on the right, over two pages, with a header, a footer and a page number."""
    particulars = {
        "Document Ref.": f"{REFERENCE} v6.0", "Version": "6.0", "Date of Issue": "16 February 2026",
        "Job Title": "OKp: Orchard Keeper", "Organisation Level": "Senior Gardener", "Band": "6",
    }  # fmt: skip
    rows: list[Row] = [((LEFT, "Job Description (JD)"),), *(_row(label, value) for label, value in particulars.items())]
    rows += _beside(["Overview of the job"], textwrap.wrap(OVERVIEW, 60))
    duty_lines = [line for duty in duties for line in textwrap.wrap(f"{bullet} {duty}".strip(), 60)]
    rows += _beside(["Responsibilities,", "Activities and", "Duties"], [*textwrap.wrap(LEAD_IN, 60), *duty_lines])
    requirements = [line for one in TECHNICAL for line in textwrap.wrap(f"{bullet} {one}".strip(), 60)]
    rows += _beside(["Technical", "requirements"], requirements)
    return pdf_file([_with_edges(rows[:18], 1), _with_edges(rows[18:], 2)])


def _with_edges(rows: Sequence[Row], page: int) -> list[Row]:
    return [((LEFT, "OFFICIAL"),), *rows, ((LEFT, f"{REFERENCE} v6.0"),), ((LEFT, f"Page {page} of 2"),)]


def _row(label: str, text: str) -> Row:
    return ((LEFT, label), (RIGHT, text))


def _beside(labels: list[str], texts: list[str]) -> list[Row]:
    return [_row(label, text) for label, text in zip_longest(labels, texts, fillvalue="")]
