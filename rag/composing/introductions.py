"""Finds introductions: the sentences of an article that identify the people in a quoted sentence."""

from dataclasses import replace

from index.library import Library
from index.text.sentences import paragraphs
from rag.answer import Evidence, Passage
from rag.ranking.mentions import introducing

# chunks that are read: a long newspaper article has 30, a book of 20 MB has 25,000
_BEFORE, _AFTER = 100, 5


def introductions(evidence: Evidence, library: Library) -> list[Evidence]:
    """Return the sentences of the same article, not too far away, that identify the people in a quoted sentence."""
    summary, sentence = evidence.passage.article, evidence.sentence
    chunks = library.articles.around(evidence.passage.chunk, _BEFORE, _AFTER)
    sentences = [each for _, held in chunks for each in held]
    if not any(each == sentence for each in sentences):
        return []  # another process has replaced the article
    first = sentences[0]
    text = library.articles.text(summary.id, first.start, sentences[-1].end)
    placed = [replace(each, start=each.start - first.start, end=each.end - first.start) for each in sentences]
    texts = [text[each.start : each.end] for each in placed]
    here = sentence.index - first.index
    if texts[here] != evidence.text:
        return []
    introducers: list[Evidence] = []
    for at in introducing(texts, paragraphs(text, placed), here):
        chunk, held = next(each for each in chunks if each[0].first <= sentences[at].index <= each[0].last)
        passage = Passage(chunk, summary, held, None, None, 0.0)
        introducers.append(Evidence(sentences[at], passage, evidence.relevance))
    return [each for each in introducers if each.text in texts]
