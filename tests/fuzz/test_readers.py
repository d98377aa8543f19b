"""Damaged files of every format give articles or a reason, and hang nothing."""

import zipfile
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.sources.filetype import kind
from index.sources.load import article_of
from index.sources.readers import items
from index.text.dates import iso_date
from tests.support.fuzzing import damaged, fuzzed, within_limits

FIXTURES = Path(__file__).parents[1] / "fixtures"
FORMATS = "csv docx eml epub feed html jsonl md mhtml odt pdf rtf txt".split()


def samples(name: str) -> list[bytes]:
    files = sorted(path for path in (FIXTURES / name).iterdir() if not path.with_suffix("").suffix and path.is_file())
    return [path.read_bytes() for path in files if path.stat().st_size < 200_000]


@cache
def whole(name: str) -> list[bytes]:
    """Return the samples of a format, each read once before the clock runs: that loads the libraries it needs."""
    found = samples(name)
    iso_date("quux 7 zzz 2019")  # the first date in no language makes dateparser load all its languages: some seconds
    for content in found:
        with suppress(SourceError):
            [article_of(item) for item in items(content, f"a.{name}") if not item.reason]
    return found


def read(content: bytes, name: str) -> None:
    """Read a file as `add` does: anything but an article or a reason fails."""
    with within_limits(), suppress(SourceError):
        for item in items(content, name):
            assert bool(item.text.strip()) != bool(item.reason)
            if not item.reason:
                article_of(item)


@pytest.mark.parametrize("name", FORMATS)
@fuzzed(6)
@given(data=st.data())
def test_no_damaged_file_fells_its_reader(name: str, data: st.DataObject) -> None:
    read(data.draw(damaged(whole(name))), f"a.{name}")


@pytest.mark.parametrize("name", ["docx", "epub", "odt"])
@fuzzed(6)
@given(data=st.data())
def test_no_damaged_part_of_a_zipped_document_fells_its_reader(name: str, data: st.DataObject) -> None:
    with zipfile.ZipFile(BytesIO(data.draw(st.sampled_from(whole(name))))) as zipped:
        parts = {part: zipped.read(part) for part in zipped.namelist()}
    hit = data.draw(st.sampled_from(sorted(parts)))
    parts[hit] = data.draw(damaged([parts[hit], *(part for part in parts.values() if part)]))
    read(packed(parts), f"a.{name}")


@fuzzed(10)
@given(data=st.data())
def test_no_damaged_archive_fells_its_reader(data: st.DataObject) -> None:
    names = st.text(st.sampled_from("abc./\\~ é\u202e"), min_size=1, max_size=12)
    inner = packed({data.draw(names): data.draw(damaged(whole("txt")))})
    content = packed({data.draw(names): inner, "b.csv": data.draw(damaged(whole("csv")))})
    read(data.draw(damaged([content]) | st.just(content)), "a.zip")


@fuzzed(30)
@given(data=st.data())
def test_the_type_of_any_bytes_is_told(data: st.DataObject) -> None:
    content = data.draw(damaged(whole(data.draw(st.sampled_from(FORMATS)))))
    with within_limits(), suppress(SourceError):
        kind(content, "a")


def packed(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return out.getvalue()
