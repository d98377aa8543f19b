"""The sentences that tell whom a quoted sentence means, looked up in its article."""

from index.library import Library
from index.text.sentences import paragraphs
from rag.answer import Evidence, Passage
from rag.ranking.mentions import introducing


def introductions(evidence: Evidence, library: Library) -> list[Evidence]:
    """Return the sentences of the same article that tell whom a quoted sentence means."""
    summary, sentence = evidence.passage.article, evidence.sentence
    articles = library.articles
    article, sentences, chunks = articles.get(summary.id), articles.sentences(summary.id), articles.chunks(summary.id)
    if article is None or article.text[sentence.start : sentence.end] != evidence.text:
        return []  # another process replaced the article meanwhile
    texts = [article.text[each.start : each.end] for each in sentences]
    found: list[Evidence] = []
    for index in introducing(texts, paragraphs(article.text, sentences), sentence.index):
        chunk = next((chunk for chunk in chunks if chunk.first <= index <= chunk.last), None)
        if chunk:
            held = sentences[chunk.first : chunk.last + 1]
            found.append(Evidence(sentences[index], Passage(chunk, summary, held, None, None, 0.0), evidence.relevance))
    return [each for each in found if each.text in texts]
