"""Who is meant by a name as people write it."""

import pytest

from tcsuper.rules.matching import Candidate, Names, as_full_name, folded

BEN, MAIR, ZOE, JAMES, MARTIN, BENJAMIN, NA, ALI = range(1, 9)
EVERYBODY = Names(
    [
        Candidate(BEN, "Ben Ellis", "004711"),
        Candidate(MAIR, "Mair Wyn"),
        Candidate(ZOE, "Zoë O’Neill-Łukasz"),
        Candidate(JAMES, "James Martin"),
        Candidate(MARTIN, "Martin James"),
        Candidate(BENJAMIN, "Benjamin Ellis"),
        Candidate(NA, "Ana Na"),
        Candidate(ALI, "محمد علي"),
    ]
)


@pytest.mark.parametrize(
    ("written", "number", "who"),
    [
        ("Ben Ellis", "", BEN),
        ("  ELLIS,   ben ", "", BEN),
        ("CM Ben Ellis", "", BEN),
        ("Ellis, Mr Ben", "", BEN),
        ("zoe oneill lukasz", "", ZOE),
        ("ZOE O'NEILL-LUKASZ", "", ZOE),
        ("علي محمد", "", ALI),
        ("NA, Ana", "", NA),
        ("", "004711", BEN),
        ("B. Ellis", "004711", BEN),
        ("Benny Ellis", "004711", BEN),
        ("Mair Wyn", "4711", MAIR),
    ],
)
def test_the_same_words_or_the_number_are_exact(written: str, number: str, who: int) -> None:
    assert EVERYBODY.meant(written, number).exact == who


@pytest.mark.parametrize(
    ("written", "number", "likely"),
    [
        ("B. Ellis", "", (BEN, BENJAMIN)),
        ("Benny Ellis", "", (BEN, BENJAMIN)),
        ("Bem Elis", "", (BEN,)),
        ("Mair", "", (MAIR,)),
        ("James Martin", "", (JAMES, MARTIN)),
        ("Ben Ellis (nights)", "", (BEN, BENJAMIN)),
        ("Ben Ellis", "4711", (BEN, BENJAMIN)),
        ("Mair Wyn", "004711", (BEN, MAIR)),
        ("NA", "", (NA,)),
        ("Somebody Else", "", ()),
        ("", "", ()),
        ("-", "99", ()),
    ],
)
def test_everything_else_is_offered_and_never_merged(written: str, number: str, likely: tuple[int, ...]) -> None:
    found = EVERYBODY.meant(written, number)
    assert (found.exact, found.likely) == (None, likely)


def test_two_people_of_one_name_are_both_likely() -> None:
    names = Names([Candidate(1, "Ben Ellis", "1"), Candidate(2, "Ben Ellis", "2")])
    assert names.meant("Ben Ellis").exact is None
    assert set(names.meant("Ben Ellis").likely) == {1, 2}
    assert names.meant("Ben Ellis", "2").exact == 2


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Ellis, Ben", "Ben Ellis"),
        ("Mr Ben  Ellis", "Ben Ellis"),
        ("Dr. Zoë O’Neill", "Zoë O’Neill"),
        ("McDonald, Ann Marie", "Ann Marie McDonald"),
        ("Cher", "Cher"),
    ],
)
def test_a_new_name_is_stored_as_it_is_written_first_name_first(written: str, stored: str) -> None:
    assert as_full_name(written) == stored


def test_folding_is_for_comparing() -> None:
    assert folded("Ellis-Jones, Mrs Zoë") == folded("zoe ellis jones") == ("ellis", "jones", "zoe")
