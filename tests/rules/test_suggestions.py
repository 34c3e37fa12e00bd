import pytest

from tcsuper.rules.suggestions import Option, meaningful, suggestions

TITLES = (
    *("TCAT 1", "Control and restraint", "First aid at work", "Safeguarding", "Custodial Care NVQ 3"),
    *("Supervision qualification", "Psychotherapy training", "Professional background"),
    *("Registered with a professional body", "HCPC practitioner psychologist", "Live register checked"),
    *("Individual clinical supervision", "Group clinical supervision", "Supervision of supervision"),
    *("Group facilitation", "Boundaries and safety", "Recording", "Risk", "Feedback to residents"),
    *("TC values and culture", "Integrating creative work", "Report writing", "Room to think"),
)
SUPERVISING = (
    *("Supervision of supervision", "Individual clinical supervision", "Group clinical supervision"),
    "Supervision qualification",
)
REGISTERED = ("Live register checked", "Registered with a professional body")


def found(text: str, area: str = "") -> list[str]:
    return [one.option.title for one in suggestions(text, "", area, [Option(title, title) for title in TITLES])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Supervise the team, singly and in groups.", SUPERVISING),
        ("Acts as clinical supervisor to individual colleagues.", SUPERVISING),
        ("Supervises those who supervise others.", ("Supervision of supervision", "Supervision qualification")),
        ("Facilitate small groups and community meetings.", ("Group facilitation",)),
        ("Run small groups on the wing each morning.", ("Group facilitation",)),
        ("Be the first-aider on shift.", ("First aid at work",)),
        ("Respond to incidents and give first aid until help comes.", ("First aid at work",)),
        ("Assess risk and write it up.", ("Risk",)),
        ("Keep the risks of each resident under review.", ("Risk",)),
        ("Put safeguarding first.", ("Safeguarding",)),
        ("Know what to do for the protection of children.", ("Safeguarding",)),
        ("Put saefguarding first.", ("Safeguarding",)),
        ("Complete therapeutic community training in the first year.", ("TCAT 1",)),
        ("Hold TCAT and keep it.", ("TCAT 1",)),
        ("Stay registered throughout.", REGISTERED),
        ("Keep up your registration with the NMC.", REGISTERED),
        ("Is a member of a professional body.", REGISTERED),
        ("Use control and restraint where it cannot be avoided.", ("Control and restraint",)),
        ("Restrain, as a last resort.", ("Control and restraint",)),
        ("Give feedback to residents after each session.", ("Feedback to residents",)),
        ("Write court reports.", ("Report writing",)),
        ("Keep case notes and other paperwork in order.", ("Recording",)),
        ("Live by the values and the culture of the community.", ("TC values and culture",)),
        ("Hold the boundaries and keep the room safe.", ("Boundaries and safety",)),
        ("Bring creative work into treatment.", ("Integrating creative work",)),
        ("Teach psychotherapy to trainees.", ("Psychotherapy training",)),
        ("Practise as an HCPC registered psychologist.", REGISTERED),
    ],
)
def test_what_speaks_of_the_same_is_suggested(text: str, expected: tuple[str, ...]) -> None:
    assert set(expected) <= set(found(text)), found(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Authorise financial statements and manage the delegated budget.",
        "Attend the weekly round of meetings.",
        "Act as Supervising Officer at night.",
        "Give evidence as a professional or expert witness.",
        "Take an active part in a working group.",
        "Encourage staff and residents to engage.",
        "Provide individual care to every resident in the community.",
        "Help with national training and specialist tasks.",
        "Evaluate what the service achieves.",
        "Lead treatment planning with other departments.",
        "You will be responsible for ensuring appropriate staff support as required.",
        "Llevar la risa a la sala",
        "1234 !!! ??? ***",
    ],
)
def test_what_speaks_of_nothing_they_ask_gets_nothing(text: str) -> None:
    assert found(text) == []


def test_a_suggestion_says_which_words_made_it_those_of_most_weight_first() -> None:
    one, *_ = suggestions("Supervises staff in groups.", "", "", [Option(7, "Group clinical supervision")])
    assert (one.option.key, one.words) == (7, ("supervision", "groups"))
    assert one.because == "Suggested because both speak of supervision and groups."


def test_the_most_alike_comes_first() -> None:
    assert found("Facilitate groups, and report any risk")[:2] == ["Group facilitation", "Risk"]
    scores = [one.score for one in suggestions("Supervise", "", "", [Option(0, one) for one in TITLES])]
    assert scores == sorted(scores, reverse=True) and min(scores) >= 60


def test_short_title_stands_for_a_text_that_is_not_there_and_not_beside_one() -> None:
    risk = [Option(0, "Risk")]
    assert suggestions("", "Assess risk", "", risk) and suggestions("  ", "Assess risk", "", risk)
    assert not suggestions("Attend the meeting.", "Assess risk", "", risk)


def test_the_area_adds_to_a_likeness_and_makes_none() -> None:
    area = "Assessment, risk and reports"
    assert found("Attend the meeting.", area) == []
    without, within = (
        next(one for one in suggestions("Raise concerns", "", of, [Option(0, "Risk and concerns")]))
        for of in ("", area)
    )
    assert without.score < within.score == 100


def test_forms_of_a_word_count_as_one_and_everyday_words_as_none() -> None:
    assert meaningful("Supervises, supervising and supervisors’ supervision") == {"supervision"}
    assert meaningful("You should ensure that the staff do their duties") == frozenset()
    assert meaningful("Evaluate plans") == {"evaluate", "plan"}
