"""Every command through `main`, in this process."""

import gc
import io
from pathlib import Path

import pytest

from tests.support.command_line import Onrecord, Result
from ui.terminal.cli import main


@pytest.fixture
def onrecord(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Onrecord:
    """Run a command line as the console script does; the library is the temporary one unless named."""

    def run(*arguments: str, given: str = "", library: Path | None = None) -> Result:
        where = ("--library", str(library or tmp_path / "mine"))
        monkeypatch.setattr("sys.argv", ["onrecord", *arguments[:1], *where, *arguments[1:]])
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        gc.enable()  # a single `ask` turns it off for its short life
        return Result(int(ended.value.code or 0), *capsys.readouterr())

    return run
