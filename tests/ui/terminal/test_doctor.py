"""The command that checks the installation and the library."""

from pathlib import Path

from index.library import Library
from tests.support.command_line import PIER, Onrecord, Rows


def test_doctor_finds_a_sound_library(onrecord: Onrecord, sample: Library) -> None:
    assert "Everything is in order." in onrecord("doctor", library=sample.folder).out


def test_doctor_tells_by_its_exit_code(onrecord: Onrecord, rows: Rows, tmp_path: Path) -> None:
    path = rows(PIER)
    onrecord("add", path)
    assert onrecord("doctor").code == 0
    library = Library(tmp_path / "mine")
    library.vectors.delete(list(library.vectors.ids()))
    library.close()
    assert onrecord("doctor").code == 1
    assert onrecord("add", path).code == 0
    assert onrecord("doctor").code == 0
