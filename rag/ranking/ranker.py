"""Reading: the best passages in, their sentences out, ranked, with the chance that the best one answers."""

from collections.abc import Sequence

from index.embedder import Embed
from index.errors import LibraryError
from index.library import Library
from rag.answer import Evidence, Passage
from rag.ranking.confidence import confidence, confidence_unread
from rag.ranking.cross_encoder import Reader
from rag.ranking.cross_lingual import evidence_across
from rag.ranking.features import Asked, asked, score_sentences
from rag.ranking.scoring import rank_sentences
from rag.understanding.standalone import is_latin

READ = 12
"""How many passages are read."""


class PassageReader:
    """Reads passages with the trained reader, or by likeness where it is missing or does not know the script.

    `most` passages are to be read; with `likeness_alone` the reader is not used. `notice` says in one sentence that
    the reader is missing, and why; else it is None.
    """

    def __init__(self, library: Library, most: int = READ, likeness_alone: bool = False) -> None:
        self._library = library
        self.most = most
        self._embed: Embed = library.embed
        self._reader, self.notice = (None, None) if likeness_alone else _loaded()

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Asked, list[Evidence], float]:
        """Return the question made ready, the evidence, best first, and the chance that the best one answers."""
        vector = self._library.question_vector(question)
        compared = asked(question, self._library.full_text.frequencies, self._library.articles.chunk_count(), vector)
        evidence, chance = self._ranked(question, compared, passages)
        across = evidence_across(question, passages, vector, self._embed)
        if across and across[0].relevance > chance:
            return compared, across, across[0].relevance
        return compared, evidence, chance

    def _ranked(self, question: str, compared: Asked, passages: Sequence[Passage]) -> tuple[list[Evidence], float]:
        if self._reader and is_latin(question):
            evidence = rank_sentences(compared, passages, self._reader.read(question, passages))
            return evidence, confidence(evidence, passages)
        evidence = score_sentences(compared, passages, self._embed)
        return evidence, confidence_unread(compared, evidence, passages)


def _loaded() -> tuple[Reader | None, str | None]:
    try:
        return Reader(), None
    except LibraryError as error:
        return None, f"The reader is missing, so sentences were found by likeness alone. {error}"
