"""Headings of a session: kept as they read when they were chosen, and counted over several records."""

from tcsuper.rules.themes import FUNCTIONS, MODES, Count, Function, Heading, Mode, Tags, balance_of

BOUNDARIES, TEAM = Heading("boundaries", "Boundaries"), Heading("team", "Working with the team")
ALL = Tags((BOUNDARIES, TEAM), (Function.NORMATIVE, Function.RESTORATIVE), (Mode.WIDER_CONTEXT,))


def test_what_is_stored_reads_back_the_same() -> None:
    odd = Tags((Heading("own", "Ŵyn’s “no” \\ 'x' مريم"),))
    for tags in (ALL, odd, Tags()):
        assert Tags.read(tags.stored()) == tags
    assert Tags.read("") == Tags() and Tags().is_empty and not ALL.is_empty


def test_the_three_functions_and_the_seven_eyes_are_all_in_words() -> None:
    assert len(FUNCTIONS) == len(Function) == 3 and len(MODES) == len(Mode) == 7


def test_headings_in_sentences_name_only_what_is_there() -> None:
    assert Tags((BOUNDARIES,)).in_sentences() == ["Themes: Boundaries."]
    assert ALL.in_sentences() == [
        "Themes: Boundaries; Working with the team.",
        "Functions: Normative: keeping to standards; Restorative: support.",
        "Looked at: 7. The wider context.",
    ]


def test_a_theme_is_one_theme_whatever_it_was_called_when() -> None:
    tagged = [ALL, Tags((Heading("boundaries", "Keeping time"),)), Tags((Heading("gone", "Gone"),)), Tags()]
    balance = balance_of(tagged, {"boundaries": "Boundaries and time", "team": "Team"})
    assert balance.records == 4
    assert balance.themes == (Count("Boundaries and time", 2), Count("Gone", 1), Count("Team", 1))


def test_a_function_that_never_came_up_is_counted_too_and_none_where_none_is_tagged() -> None:
    assert balance_of([Tags((TEAM,))], {}).functions == ()
    counts = balance_of([ALL, ALL], {}).functions
    assert [one.records for one in counts] == [2, 0, 2]
    assert [one.label for one in counts] == list(FUNCTIONS.values())
