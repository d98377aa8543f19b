"""A real library in a temporary folder, and no way out of this machine."""

from index.settings import turn_off_telemetry

turn_off_telemetry()

import json  # noqa: E402
import socket  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from eval.sample.library import SAMPLE_ARTICLES  # noqa: E402
from index.library import Library  # noqa: E402
from rag.engine import Engine  # noqa: E402

# No timed assertions: a slow machine is not a failure.
settings.register_profile("untimed", deadline=None)
settings.register_profile("long", deadline=None, max_examples=2000)  # tests.support.fuzzing
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the user's own library and settings out of every test."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("ONRECORD_LIBRARY", raising=False)


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse every connection of this process that would leave the machine."""
    connect = socket.socket.connect

    def checked(self: socket.socket, address: Any) -> None:
        here = self.family == socket.AF_UNIX or str(address[0]) in ("127.0.0.1", "::1", "localhost")
        assert here, f"a test reached for {address}"
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", checked)
        yield


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    yield made
    made.close()


@pytest.fixture
def engine(library: Library) -> Engine:
    return Engine(library)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    made = Library(tmp_path_factory.mktemp("sample") / "library")
    made.add_all([str(SAMPLE_ARTICLES)])
    yield made
    made.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], str]:
    """Write a file under the temporary folder and return its path."""

    def written(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return written


@pytest.fixture
def rows(write: Callable[[str, str | bytes], str]) -> Callable[..., str]:
    """Write a JSONL file of the given rows and return its path."""

    def written(*given: dict[str, Any], name: str = "rows.jsonl") -> str:
        return write(name, "\n".join(json.dumps(row) for row in given))

    return written
