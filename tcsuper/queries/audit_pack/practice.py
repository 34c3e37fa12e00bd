"""Of an audit pack: observed practice and competencies signed off. In counts in every form: a pack is for others, and
nobody's ratings go out by name or code, nor a figure that would tell of a few."""

from collections import defaultdict
from collections.abc import Sequence

import pandas as pd

from tcsuper import words
from tcsuper.queries.audit_pack.asked import Area, Asked, Picture, share
from tcsuper.queries.sign_offs import sign_offs_by_standing
from tcsuper.queries.standards_below import StandardCount, below_frame, standards_below
from tcsuper.reports.pack import PackTable, Value
from tcsuper.rules.small_groups import safe_to_show
from tcsuper.rules.standing import LEFT_OUT

AT_STANDARD = "Practice observed, by standard"


def practice_area(asked: Asked) -> Area:
    found = standards_below(asked.db, viewer=asked.counting, on=asked.on)
    counts = [one for one in found if one.community in set(asked.communities.values())]
    counts.sort(key=lambda one: (one.community, one.set_name, one.standard))
    lines: list[tuple[Value, ...]] = [
        (
            one.community,
            one.set_name,
            one.standard,
            one.judged - one.below,
            one.judged,
            share(one.judged - one.below, one.judged),
            one.not_yet,
        )
        for one in counts
    ]
    table = PackTable(
        AT_STANDARD,
        ("Community", "Set", "Standard", "At or above", "Of those judged", "Per cent", "Not yet observed"),
        lines,
        note=f"From {asked.smallest} people judged up, and as at {words.day(asked.viewer.on)}: on another day two "
        "packs would differ by one person. No total: standards are never averaged.",
        nothing=f"On no standard are {asked.smallest} people judged whose figure may be given.",
    )
    worst = sorted((one for one in counts if one.below), key=lambda one: -one.share)[:10]
    pictures = {}
    if worst:
        frame, most = bars_of(worst), worst[0]
        says = (
            f"Where the largest share is below: {most.standard} in {most.community}, {most.below} of {most.judged} "
            f"people judged."
        )
        pictures[AT_STANDARD] = Picture("practice", frame, says)
    return Area("Observed practice", (), (table, *_signed_off(asked)), pictures)


def bars_of(worst: Sequence[StandardCount]) -> pd.DataFrame:
    """A bar for each standard of each community: two of one name would lie on one another."""
    frame = below_frame(worst)
    if len({one.community for one in worst}) > 1:
        frame["label"] = [f"{one.standard}, {one.community}" for one in worst]
    return frame


def _signed_off(asked: Asked) -> list[PackTable]:
    """People whose competencies are signed off in date, of those of whom any is asked."""
    if asked.is_counts:
        return []
    people: dict[str, set[int]] = defaultdict(set)
    met: dict[int, list[bool]] = defaultdict(list)
    for row in sign_offs_by_standing(asked.db, sorted(asked.people), asked.on, asked.known_on):
        if row.standing.status not in LEFT_OUT:
            met[row.staff_id].append(row.standing.is_met)
    for staff_id, place, _, start, end in asked.posts:
        if staff_id in met and start <= asked.on and (end is None or end >= asked.on):
            people[asked.communities[place]].add(staff_id)
    shown = safe_to_show({name: frozenset(theirs) for name, theirs in people.items()}, asked.smallest)
    lines: list[tuple[Value, ...]] = []
    for name, theirs in sorted(people.items()):
        if name in shown:
            signed = [one for person in theirs for one in met[person]]
            lines.append((name, len(theirs), sum(signed), len(signed), share(sum(signed), len(signed))))
    return [
        PackTable(
            "Competencies signed off",
            ("Community", "People", "Signed off in date", "Of those required", "Per cent"),
            lines,
            note=f"Each standard that a post requires, of each person. From {asked.smallest} people up.",
            nothing=f"In no community are {asked.smallest} people asked for a sign-off.",
        )
    ]
