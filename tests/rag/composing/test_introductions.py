"""Introductions are looked for near a quoted sentence, however long its article."""

import pytest

from index.library import Library
from rag.answer import Evidence, Passage
from rag.composing.introductions import introductions
from tests.support.command_line import Rows

FILLER = "The council spoke about the roads, the price of hay and the tide tables, and put off what it could. "
INTRODUCED = "The engineer Marit Solvang joined the harbour board in the spring. "
QUOTED = "Solvang wants to mend the pier before the winter storms."


@pytest.mark.parametrize("paragraphs", [2, 1200])
def test_a_surname_is_introduced_without_reading_the_whole_article(
    library: Library, rows: Rows, monkeypatch: pytest.MonkeyPatch, paragraphs: int
) -> None:
    far = "\n\n".join([FILLER * 8] * paragraphs)
    text = f"{far}\n\n{INTRODUCED}\n\n{FILLER}{QUOTED}\n\n{far}"
    next(library.add([rows({"id": "long", "title": "Harbour", "text": text})]))
    (located,) = library.articles.located(
        [library.full_text.search("mend the pier before the winter storms", 1)[0][0]]
    ).values()
    sentence = next(each for each in located.sentences if text[each.start : each.end] == QUOTED)
    read: list[str] = []
    part = library.articles.text
    monkeypatch.setattr(library.articles, "text", lambda *given: read.append(part(*given)) or read[-1])
    monkeypatch.setattr(library.articles, "get", None)
    passage = Passage(located.chunk, located.article, located.sentences, None, None, 0.0)
    (found,) = introductions(Evidence(sentence, passage, 1.0), library)
    assert found.text == INTRODUCED.strip()
    assert len(read[0]) < 150_000
