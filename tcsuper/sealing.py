"""Confidential words are stored sealed: encrypted and proven unchanged, under a key that is not in the database.

`seal(row, "sealed_text", words)` puts them into a row, `unseal(row, "sealed_text")` gives them back; `seal_bytes` and
`unseal_bytes` do the same with a file. Only services that have checked who reads call them, so loading a row shows
nothing. Each text is bound to its table, its column and its record: moved to another one it cannot be opened
(AES-256-GCM, the binding as associated data).

The key file (`settings.key_file()`) has one key a line, base64, the newest first. New texts are sealed with the first;
the others still open what was sealed with them, and older backups.
"""

import base64
import binascii
import hashlib
import os
import secrets
import stat
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import SQLModel

from tcsuper import settings
from tcsuper.errors import Refused, WrongSetup
from tcsuper.models import Base

FORMAT, NAME_BYTES, NONCE_BYTES, KEY_BYTES = b"\x01", 4, 12, 32
CANNOT_BE_OPENED = "This text cannot be opened with the keys of this service. Tell your administrator."

# ---------------------------------------------------------------------------------------------------------------------
# Words in and out of a row


def seal(row: SQLModel, column: str, words: str) -> None:
    """Encrypt `words` into `row.column` with the newest key. The row needs no id yet when its key is a record_id."""
    seal_bytes(row, column, words.encode())


def seal_bytes(row: SQLModel, column: str, content: bytes) -> None:
    key, nonce = _keys()[0], secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, content, _bound_to(row, column))
    setattr(row, column, FORMAT + name_of(key) + nonce + sealed)


def unseal(row: SQLModel, column: str) -> str:
    """The words of `row.column`; "" when there are none. Raises Refused when no key opens them, or when they were
    changed or moved."""
    return unseal_bytes(row, column).decode()


def unseal_bytes(row: SQLModel, column: str) -> bytes:
    sealed: bytes | None = getattr(row, column)
    if sealed is None:
        return b""
    name, nonce, text = _parts(sealed)
    key = next((key for key in _keys() if name_of(key) == name), None)
    try:
        if key is None:
            raise InvalidTag
        return AESGCM(key).decrypt(nonce, text, _bound_to(row, column))
    except InvalidTag as changed:
        raise Refused(CANNOT_BE_OPENED) from changed


def is_sealed_with_newest(sealed: bytes) -> bool:
    return _parts(sealed)[0] == name_of(_keys()[0])


def sealed_columns() -> list[tuple[type[SQLModel], str]]:
    """Every sealed column of the models, for those who have to go through all of them."""
    return [
        (mapper.class_, column.key)
        for mapper in sorted(Base._sa_registry.mappers, key=str)
        for column in mapper.columns
        if column.key.startswith("sealed_")
    ]


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    name_end = len(FORMAT) + NAME_BYTES
    return sealed[len(FORMAT) : name_end], sealed[name_end : name_end + NONCE_BYTES], sealed[name_end + NONCE_BYTES :]


def _bound_to(row: SQLModel, column: str) -> bytes:
    """The record, not the version: the next version of a record may carry the same words."""
    record: Any = getattr(row, "record_id", None)
    if record is None:
        record = sa.inspect(type(row)).primary_key[0].key
        record = getattr(row, record)
    assert record is not None, "a row without a name cannot be told from another"
    return f"{type(row).__name__}.{column}:{record}".encode()


# ---------------------------------------------------------------------------------------------------------------------
# The keys


def name_of(key: bytes) -> bytes:
    """What a sealed text says of its key: enough to find it, nothing of it."""
    return hashlib.sha256(b"tcsuper key name" + key).digest()[:NAME_BYTES]


def make_key_file() -> None:
    """A file with a first key, unless there is one. Two processes that start together make one file."""
    path = settings.key_file()
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _written_beside(path, _new_key() + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other process was first
    finally:
        draft.unlink()


def add_key() -> None:
    """A new key in front: what is sealed from now on uses it, in every process, at once."""
    path = settings.key_file()
    draft = _written_beside(path, _new_key() + "\n" + path.read_text(encoding="ascii"))
    draft.replace(path)


def check_keys() -> None:
    """Raises WrongSetup with one line that says what is wrong with the key file."""
    _keys()


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _written_beside(path: Path, lines: str) -> Path:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _keys() -> tuple[bytes, ...]:
    """Newest first. Looked at on every use, since another process may have added one."""
    path = settings.key_file()
    try:
        found = path.stat()
    except FileNotFoundError as missing:
        raise WrongSetup(
            f"The key file {path} is missing. Put it back from its safe copy; without it nobody can open "
            "the confidential texts."
        ) from missing
    return _read_keys(path, found.st_mtime_ns, found.st_ino, found.st_mode)


@lru_cache(maxsize=4)
def _read_keys(path: Path, _changed_at: int, _file: int, file_mode: int) -> tuple[bytes, ...]:
    if os.name == "posix" and file_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise WrongSetup(f"Others on this machine can read the key file {path}. Run: chmod 600 {path}")
    try:
        keys = tuple(base64.b64decode(line, validate=True) for line in path.read_text(encoding="ascii").split())
    except (binascii.Error, UnicodeDecodeError) as odd:
        raise WrongSetup(f"The key file {path} is damaged: each line must be one key in base64.") from odd
    if not keys:
        raise WrongSetup(f"The key file {path} is empty. Put it back from its safe copy.")
    if any(len(key) < KEY_BYTES or len(set(key)) < KEY_BYTES // 2 for key in keys):
        raise WrongSetup(f"A key in {path} is too short or too regular: {KEY_BYTES} random bytes are needed.")
    return keys
