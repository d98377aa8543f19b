"""Full-text search over chunks: SQLite FTS5 with BM25, and trigrams for scripts without spaces between words."""

import json
import re
from collections.abc import Collection, Iterable, Sequence

from rapidfuzz.distance import OSA

from index.store.database import Database
from index.text.english import terms
from index.text.numbers import amounts, spellings
from index.text.scripts import UNSPACED, seen

_WORD = re.compile(r"[^\W_]+")
_NEAR = 5  # maximum distance in words
_TOGETHER = 1000  # chunks read per batch


class FullText:
    """The full-text index of all chunks and article titles. Safe to share between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, article_id: str) -> None:
        """Index the chunks of an article that is in the article store."""
        rows = self._database.rows("SELECT row FROM chunks WHERE article_id = ? ORDER BY row", article_id)
        with self._database.change():
            for begin in range(0, len(rows), _TOGETHER):
                self._put([row for (row,) in rows[begin : begin + _TOGETHER]])

    def _put(self, chunks: list[int]) -> None:
        sql = (
            "SELECT chunks.row, articles.title, chunks.text FROM chunks "
            "JOIN articles ON articles.id = chunks.article_id WHERE chunks.row IN (SELECT value FROM json_each(?))"
        )
        known = self._database.rows(sql, json.dumps(chunks))
        rows = [(row, seen(title), seen(text)) for row, title, text in known]
        unspaced = [row for row in rows if UNSPACED.search(f"{row[1]}{row[2]}")]
        with self._database.change() as db:
            db.executemany("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", rows)
            db.executemany("INSERT INTO trigrams (rowid, title, text) VALUES (?, ?, ?)", unspaced)

    def remove(self, article_id: str) -> None:
        """Remove the chunks of an article from the index. The article must still be in the article store."""
        with self._database.change() as db:
            for table in ("words", "trigrams"):
                sql = f"DELETE FROM {table} WHERE rowid IN (SELECT row FROM chunks WHERE article_id = ?)"
                db.execute(sql, (article_id,))

    def search(self, question: str, limit: int, among: Collection[str] | None = None) -> list[tuple[str, float]]:
        """Return ids and BM25 scores (higher is better) of the chunks that share words with `question`.

        `among` restricts the search to the articles with these ids; None searches all.
        """
        scores: dict[str, float] = {}
        for table, query in (("words", _words_query(question)), ("trigrams", _trigram_query(question))):
            for chunk_id, score in self._match(table, query, limit, among) if query else ():
                scores[chunk_id] = max(score, scores.get(chunk_id, score))
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def _match(self, table: str, query: str, limit: int, among: Collection[str] | None) -> list[tuple[str, float]]:
        # Passed as one JSON value, because SQLite limits the number of values in a query.
        within = "" if among is None else "AND chunks.article_id IN (SELECT value FROM json_each(?)) "
        sql = (
            f"SELECT chunks.id, -bm25({table}) FROM {table} JOIN chunks ON chunks.row = {table}.rowid "
            f"WHERE {table} MATCH ? {within}ORDER BY bm25({table}), chunks.id LIMIT ?"
        )
        ids = [] if among is None else [json.dumps(list(among))]
        return self._database.rows(sql, query, *ids, limit)

    def articles_with(self, phrase: str) -> set[str]:
        """Return the ids of the articles that contain these words in sequence, ignoring inflection and diacritics."""
        words = _phrase(phrase)
        if not words:
            return set()
        if UNSPACED.search(words):
            found, query = "trigrams.title LIKE ?1 OR trigrams.text LIKE ?1", f"%{words}%"
        else:
            found, query = "words MATCH ?1", f'"{words}"'
        table = found.split(".")[0].split()[0]
        sql = f"SELECT DISTINCT article_id FROM {table} JOIN chunks ON chunks.row = {table}.rowid WHERE {found}"
        return {row[0] for row in self._database.rows(sql, query)}

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return the number of chunks in which each Porter-stemmed term occurs."""
        sql = "SELECT doc FROM vocabulary WHERE term = ?"
        rows = {term: self._database.rows(sql, term) for term in terms}
        return {term: int(str(counted[0][0])) if counted else 0 for term, counted in rows.items()}

    def terms_from(self, beginning: str) -> list[tuple[str, int]]:
        """Return the Porter-stemmed terms with this prefix, each with the number of chunks in which it occurs."""
        sql = "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ?"
        return self._database.rows(sql, beginning, beginning[:-1] + chr(ord(beginning[-1]) + 1))

    def stand_near(self, term: str, others: Sequence[str]) -> bool:
        """Return whether a stemmed term occurs within a few words of one of the others in any chunk."""
        near = " OR ".join(f'NEAR("{term}" "{other}", {_NEAR})' for other in others if _WORD.fullmatch(other))
        return bool(near and self._database.rows("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", near))

    def shown(self, term: str, like: str) -> tuple[str | None, str | None]:
        """Return the word most similar to `like` among those of one article with the stem `term`, and its language."""
        sql = (
            "SELECT words.title || ' ' || words.text, articles.language FROM words "
            "JOIN chunks ON chunks.row = words.rowid JOIN articles ON articles.id = chunks.article_id "
            "WHERE words MATCH ? LIMIT 1"
        )
        for text, language in self._database.rows(sql, f'"{term}"'):
            words = (word for word in _WORD.findall(text) if terms(word) == [term])
            return min(words, key=lambda word: OSA.distance(word.lower(), like), default=None), language
        return None, None

    def count(self) -> int:
        """Return the number of indexed chunks."""
        return self._database.count("words")


def _words_query(question: str) -> str:
    """Return an FTS5 query of the words joined by OR, with the alternative spellings of large numbers.

    Each word is quoted, as a raw question can be an FTS5 syntax error.
    """
    words = [word.lower() for word in _WORD.findall(seen(question))]
    written = [_phrase(each) for number in sorted(amounts(question)) for each in spellings(number)]
    return " OR ".join(f'"{word}"' for word in dict.fromkeys([*words, *written]))


def _phrase(text: str) -> str:
    return " ".join(_WORD.findall(seen(text)))


def _trigram_query(question: str) -> str:
    runs = UNSPACED.findall(seen(question))
    trigrams = dict.fromkeys(run[i : i + 3] for run in runs for i in range(len(run) - 2))
    return " OR ".join(f'"{trigram}"' for trigram in trigrams)
