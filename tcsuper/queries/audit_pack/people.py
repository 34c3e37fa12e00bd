"""Of an audit pack: who works there, who came and who went."""

from tcsuper import words
from tcsuper.queries.audit_pack.asked import Area, Asked
from tcsuper.queries.bound import Evidence
from tcsuper.reports.pack import PackTable


def people_area(asked: Asked) -> Area:
    """Posts as they were held in the period and on the date."""
    names = Evidence(asked.db, sorted({one[0] for one in asked.posts}), asked.on, asked.known_on).names
    lines = [
        (asked.whom(staff, names[staff]), role, asked.communities[place], start, end)
        for staff, place, role, start, end in asked.posts
    ]
    lines.sort(key=lambda line: (line[2], line[0], line[3]))
    there = [one for one in lines if one[3] <= asked.on and (one[4] is None or one[4] >= asked.on)]
    came = [one for one in lines if asked.since <= one[3] <= asked.until]
    went = [one for one in lines if one[4] is not None and asked.since <= one[4] <= asked.until]
    return Area(
        "People and posts",
        (
            f"On {words.day(asked.on)} {words.count(len(asked.people), 'person has a post', 'people have a post')} in "
            f"these communities. In the period {words.count(len(came), 'post')} began and {len(went)} ended.",
        ),
        (
            PackTable(
                "People in post",
                ("Person", "Role", "Community", "In post since", "Last day"),
                there,
                total=(words.count(len(asked.people), "person", "people"), words.count(len(there), "post"), "", "", ""),
                nothing="Nobody has a post in these communities on this date.",
            ),
            PackTable(
                "Came and went",
                ("Person", "Role", "Community", "Started", "Last day"),
                [*came, *(one for one in went if one not in came)],
                note="Posts that began or ended in the period; somebody who changed role has both.",
                nothing="Nobody came and nobody went in the period.",
            ),
        ),
    )
