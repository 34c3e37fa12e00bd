"""A file as tables: what it is, is told by its content and never by its name."""

from pathlib import PurePath

from tcsuper.readers.sheets.csv_file import csv_table
from tcsuper.readers.sheets.json_file import json_tables
from tcsuper.readers.sheets.letters import decoded
from tcsuper.readers.sheets.refusing import refuse_markup, refuse_other_files
from tcsuper.readers.sheets.xlsx_file import workbook_tables
from tcsuper.rules.importing import Table

LONGEST_TITLE = 60
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def read_tables(content: bytes, file_name: str) -> tuple[Table, ...]:
    """The tables of a csv, xlsx or JSON file; the name is only the title of a csv. Raises NotASheet: why not, and what
    to do. For files from anywhere call `tables_of`, which reads in a process of its own."""
    refuse_other_files(content)
    if content.startswith(_ZIP):
        return workbook_tables(content)
    text, warnings = decoded(content)
    refuse_markup(text)
    if text.lstrip()[:1] in ("{", "["):
        return json_tables(text)
    title = PurePath(file_name.replace("\\", "/")).stem.strip()[:LONGEST_TITLE]
    return (csv_table(text, title or "Sheet", warnings),)
