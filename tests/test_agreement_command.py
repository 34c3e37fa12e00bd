"""python -m tcsuper agreement: figures of agreement from a csv file, from the shell."""

import csv
import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcsuper.__main__ import main
from tcsuper.errors import Refused
from tcsuper.readers.ratings_file import MOST_BYTES, MOST_OBSERVERS, MOST_PROBLEMS, MOST_ROWS, read_ratings
from tcsuper.rules.agreement.summary import MOST_LEVELS
from tests.rules.published_ratings import KRIPPENDORFF, SHROUT_FLEISS, WINNIPEG, Rows, crossed

Said = pytest.CaptureFixture[str]
FIGURE = set("name form value low high words note sentence n_items n_observers n_pairs".split())
WEIGHTS = {"unweighted", "linear", "quadratic"}
ICC = {"ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"}


def as_csv(rows: Rows, header: str = "item,observer,level") -> str:
    written = io.StringIO()
    lines = csv.writer(written, delimiter=next(one for one in ",;\t" if one in header), lineterminator="\n")
    written.write(header + "\n")
    for i, row in enumerate(rows):
        lines.writerows((f"group {i}", f"rater {j}", "" if one is None else one) for j, one in enumerate(row))
    return written.getvalue()


@pytest.fixture
def a_file(tmp_path: Path) -> Path:
    file = tmp_path / "double ratings.csv"
    file.write_text(as_csv(crossed(WINNIPEG)), encoding="utf-8")
    return file


def figures(file: Path, capsys: Said, *flags: str) -> dict[str, object]:
    assert main(["agreement", str(file), "--json", *flags]) == 0
    return json.loads(capsys.readouterr().out)


def refused(file: Path, capsys: Said, *flags: str) -> str:
    assert main(["agreement", str(file), "--json", *flags]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "Nothing was worked out." in said.err and "Traceback" not in said.err
    return said.err


def test_json_has_each_key(a_file: Path, capsys: Said) -> None:
    assert main(["agreement", str(a_file), "--json", "--levels", "1-4", "--bands", "landis-koch"]) == 0
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert (
        list(found)
        == (
            "n_items n_compared n_observers n_ratings n_missing n_pairs levels raw_agreement cohen_kappa "
            "pairs_of_observers pooled_kappa fleiss_kappa krippendorff_alpha icc bands notes"
        ).split()
    )
    assert [found[key] for key in ("n_items", "n_observers", "n_ratings", "n_pairs")] == [149, 2, 298, 149]
    assert found["levels"] == [1, 2, 3, 4] and found["pairs_of_observers"] == []
    assert set(found["cohen_kappa"]) == set(found["pooled_kappa"]) == WEIGHTS and set(found["icc"]) == ICC
    assert set(found["krippendorff_alpha"]) == {"nominal", "ordinal", "interval"}
    for figure in (found["raw_agreement"], found["fleiss_kappa"], found["icc"]["ICC(2,1)"]):
        assert set(figure) == FIGURE
    linear = found["cohen_kappa"]["linear"]
    assert set(linear) == FIGURE
    assert (linear["value"], linear["low"], linear["high"]) == pytest.approx((0.3797, 0.2785, 0.4810), abs=1e-4)
    assert linear["words"] == "fair" and linear["form"] == "linear weights, two observers"
    assert found["bands"][0]["source"].startswith("Landis JR, Koch GG (1977)")
    assert said.err == "149 pairs of ratings, 149 items, 2 observers. Nothing was saved.\n"


def test_people_read_it_without_json(a_file: Path, capsys: Said) -> None:
    assert main(["agreement", str(a_file), "--bands", "altman"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Raw agreement\n  share of pairs of ratings with the same level: 0.43; 149 pairs of ratings")
    assert "Cohen's kappa\n  unweighted, two observers: 0.21, 95% interval 0.11 to 0.31, fair; 149 pairs" in said
    assert "\n  linear weights, two observers: 0.38, 95% interval 0.28 to 0.48, fair; 149 pairs" in said
    assert "No scale was given: it is taken to go from 1 to 4, the levels in use.\n" in said
    assert "\nWords: Altman DG (1991). Practical statistics for medical research." in said


def test_gaps_and_more_than_two_observers(a_file: Path, capsys: Said) -> None:
    a_file.write_text(as_csv(KRIPPENDORFF), encoding="utf-8")
    found = figures(a_file, capsys)
    alphas = {scale: round(figure["value"], 3) for scale, figure in found["krippendorff_alpha"].items()}
    assert alphas == {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849}
    assert found["n_missing"] == 7 and found["n_compared"] == 11 and len(found["pairs_of_observers"]) == 6
    assert found["pairs_of_observers"][0]["observers"] == ["rater 0", "rater 1"]
    assert set(found["pairs_of_observers"][0]["cohen_kappa"]) == WEIGHTS


def test_what_is_not_defined_is_null_and_says_why(a_file: Path, capsys: Said) -> None:
    a_file.write_text(as_csv([(2, 2)] * 12), encoding="utf-8")
    found = figures(a_file, capsys)
    assert found["raw_agreement"]["value"] == 1
    for figure in (*found["cohen_kappa"].values(), found["fleiss_kappa"], *found["icc"].values()):
        assert figure["value"] is None and "All ratings are the same level" in figure["note"]
    a_file.write_text(as_csv([(2, 3)] * 9), encoding="utf-8")
    assert "too few to say" in figures(a_file, capsys)["cohen_kappa"]["linear"]["note"]


@pytest.mark.parametrize(
    "data",
    [
        as_csv(SHROUT_FLEISS).encode("utf-8-sig"),
        as_csv(SHROUT_FLEISS, "ITEM;Rater;Rating").encode(),
        as_csv(SHROUT_FLEISS, "Item\tObserver\tLevel").replace("\n", "\r\n").encode(),
        ("sep=;\n" + as_csv(SHROUT_FLEISS, "item;rater;level")).encode(),
        ("\n" + as_csv(SHROUT_FLEISS) + ",,\n\n").encode(),
        as_csv(SHROUT_FLEISS).replace("rater 1", "\"  Rater   1\"", 2).encode(),
        "\n".join(
            f"{level},“a, b; c”,rater {j},{'%s'}".replace("%s", f"group {i}").replace("“a, b; c”", '"a, b; c"')
            for i, row in enumerate([*SHROUT_FLEISS])
            for j, level in [(-1, 0), *enumerate(row)]
            if j >= 0
        ).join(["Level,Remark,Observer,Item\n", "\n"]).encode(),
    ],
    ids=["mark", "semicolons", "tabs", "sep", "empty lines", "spaces and capitals", "other order and a remark"],
)  # fmt: skip
def test_csv_as_people_keep_it(data: bytes, a_file: Path, capsys: Said) -> None:
    a_file.write_bytes(data)
    found = figures(a_file, capsys)
    assert (found["n_items"], found["n_observers"], found["n_ratings"]) == (6, 4, 24)
    assert round(found["icc"]["ICC(2,1)"]["value"], 2) == 0.29


HEADER = "item,observer,level\n"
WRONG = [
    ("empty", b"", "The file is empty."),
    ("blank", b" \n\n", "The file is empty."),
    ("a mark only", b"\xef\xbb\xbf", "The file is empty."),
    ("one endless line", b"x" * 200_000, "far too long"),
    ("only separators", b",,\n,,\n", "The file is empty."),
    ("header only", HEADER.encode(), "The file has a header and no ratings below it."),
    ("workbook", b"PK\x03\x04 and more", "This is a workbook or a document, and no csv file."),
    ("Latin letters", HEADER.encode() + "Café,Asha,3\n".encode("cp1252"), "The file is not written in UTF-8."),
    ("UTF-16", HEADER.encode("utf-16"), "The file is not written in UTF-8."),
    ("zeros", b"item,observer,level\na,\0b,3\n", "it holds more than text"),
    ("no level", b"item,observer,score\na,b,3\n",
     "Row 1, the header, has no column “level” (or “rating”). It has “item”, “observer” and “score”."),
    ("no header", b"g1,Asha,3\n",
     "has no column “item”, “observer” (or “rater”) or “level” (or “rating”). It has “g1”, “Asha” and “3”."),
    ("level twice", b"item,observer,level,rating\na,b,3,4\n", "has the column “level” (or “rating”) twice"),
    ("words", HEADER.encode() + b"a,b,3\na,c,alone\n",
     "Row 3, level: “alone” is not a number. Use the level's number, such as 3; leave it empty for “not seen”."),
    ("not a number", HEADER.encode() + b"a,b,nan\n", "Row 2, level: “nan” is not a number."),
    ("endless", HEADER.encode() + b"a,b,inf\n", "Row 2, level: “inf” is not a number."),
    ("power", HEADER.encode() + b"a,b,1e300\n", "Row 2, level: “1e300” is not a number."),
    ("other digits", HEADER.encode() + "a,b,٣\n".encode(), "Row 2, level: “٣” is not a number."),
    ("no item", HEADER.encode() + b",b,3\n", "Row 2, item: it is empty."),
    ("no observer", HEADER.encode() + b"a,,3\n", "Row 2, observer: it is empty."),
    ("short row", HEADER.encode() + b"a\n", "Row 2, observer: it is empty."),
    ("more cells", HEADER.encode() + b"a, b,c,3\n", "Row 2: it has more cells than the header."),
    ("twice", HEADER.encode() + b"a,Asha,3\nb,Asha,2\nA,asha ,4\n",
     "Rows 2 and 4: Asha rated a in both. Keep one of them, or leave one level empty."),
    ("open quote", HEADER.encode() + b'"a,b,3\n', "a quotation mark is not closed"),
    ("huge cell", HEADER.encode() + b"a" * 200_000 + b",b,3\n", "far too long"),
    ("long name", HEADER.encode() + b"a" * 201 + b",b,3\n", "is longer than 200 characters"),
    ("terminal", HEADER.encode() + b"a\x1b[2J,b,3\n", "Row 2, item: “a?[2J” holds a character that cannot be shown."),
    ("too big", b"x" * (MOST_BYTES + 1), "The file is bigger than 5 MB, the most."),
    ("too many rows", HEADER.encode() + b"".join(b"%d,b,3\n" % i for i in range(MOST_ROWS + 1)),
     "more than 20,000 rows"),
    ("too many observers", HEADER.encode() + b"".join(b"a,%d,3\n" % i for i in range(MOST_OBSERVERS + 1)),
     "The file has 31 observers; the most is 30."),
]  # fmt: skip


@pytest.mark.parametrize(("data", "because"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
def test_a_wrong_file_has_one_clear_answer(data: bytes, because: str, a_file: Path, capsys: Said) -> None:
    a_file.write_bytes(data)
    said = refused(a_file, capsys)
    assert because in said and "\x1b" not in said


def test_all_problems_are_told_at_once_and_the_rest_counted(a_file: Path, capsys: Said) -> None:
    a_file.write_text(HEADER + "".join(f"a{i},b,no\n" for i in range(MOST_PROBLEMS + 7)), encoding="utf-8")
    lines = refused(a_file, capsys).splitlines()
    assert len(lines) == MOST_PROBLEMS + 2 and lines[0].startswith("Row 2, level: “no” is not a number.")
    assert lines[-2:] == ["And 7 more problems.", "Nothing was worked out."]


def test_a_level_that_is_not_on_the_scale(a_file: Path, capsys: Said) -> None:
    assert "level: “4” is not on the scale 1 to 3." in refused(a_file, capsys, "--levels", "1-3")
    a_file.write_text(HEADER + "a,b,2.5\n", encoding="utf-8")
    assert "Row 2, level: “2.5” is not on the scale 0 to 6." in refused(a_file, capsys, "--levels", "0-6")


def test_no_such_file(tmp_path: Path, capsys: Said) -> None:
    assert "cannot be opened" in refused(tmp_path / "none.csv", capsys)
    assert "cannot be opened" in refused(tmp_path, capsys)
    assert "no name of a file" in refused(Path("a\0b"), capsys)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text('iI,;\t"\n\r 1.2-ab\u00e9\x1b\u2028', max_size=60), st.sampled_from(["", HEADER, "level;rater;item\n"]))
def test_whatever_stands_in_it_is_read_or_refused_in_words(below: str, header: str) -> None:
    try:
        ratings = read_ratings((header + below).encode())
    except Refused as refused:
        assert "Nothing was worked out." in str(refused) and "\x1b" not in str(refused)
    else:
        assert all(one.item and one.observer and "\x1b" not in one.item + one.observer for one in ratings)


@pytest.mark.parametrize("flags", [["--levels", "4-1"], ["--levels", "one"], ["--bands", "best"], ["--levels"]])
def test_called_wrongly(flags: list[str], a_file: Path, capsys: Said) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["agreement", str(a_file), *flags])
    assert ended.value.code == 2 and capsys.readouterr().out == ""


@pytest.mark.proof
def test_the_biggest_file_is_worked_out_while_one_waits(a_file: Path, capsys: Said) -> None:
    """As many rows, observers and levels as are taken: some 5 seconds of computing."""
    items = MOST_ROWS // MOST_OBSERVERS
    rows = [[(i * 7 + j * j) % MOST_LEVELS for j in range(MOST_OBSERVERS)] for i in range(items)]
    a_file.write_text(as_csv(rows), encoding="utf-8")
    began = time.process_time()
    assert len(figures(a_file, capsys)["pairs_of_observers"]) == MOST_OBSERVERS * (MOST_OBSERVERS - 1) // 2
    assert time.process_time() - began < 60
