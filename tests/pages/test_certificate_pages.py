"""A certificate as a file, as it stands on screen: sent in, opened, and let go of."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import func, select
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1 import local_script_runner as runner

from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import EvidenceFile, TrainingRecord
from tcsuper.services.evidence_files import SentFile, send_in_certificate
from tcsuper.settings import ROOT
from tests.competence import add_courses
from tests.files import PDF, png
from tests.people import Cast, make_cast
from tests.signing_in import sign_in

TRAINING = ROOT / "pages" / "training.py"
LAST_WEEK = today() - timedelta(days=7)


@pytest.fixture
def cast(page_database: str) -> Cast:
    with writing() as db:
        made = make_cast(db)
        add_courses(db, made)
        return made


def opened(page: Path, cast: Cast, who: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    return steady(AppTest.from_file(str(page), default_timeout=60).run())


def steady(at: AppTest) -> AppTest:
    assert not at.exception, [one.value for one in at.exception]
    return at


def words_on(at: AppTest) -> str:
    kinds = (at.markdown, at.caption, at.info, at.error, at.success, at.subheader)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def press(at: AppTest, label: str) -> AppTest:
    return steady(next(button for button in at.button if button.label == label).click().run())


def to_open(at: AppTest) -> list[str]:
    labels = [one.proto.label.replace("\\", "") for one in at.get("download_button")]
    return [label for label in labels if label.startswith("Open")]


def send_in(cast: Cast, *files: SentFile, who: str = "Ben") -> None:
    with writing() as db:
        by = actor_for_staff(db, cast.id(who))
        send_in_certificate(db, by=by, course_code="tcat_1", completed_on=LAST_WEEK, files=files)


def stored() -> list[str]:
    with reading() as db:
        return list(db.exec(select(EvidenceFile.file_name).order_by(EvidenceFile.file_name)))


class _Held:
    """What the server keeps of uploads, as the runs of a page leave it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.managers: list[MemoryUploadedFileManager] = []

        def kept(*given: Any) -> MemoryUploadedFileManager:
            self.managers.append(MemoryUploadedFileManager(*given))
            return self.managers[-1]

        monkeypatch.setattr(runner, "MemoryUploadedFileManager", kept)

    def files(self) -> list[str]:
        last = self.managers[-1].file_storage
        return [file.name for files in last.values() for file in files.values()]


def test_a_certificate_is_sent_in_with_its_file_and_the_server_lets_go_of_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T12, T19. Seen to fail without `once_saved`: the server kept certificate.pdf after it was saved."""
    held = _Held(monkeypatch)
    ben = opened(TRAINING, cast, "Ben", monkeypatch)
    ben.file_uploader[0].upload("certificate.pdf", PDF, "application/pdf")
    press(ben, "Send it in")  # without a course: nothing is saved, and the file stays
    assert "Choose a course from the list." in words_on(ben)
    assert stored() == [] and held.files() == ["certificate.pdf"]
    next(box for box in ben.selectbox if box.label == "Course or qualification").set_value("tcat_1")
    press(ben, "Send it in")
    assert stored() == ["certificate.pdf"] and held.files() == []
    assert "Sent in with it: certificate.pdf (1 kB)." in words_on(ben) and to_open(ben) == ["Open"]
    assert not any(button.label == "Confirm" for button in ben.button)


def test_a_refused_file_says_why_and_nothing_is_saved(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = opened(TRAINING, cast, "Ben", monkeypatch)
    next(box for box in ben.selectbox if box.label == "Course or qualification").set_value("tcat_1")
    ben.file_uploader[0].upload("certificate.pdf", b"MZ" + b"\0" * 99, "application/pdf")
    press(ben, "Send it in")
    assert "what is in it is no pdf. Nothing was uploaded." in words_on(ben)
    with reading() as db:
        assert db.exec(select(func.count()).select_from(TrainingRecord)).one() == 0


def test_a_further_file_is_added_to_what_was_sent_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    send_in(cast, SentFile("certificate.pdf", PDF))
    ben = opened(TRAINING, cast, "Ben", monkeypatch)
    ben.file_uploader[-1].upload("scan.png", png(), "image/png")
    press(ben, "Add the file")
    assert stored() == ["certificate.pdf", "scan.png"]
    assert to_open(ben) == ["Open certificate.pdf", "Open scan.png"]


def test_a_manager_opens_it_beside_confirming_and_in_the_cell(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    send_in(cast, SentFile("certificate.pdf", PDF))
    asha = opened(TRAINING, cast, "Asha", monkeypatch)
    assert to_open(asha) == ["Open"] and any(one.label == "Confirm" for one in asha.button)
    person = next(box for box in asha.selectbox if box.label == "Person" and box.placeholder == "Choose a person")
    steady(person.set_value(cast.id("Ben")).run())
    assert to_open(asha) == ["Open", "Open"]
    assert "by Ben: certificate.pdf" in words_on(asha)


@pytest.mark.parametrize("who", ["Carol", "Dev", "Bela"])
def test_nobody_else_is_offered_it(cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    send_in(cast, SentFile("certificate.pdf", PDF))
    at = opened(TRAINING, cast, who, monkeypatch)
    assert to_open(at) == [] and "certificate.pdf" not in words_on(at)


def test_a_long_name_is_shortened_on_its_button_and_whole_beside_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "Certificate of the course held in May for the whole team.pdf"
    send_in(cast, SentFile(name, PDF), SentFile("scan.png", png()))
    ben = opened(TRAINING, cast, "Ben", monkeypatch)
    assert to_open(ben) == ["Open Certificate o…team.pdf", "Open scan.png"]
    assert f"{name} (1 kB) and scan.png (1 kB)" in words_on(ben)
