"""How sure a rule is, as a badge: a word, a shape and a colour. Fixed words only."""

from tcsuper.rules.standing import Tone

MARKS = {
    "sure": ("sure", Tone.GOOD),
    "likely": ("likely", Tone.NEUTRAL),
    "unsure": ("unsure", Tone.AMBER),
    "product default": ("product default", Tone.GREY),
    "service": ("set by your service", Tone.GOOD),
    "not set": ("not set yet", Tone.GREY),
}
LEGEND = (
    "How sure each one is: sure and likely as our sources say; unsure: confirm it; product default: our choice and "
    "nobody's rule; set by your service: your own."
)


def mark_badge(mark: str) -> tuple[str, Tone]:
    """The words and the tone of a mark; one that is not known is as good as unsure."""
    return MARKS.get(mark, MARKS["unsure"])
