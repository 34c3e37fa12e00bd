"""How somebody's own view lies beside what observers saw: in words, and never mixed into a status.

Source: domain, section 9: self-rating is stored beside, never mixed in. Nothing is reckoned with the difference.
"""

from tcsuper import words


def beside_observed(own: int | None, observed: int | None) -> str:
    """ "one level higher than observed"; empty where there is no own view."""
    if own is None:
        return ""
    if observed is None:
        return "not observed yet"
    if own == observed:
        return "as observed"
    apart = abs(own - observed)
    how_far = "one level" if apart == 1 else words.count(apart, "level")
    return f"{how_far} {'higher' if own > observed else 'lower'} than observed"


def own_views_beside(titles: list[tuple[str, int | None, int | None]], whose: str) -> str:
    """In a sentence or two, over several standards: (title, own view, observed). `whose`: "You see yourself". Empty
    while nobody has both."""
    both = [(title, own - observed) for title, own, observed in titles if own is not None and observed is not None]
    if not both:
        return ""
    higher = [f"“{title}”" for title, apart in both if apart > 0]
    lower = [f"“{title}”" for title, apart in both if apart < 0]
    alike = len(both) - len(higher) - len(lower)
    named = [("higher", words.listed(higher)), ("lower", words.listed(lower))]
    parts = [f"{how} than observed on {which}" for how, which in named if which]
    parts += [f"as observed on {words.count(alike, 'standard')}"] if alike else []
    return f"{whose} {'; '.join(parts)}."
