"""Words that people typed are text, never Markdown: an image link in a name would call a stranger's server."""

import re

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|:~$^=&\"'@/])")


LINKS = re.compile(r"(?i)(://|www(?=\.)|@)")
UNSEEN = "\u2060"
"""A word joiner: without it Markdown makes a link of a typed web or e-mail address, however its signs are escaped."""


def plain(text: str) -> str:
    """The same words inside a label, caption or message, whatever signs they contain."""
    return MARKUP.sub(r"\\\1", LINKS.sub(rf"\1{UNSEEN}", " ".join(text.split())))
