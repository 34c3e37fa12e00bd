"""Passwords: how they are stored, compared, made and judged. None is ever kept, logged or shown again."""

import base64
import hashlib
import logging
import re
import secrets
from functools import lru_cache
from pathlib import Path

logging.disable()  # importing the library wakes Streamlit, which warns five times that there is no screen
from streamlit_authenticator import Hasher  # noqa: E402

logging.disable(logging.NOTSET)

SHORTEST, LONGEST = 8, 128
PRODUCT_WORDS = "tcsuper supervision supervisor therapeutic community competency password welcome".split()
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike when read out or written down
NOBODYS_HASH = "$2b$12$8hug5bDpl43h3pmDWMRkEuX7CQJDAq.TjDWWNX49HvaVvptj/ySFK"
"""Of a random password, thrown away: a name that nobody has costs the same work as one that somebody has."""


def hash_password(password: str) -> str:
    return Hasher.hash(_shortened(password))


def password_matches(password: str, stored: str) -> bool:
    """The same work whether or not there is anything to compare with."""
    return Hasher.check_pw(_shortened(password), stored or NOBODYS_HASH) and bool(stored)


def _shortened(password: str) -> str:
    """bcrypt refuses more than 72 bytes, so a long password is not cut: its digest, as text, takes its place."""
    return base64.b64encode(hashlib.sha256(password.encode()).digest()).decode()


def single_use_password() -> str:
    """Four groups of four, about 79 bits: easy to read out, too many to guess."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def problem_with(password: str, *own_words: str) -> str:
    """Why this cannot be a password, or nothing. Exactly as typed: no composition rules, nothing trimmed or cut."""
    if len(password) < SHORTEST:
        return f"Use {SHORTEST} characters or more."
    if len(password) > LONGEST:
        return f"Use {LONGEST} characters or fewer."
    easy = {_only_letters(word) for word in (*PRODUCT_WORDS, *own_words)} - {""}
    if password.lower() in common_passwords() or _is_made_of(_only_letters(password), easy):
        return "This is one of the first passwords that would be guessed. Choose another."
    return ""


def _is_made_of(letters: str, words: set[str]) -> bool:
    """One of the words, or several of them in a row: `supervisioncompetency`."""
    reached = {0}
    for at in range(len(letters)):
        if at in reached:
            reached |= {at + len(word) for word in words if letters.startswith(word, at)}
    return bool(letters) and len(letters) in reached


def _only_letters(text: str) -> str:
    """So that `TCsuper-2026!` counts as the word it is made of."""
    return re.sub(r"[\W\d_]", "", text).lower()


@lru_cache
def common_passwords() -> frozenset[str]:
    """The 20,000 most common as Django ships them (Royce Williams' list, BSD), those of 8 characters or more."""
    file = Path(__file__).parents[1] / "common_passwords.txt"
    return frozenset(file.read_text(encoding="utf-8").splitlines())
