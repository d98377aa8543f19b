"""What a spec may name, and how one that cannot be used is reported."""

import subprocess
import sys

import pytest

from rag.llm.errors import LanguageModelError
from rag.llm.ollama import address_of
from rag.llm.spec import model

KEY = "sk-Quite-Secret-0123456789"


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ONRECORD_LLM_KEY", "OLLAMA_HOST", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_what_the_screen_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    remote = model(" openai:gpt-4o-mini ")
    assert (remote.spec, remote.name, remote.host) == ("openai:gpt-4o-mini", "gpt-4o-mini", "api.openai.com")
    assert not remote.is_local
    assert KEY not in repr(vars(remote))
    assert model("https://llm.example/v1#org/tiny:latest").name == "org/tiny:latest"


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://localhost:8080/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://10.0.0.1:8080/v1", False),
        ("http://127.0.0.1.example:8080/v1", False),
    ],
)
def test_what_is_local(address: str, local: bool) -> None:
    assert model(f"{address}#tiny").is_local is local


@pytest.mark.parametrize(
    "spec",
    [
        "",
        KEY,
        "gpt-4o",
        "openai:",
        "mistral:large",
        "http://127.0.0.1:8080/v1",
        "http://127.0.0.1:8080/v1#",
        "http://#tiny",
        "http://127.0.0.1:port/v1#tiny",
        "http://127.0.0.1:99999/v1#tiny",
        f"http://me:{KEY}@127.0.0.1/v1#tiny",
        f"http://127.0.0.1/v1?key={KEY}#tiny",
        "http://[::1/v1#tiny",
        "openai:gpt\n4",
    ],
)
def test_a_spec_that_cannot_be_used(spec: str) -> None:
    with pytest.raises(LanguageModelError, match=r"^[^\n]+: write [^\n]+\.$") as caught:
        model(spec)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("limits", [(0, 1), (1, -1), (float("nan"), 1)])
def test_time_limits_are_more_than_nothing(limits: tuple[float, float]) -> None:
    with pytest.raises(LanguageModelError, match="more than 0 seconds"):
        model("http://127.0.0.1/v1#tiny", *limits)


def test_a_missing_key() -> None:
    with pytest.raises(LanguageModelError, match="set OPENAI_API_KEY"):
        model("openai:gpt-4o-mini")


def test_a_key_that_is_none_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_LLM_KEY", f"{KEY}\u2019\nx")
    with pytest.raises(LanguageModelError, match="ONRECORD_LLM_KEY contains invalid characters") as caught:
        model("http://127.0.0.1/v1#tiny")
    assert KEY not in str(caught.value)


def test_a_model_that_does_not_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(LanguageModelError, match=r"gpt-5\.2-pro is not a chat model") as caught:
        model("openai:gpt-5.2-pro")
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("extra", ["anthropic", "ollama"])
def test_a_missing_extra_is_named(extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, f"llama_index.llms.{extra}", None)
    with pytest.raises(LanguageModelError, match=rf"run pip install 'onrecord\[{extra}\]'\.$"):
        model(f"{extra}:tiny")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("127.0.0.1:11434", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("https://llm.example", "https://llm.example:443"),
        ("http://[::1]:99/ollama", "http://[::1]:99/ollama"),
    ],
)
def test_the_address_of_ollama(given: str, address: str) -> None:
    assert address_of(given) == address


def test_importing_is_light() -> None:
    code = "import sys, rag.llm.spec; print(sorted({'httpx', 'openai', 'llama_index', 'pydantic'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
