"""A pack on paper: what stands on its pages, that nothing typed is ever more than text, and that it needs nobody."""

import io
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import altair as alt
import pandas as pd
import pypdf
import pytest

from tcsuper.reports.chart_pictures import WIDTH, as_svg, described
from tcsuper.reports.document import pack_pdf, refused_pdf
from tcsuper.reports.document_layout import MOST_ROWS, SIZES, TURNED, UPRIGHT, laid_out, written
from tcsuper.reports.pack import Chart, Pack, PackTable, Part, Value
from tcsuper.rules.standing import Status, status_word

HOSTILE = (
    '#import "@preview/cetz:0.3.0": *',
    '#read("/etc/passwd")',
    '#image("https://evil.example/x.png")',
    "$ sum_(x) $ *bold* _it_ @ref <label> [link]",
    "= Heading\n- item",
    "\\ back\\slash // comment /* more */",
    "```raw``` `code` #{ 1 + 1 }",
    '"quotes" {{ braces }} %d %s',
    "=SUM(A1:A9)",
)
LETTERS = "Llŷr ap Gŵyn · Zoë Ó Briain · Łukasz · Ελένη · Ольга · שרה כהן · Ωμέγα ½ € – ✓"
COURSES = [f"Course of training {number}" for number in range(1, 13)]


def chart() -> Chart:
    rows = pd.DataFrame({"place": ["Ashwood", "Beech ■ 😀"], "share": [86, 100]})
    return Chart(alt.Chart(rows).mark_bar().encode(x="share:Q", y="place:N"), "Ashwood is at 86%, Beech at 100%.")


def table(*rows: Sequence[Value], columns: Sequence[str] = ("Name", "Minutes"), **facts: Any) -> PackTable:
    return PackTable(facts.pop("title", "A table"), columns, rows, **facts)


def pack(*tables: PackTable, **facts: Any) -> Pack:
    whole = Pack(
        title="Audit pack",
        about="Ashwood and Beech, 1 May 2026 to 31 October 2026",
        marking="OFFICIAL-SENSITIVE",
        form="named",
        as_at=date(2026, 10, 31),
        known_at=datetime(2026, 11, 2, 10, 30, tzinfo=UTC),
        number="3F2A9C01",
        provenance=[("Made by", "Tom Marsh"), ("Handed to", "The inspectorate"), ("From", "What was recorded by then")],
        parts=[Part("Supervision", ("In a paragraph.",), tables)] if tables else [],
        digest="ab" * 32,
    )
    return replace(whole, **facts)


def read(pdf: bytes) -> list[str]:
    """The words of each page, without the places where a long word may break."""
    return [page.extract_text().replace("\u200b", "") for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def flat(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


@cache
def whole() -> bytes:
    """One document with everything in it: set once for many tests."""
    statuses = [status_word(status) for status in Status]
    people = [(f"Person {n}", *(statuses[(n + m) % len(statuses)] for m in range(12))) for n in range(40)]
    parts = [
        Part(
            "Supervision",
            ("What this service says.",),
            (
                table(("Ashwood", 1250), ("Beech", None), total=("Both", 1250), chart=chart(), note="Nobody left out."),
                table(title="Empty", nothing="No action is open."),
                table(*[(f"Row {n}", n) for n in range(MOST_ROWS + 200)], title="Long"),
                table(*[("x", 1)] * 3000, title="Too long", in_print=False),
            ),
        ),
        Part("Statements", is_written=False),
        Part("Training", tables=(table(*people, columns=("Name", *COURSES), title="Matrix"),)),
        Part("Typed", HOSTILE, (table(*[(words, n) for n, words in enumerate(HOSTILE)], title="As typed"),)),
        Part("Names", (LETTERS, "محمد علي", "王小明 and 😀", "a\x00b", "evil \u202e live")),
        Part("Word", tables=(table(("w" * 5000, 1), title="Long word"),)),
    ]
    return pack_pdf(pack(parts=parts))


def test_every_page_has_its_marking_twice_its_number_and_its_place() -> None:
    pages = read(whole())
    for place, page in enumerate(pages, 1):
        assert page.count("OFFICIAL-SENSITIVE") == 2
        assert f"page {place} of {len(pages)}" in page and "Number 3F2A9C01" in page


def test_cover_says_what_it_is_as_at_when_known_when_and_by_whom() -> None:
    cover = read(whole())[0]
    for said in (
        "Audit pack",
        "Ashwood and Beech, 1 May 2026 to 31 October 2026",
        "31 October 2026",
        "2 November 2026 at 10:30, London time",
        "Tom Marsh",
        "The inspectorate",
        "named",
    ):
        assert said in cover
    assert "ab" * 32 in flat(cover)


def test_contents_name_each_part_with_its_page() -> None:
    contents, pages = read(whole())[1], read(whole())
    for title in ("Supervision", "Statements", "Training", "Typed", "Names", "Where this comes from"):
        line = next(line for line in contents.splitlines() if line.startswith(title))
        number = int(line.split()[-1].strip("."))
        assert title in pages[number - 1]


def test_it_is_tagged_and_says_its_language_and_title() -> None:
    root = pypdf.PdfReader(io.BytesIO(whole())).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].lower().startswith("en")
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()  # PDF/UA-1, as typst proved while it was set
    assert pypdf.PdfReader(io.BytesIO(whole())).metadata.title == "Audit pack"  # type: ignore[union-attr]


def test_chart_has_its_sentence_as_alternative_text() -> None:
    assert _alternatives(pypdf.PdfReader(io.BytesIO(whole())).trailer["/Root"]["/StructTreeRoot"]) == [chart().says]
    assert any(chart().says in page for page in read(whole()))


def _alternatives(node: Any) -> list[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [one for inner in node for one in _alternatives(inner)]
    if not isinstance(node, dict):
        return []
    return ([str(node["/Alt"])] if "/Alt" in node else []) + _alternatives(node.get("/K", []))


def test_table_that_goes_on_repeats_its_headings_and_says_what_was_cut() -> None:
    long = [page for page in read(whole()) if "Row 1" in page or "Row 3" in page]
    assert len(long) > 4 and all("Name" in page and "Minutes" in page for page in long)
    said = f"The first {MOST_ROWS} of {MOST_ROWS + 200} rows are printed."
    assert any(said in page for page in long) and not any(f"Row {MOST_ROWS} " in page for page in long)


def test_what_is_not_printed_not_there_or_not_written_is_said() -> None:
    text = flat("".join(read(whole())))
    for said in (
        "Noactionisopen.",
        "3000rows,toolongforpaper:thistableisintheworkbookofthispack.",
        "Notwrittenyet.",
        "Nobodyleftout.",
    ):
        assert said in text


def test_wide_table_stands_whole_on_turned_pages() -> None:
    found = pypdf.PdfReader(io.BytesIO(whole())).pages
    turned = [page for page in found if page.mediabox.width > page.mediabox.height]
    assert turned and all("Person" in page.extract_text() for page in turned)
    assert all(page.mediabox.height > page.mediabox.width for page in (found[0], found[-1]))
    assert "Courseoftraining12" in flat(turned[0].extract_text()).replace("-", "")


def test_what_people_typed_stays_text() -> None:
    text = flat("".join(read(whole())))
    for words in HOSTILE:
        assert text.count(flat(words)) >= 2, words  # in a paragraph and in a table
    assert "root:x:0" not in text
    assert text.count("w") >= 5000


def test_no_name_vanishes() -> None:
    text = "".join(read(whole()))
    for name in ("Llŷr ap Gŵyn", "Zoë Ó Briain", "Łukasz", "Ελένη", "Ольга"):
        assert name in text
    assert set("שרהכהן") <= set(text) and len(set(text) & set(_arabic_forms("محمدعلي"))) >= 4
    assert "[U+738B][U+5C0F][U+660E] and [grinning face]" in text
    assert "a[U+0000]b" in text and "evil [U+202E] live" in text
    assert flat("lack stands as its name or its Unicode number") in flat(text)


def _arabic_forms(letters: str) -> str:
    import unicodedata

    return letters + "".join(chr(n) for n in range(0xFE70, 0xFEFF) if unicodedata.normalize("NFKC", chr(n)) in letters)


@pytest.mark.proof
def test_same_pack_with_a_chart_gives_the_same_bytes() -> None:
    one = pack(table(("Ben", 60), chart=chart()))
    assert pack_pdf(one) == pack_pdf(one)


def test_same_pack_gives_the_same_bytes() -> None:
    one = pack(table(("Ben", 60)))
    assert pack_pdf(one) == pack_pdf(one)
    later = replace(one, known_at=datetime(2026, 11, 3, tzinfo=UTC))
    assert pack_pdf(later) != pack_pdf(one)


def test_it_can_be_stopped_while_it_is_made() -> None:
    class Cancelled(Exception):
        pass

    told = []

    def tell(doing: str) -> None:
        told.append(doing)
        raise Cancelled

    with pytest.raises(Cancelled):
        pack_pdf(pack(table(("Ben", 60))), tell)
    assert told == ["Setting out the document"]
    assert not _children()


def _children() -> list[str]:
    """Processes of this one that set a document."""
    if not os.path.isdir("/proc"):
        return []
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/stat") as stat, open(f"/proc/{number}/cmdline") as command:
                parent, said = stat.read().rsplit(")", 1)[1].split()[1], command.read()
        except OSError:
            continue
        if parent == str(os.getpid()) and "document_printing" in said:
            found.append(number)
    return found


def test_refusal_is_one_page_with_its_sentence() -> None:
    pages = read(refused_pdf("You may not take that away."))
    assert len(pages) == 1 and "Not made" in pages[0] and "You may not take that away." in pages[0]


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/x.json", "/etc/passwd"])
def test_chart_fetches_nothing(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        spec = described(Chart(alt.Chart(address.format(port=server.getsockname()[1])).mark_bar().encode(x="a:Q"), ""))
        with pytest.raises(ValueError, match="External data url not allowed"):
            as_svg(spec)
        with pytest.raises(TimeoutError):
            server.accept()


def test_chart_is_drawn_in_the_letters_of_the_document() -> None:
    picture = as_svg(described(chart()))
    assert 'font-family="Source Sans Pro"' in picture and "Helvetica" not in picture


@pytest.mark.parametrize("columns, is_wide", [(3, False), (12, True)])
def test_chart_of_many_named_columns_is_drawn_wider(columns: int, is_wide: bool) -> None:
    rows = pd.DataFrame({"course": [f"Course {n}" for n in range(columns)], "who": ["○ Ben"] * columns})
    spec = described(Chart(alt.Chart(rows).mark_rect().encode(x="course:N", y="who:N"), ""))
    assert (spec["width"] > WIDTH) == is_wide


def test_words_after_a_sign_that_the_letters_lack_keep_their_letters() -> None:
    """One after the other in one line, all of it was set in the letters of the sign."""
    rows = pd.DataFrame({"who": ["○ Booked", "● In order", "■ Late"], "n": [1, 2, 3]})
    drawn = alt.Chart(rows).mark_bar().encode(x="n:Q", y=alt.Y("n:O", axis=None), color="who:N")
    picture = as_svg(described(Chart(drawn, "")))
    for sign, said in (("○", "Booked"), ("●", "In order")):
        assert re.search(rf'x="0.0" font-family="DejaVu Sans Mono">{sign}</tspan><tspan x="[\d.]+">{said}<', picture)
    assert ">■ Late</text>" in picture


def test_years_below_months_have_room_above_a_chart() -> None:
    axis = alt.Axis(orient="top", labelBaseline="bottom")
    rows = pd.DataFrame({"month": ["Jan"], "who": ["Ben"]})
    spec = described(Chart(alt.Chart(rows).mark_rect().encode(x=alt.X("month:O", axis=axis), y="who:N"), ""))
    assert spec["encoding"]["x"]["axis"]["labelPadding"] >= 16


# ---------------------------------------------------------------------------------------------------------------------
# How it lies: pure


@pytest.mark.parametrize(
    "value, words",
    [
        (None, "–"),
        (date(2026, 5, 2), "2 May 2026"),
        (91.3, "91.3"),
        (89.96, "89.9"),
        (100.0, "100"),
        (7, "7"),
        ("007", "007"),
        (datetime(2026, 5, 2, 9, 5, tzinfo=UTC), "2 May 2026 at 10:05"),
    ],
)
def test_value_is_written_as_on_screen(value: Any, words: str) -> None:
    assert written(value) == words


def first_table(*rows: Sequence[Value], columns: Sequence[str], **facts: Any) -> dict[str, Any]:
    found: dict[str, Any] = laid_out(pack(table(*rows, columns=columns, **facts)))["runs"][-1]["blocks"][-1]
    return found


def test_numbers_stand_on_the_right_and_words_on_the_left() -> None:
    [piece] = first_table(("Ben", 60, "x"), ("Ada", None, 5), columns=("Name", "Minutes", "Mixed"))["pieces"]
    assert [cell.get("right", False) for cell in piece["rows"][1]["cells"]] == [False, True, False]


@pytest.mark.parametrize("rows, is_turned", [(3, True), (60, False)])
def test_short_table_is_turned_with_a_wide_one_of_its_part(rows: int, is_turned: bool) -> None:
    wide = table(*[["some words here"] * 12], columns=COURSES)
    runs = laid_out(pack(table(*[("Ben", 60)] * rows), wide))["runs"]
    assert wide.columns and [run["flipped"] for run in runs] == ([True] if is_turned else [False, True])


def test_short_table_is_not_cut_and_a_long_one_is() -> None:
    whole, cut = (first_table(*[("Ben", 60)] * rows, columns=("Name", "Minutes")) for rows in (9, 90))
    assert whole["pieces"][0]["whole"] and not cut["pieces"][0]["whole"]


def test_number_stands_once_among_where_it_comes_from() -> None:
    told = laid_out(pack(provenance=[("File number", "3F2A9C01")]))["provenance"]
    assert [what for what, said in told if said == "3F2A9C01"] == ["File number"]


def test_status_has_its_shape_where_the_whole_column_is_of_statuses() -> None:
    shown = first_table(("Ben", "Overdue", "Overdue"), ("Ada", None, "on leave"), columns=("Name", "Status", "Note"))
    [piece] = shown["pieces"]
    assert [cell["text"] for cell in piece["rows"][0]["cells"]] == ["Ben", "■ Overdue", "Overdue"]
    assert "fill" in piece["rows"][0]["cells"][1] and "fill" not in piece["rows"][0]["cells"][2]


@pytest.mark.parametrize("columns, letters", [(2, 300), (6, 12), (13, 14), (20, 16), (41, 10), (60, 40)])
def test_no_table_is_wider_than_its_page_or_smaller_than_can_be_read(columns: int, letters: int) -> None:
    heads = [f"Heading {n}" for n in range(columns)]
    shown = first_table(*[[("word " * 80)[:letters]] * columns] * 3, columns=heads)
    room = TURNED if shown["flipped"] else UPRIGHT
    smallest = min(size for _, size in SIZES)
    for piece in shown["pieces"]:
        assert sum(piece["widths"]) <= room + 1 and piece["size"] >= smallest
    titles = [cell["text"] for piece in shown["pieces"] for cell in piece["columns"]]
    assert list(dict.fromkeys(titles)) == heads
    assert all(piece["columns"][0]["text"] == heads[0] for piece in shown["pieces"])


@pytest.mark.proof
def test_a_large_pack_takes_seconds_and_nobody_else_waits() -> None:
    rows = [(date(2026, 5, 2), f"Person {n}", "Clinical supervision", 60) for n in range(MOST_ROWS)]
    many = [table(*rows, columns=("Day", "Who", "What", "Minutes"), title=f"Table {n}") for n in range(20)]
    began, waits = time.monotonic(), []

    def tell(doing: str) -> None:
        waits.append(time.monotonic())

    assert pack_pdf(pack(*many), tell).startswith(b"%PDF")
    assert time.monotonic() - began < 60
    assert max(later - earlier for earlier, later in zip(waits, waits[1:], strict=False)) < 5


def test_process_that_sets_it_answers_no_nonsense() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tcsuper.reports.document_printing"], input=b"{}", capture_output=True, timeout=60
    )
    assert done.returncode != 0 and not done.stdout
