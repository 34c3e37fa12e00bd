"""Words that people typed are text, never Markdown: an image link in a name would call a stranger's server."""

import re

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|:~$^=&\"'@/])")


def plain(text: str) -> str:
    """The same words inside a label, caption or message, whatever signs they contain."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))
