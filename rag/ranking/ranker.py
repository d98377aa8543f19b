"""Ranks the sentences of the best passages and estimates the chance that the best one answers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from index.embedder import Embed
from index.errors import LibraryError
from index.library import Library
from rag.answer import Evidence, Passage
from rag.ranking.confidence import confidence, confidence_by_words, confidence_unread
from rag.ranking.cross_encoder import CrossEncoder
from rag.ranking.cross_language import chance_across
from rag.ranking.features import QuestionFeatures, question_features, score_sentences
from rag.ranking.people import about_others
from rag.ranking.scoring import rank_sentences
from rag.refusals import Notice, ranked_by_similarity

READ = 12
"""Default number of passages to read."""
_SURE = 0.4
"""A chance from which on the language of the sentence is not asked for."""
_LATIN_END = 0x250


class Ranking(NamedTuple):
    """A question's features, its evidence, best first, and the chance that the best one answers."""

    question: QuestionFeatures
    evidence: list[Evidence]
    chance: float


class Ranker:
    """Ranks sentences with the trained reader, or by similarity if it is missing or does not know the script.

    `most` is the number of passages to read; `similarity_only` turns the reader off. If the reader is missing,
    `notices` says so.
    """

    def __init__(self, library: Library, most: int = READ, similarity_only: bool = False) -> None:
        self._library = library
        self.most = most
        self.notices: tuple[Notice, ...] = ()
        self._embed: Embed = library.embed
        self._reader: CrossEncoder | None = None
        try:
            self._reader = None if similarity_only else CrossEncoder()
        except LibraryError as error:
            self.notices = (ranked_by_similarity(error),)

    def rank(self, question: str, passages: Sequence[Passage]) -> Ranking:
        """Return the sentences of the passages as ranked evidence, with the chance that the best one answers."""
        vector = self._library.question_vector(question)
        frequencies, chunks = self._library.full_text.frequencies, self._library.articles.chunk_count()
        features = question_features(question, frequencies, chunks, vector)
        features = replace(features, about_others=about_others(question, passages))
        if self._reader and _is_latin(question):
            evidence = rank_sentences(features, passages, self._reader.read(question, passages))
            chance = confidence(evidence, passages)
            if chance < _SURE:
                chance = max(chance, chance_across(question, evidence))
            return Ranking(features, evidence, chance)
        evidence = score_sentences(features, passages, self._embed)
        if _is_latin(question):
            return Ranking(features, evidence, confidence_unread(features, evidence, passages))
        return Ranking(features, evidence, confidence_by_words(features, evidence))


def _is_latin(question: str) -> bool:
    """Return whether at least half of a question's letters are Latin, the only script that the reader knows."""
    letters = [char for char in question if char.isalpha()]
    return 2 * sum(ord(char) < _LATIN_END for char in letters) >= len(letters)
