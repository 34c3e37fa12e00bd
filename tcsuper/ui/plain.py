"""Words that people typed are text, never Markdown: an image link in a name would call a stranger's server."""

import re

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|:~$^=&\"'@/])")


LINKS = re.compile(r"(?i)(://|www(?=\.)|@|:(?=material_|streamlit:))")
UNSEEN = "\u2060"
"""A word joiner: without it a link is made of a typed web or e-mail address and a picture of “:material_home:”, however
their signs are escaped."""


def plain(text: str) -> str:
    """The same words inside a label, caption or message, whatever signs they contain."""
    return MARKUP.sub(r"\\\1", LINKS.sub(rf"\1{UNSEEN}", " ".join(text.split())))
