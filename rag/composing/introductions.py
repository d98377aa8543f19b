"""Finds introductions: the sentences of an article that identify the people in a quoted sentence."""

from index.library import Library
from index.text.sentences import paragraphs
from rag.answer import Evidence, Passage
from rag.ranking.mentions import introducing


def introductions(evidence: Evidence, library: Library) -> list[Evidence]:
    """Return the sentences of the same article that identify the people in a quoted sentence."""
    summary, sentence = evidence.passage.article, evidence.sentence
    articles = library.articles
    article, sentences, chunks = articles.get(summary.id), articles.sentences(summary.id), articles.chunks(summary.id)
    if article is None or article.text[sentence.start : sentence.end] != evidence.text:
        return []  # another process has replaced the article
    texts = [article.text[each.start : each.end] for each in sentences]
    introducers: list[Evidence] = []
    for index in introducing(texts, paragraphs(article.text, sentences), sentence.index):
        chunk = next((chunk for chunk in chunks if chunk.first <= index <= chunk.last), None)
        if chunk:
            held = sentences[chunk.first : chunk.last + 1]
            passage = Passage(chunk, summary, held, None, None, 0.0)
            introducers.append(Evidence(sentences[index], passage, evidence.relevance))
    return [each for each in introducers if each.text in texts]
