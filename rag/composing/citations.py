"""Builds citations of evidence, numbered 1, 2, 3 in order of first use."""

from dataclasses import replace

from rag.answer import Citation, Evidence


def citation(evidence: Evidence, number: int = 0) -> Citation:
    """Return the citation of a sentence; its number is 0 until `Numbering` assigns one."""
    article = evidence.passage.article
    page = article.page(evidence.sentence.start)
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        # PDF viewers use this fragment to open the page (RFC 8118)
        url=f"{article.url}#page={page}" if article.url and page else article.url,
        source=article.source,
        published=article.published,
        sentence=evidence.text,
        start=evidence.sentence.start,
        end=evidence.sentence.end,
        span=evidence.span,
        page=page,
        relevance=evidence.relevance,
    )


class Numbering:
    """Assigns numbers to the cited sentences."""

    def __init__(self) -> None:
        self._numbered: dict[tuple[str, int], Citation] = {}

    def number(self, cited: Citation) -> int:
        """Return the number of a citation; a sentence cited before keeps its number."""
        key = cited.article_id, cited.start
        return self._numbered.setdefault(key, replace(cited, number=len(self._numbered) + 1)).number

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations so far, in numerical order."""
        return tuple(self._numbered.values())
