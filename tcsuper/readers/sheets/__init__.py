"""The sheets that people keep: bytes → `Table`s → `Understood`. The words of it are in rules/importing.py.

`read_tables` reads any file, `tables_of` does so in a process of its own and is what everybody else calls;
`understand` says what one table holds, with what somebody told about it.
"""

from tcsuper.readers.sheets.apart import tables_of
from tcsuper.readers.sheets.files import read_tables
from tcsuper.readers.sheets.understand import understand, understand_all

__all__ = ["read_tables", "tables_of", "understand", "understand_all"]
