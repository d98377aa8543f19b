"""The API for programs (`gradio_client`) and assistants (MCP).

Callers read the docstrings of the three functions, so those say what an assistant needs to know.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import gradio as gr
from gradio.events import api
from pydantic import ValidationError

from index.errors import OnrecordError, QuestionError
from index.library import Library
from rag.engine import Engine
from rag.filters import FilterRow, Filters, named_articles
from rag.retrieval.hybrid import HybridRetriever
from rag.understanding.history import read_history
from rag.understanding.standalone import read_question
from ui.server.places import Places

_MOST_PASSAGES = 50
_FILTERS = ("since", "until", "source", "author", "in")
_FACTS = ("id", "title", "source", "published", "url", "author", "updated", "language", "text")
Json = dict[str, Any]
Result = TypeVar("Result")


def build(engine: Engine, library: Library, places: Places) -> None:
    """Offer `/ask`, `/search` and `/show`; their questions share the chat's queue."""
    retriever = HybridRetriever(library)

    def in_turn(work: Callable[[], Result]) -> Result:
        with places.stand() as place:
            for _ in place.waiting():
                continue
            return _in_words(work)

    def ask(
        question: str,
        history: list[dict[str, str]] | None = None,
        filters: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the library's articles with exact, cited sentences, or refuse if they don't say.

        Args:
            question: The question, in plain words.
            history: The earlier turns, each {"role": "user" or "assistant", "content": text}; optional.
            filters: The articles to search, any of {"since": date, "until": date, "source": [part of a name],
                "author": [part of a name], "in": [ID, URL or title]}; optional.

        Returns:
            The object that 'onrecord ask --json' prints: answer, refused, reason, statements, citations and more.
        """
        return in_turn(lambda: _ask(engine, library, question, history, filters))

    def search(query: str, limit: int = 10) -> list[dict[str, Any]]:
        """Find the passages of the library's articles that best match a question or some words.

        Args:
            query: A question or words.
            limit: The largest number of passages, 1 to 50.

        Returns:
            The passages, best first: article_id, title, source, published, url, text, start, end.
        """
        return in_turn(lambda: _search(retriever, query, limit))

    def show(article_id: str) -> dict[str, Any]:
        """Return one article of the library with its full text.

        Args:
            article_id: The article's ID, as given in citations and passages.

        Returns:
            The article: id, title, source, published, url, author, updated, language, text.
        """
        return _in_words(lambda: _show(library, article_id))

    # further calls wait in Gradio's queue, which tells programs its length
    for each in (ask, search, show):
        api(each, api_name=each.__name__, concurrency_limit=places.count, concurrency_id="programs")


def read_filters(given: object, library: Library) -> Filters:
    """Return filters from their JSON; raises QuestionError for an unknown name or a wrong type."""
    names = ", ".join(_FILTERS)
    if given is not None and not isinstance(given, Mapping):
        raise QuestionError(f"The filters are not a JSON object: give {{{names}}}, or some of them.")
    try:
        row = FilterRow.model_validate(given or {})
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0])[:40]
        if problem["type"] == "extra_forbidden":
            raise QuestionError(f"There is no filter “{name}”: the filters are {names}.") from None
        wanted = "a date such as 2024-05-31" if name in ("since", "until") else "a string or a list of strings"
        raise QuestionError(f"The filter “{name}” must be {wanted}.") from None
    return Filters(row.since, row.until, row.source, row.author, named_articles(row.in_, library))


def _ask(engine: Engine, library: Library, question: str, history: object, filters: Mapping[str, Any] | None) -> Json:
    options = replace(engine.options, filters=read_filters(filters, library))
    return engine.ask(question, read_history(history or []), options).to_json()


def _search(retriever: HybridRetriever, query: str, limit: int) -> list[Json]:
    if not 1 <= limit <= _MOST_PASSAGES:
        raise QuestionError(f"A search cannot return {limit} passages: ask for 1 to {_MOST_PASSAGES}.")
    passages: list[Json] = []
    for passage in retriever.passages(read_question(query))[:limit]:
        facts = {name: getattr(passage.article, name) for name in ("title", "source", "published", "url")}
        start, end = passage.sentences[0].start, passage.sentences[-1].end
        passages.append(
            {"article_id": passage.article.id, **facts, "text": passage.chunk.text, "start": start, "end": end}
        )
    return passages


def _show(library: Library, article_id: str) -> Json:
    article = library.articles.get(article_id)
    if article is None:
        raise QuestionError("There is no article with this ID: 'search' returns the IDs.")
    return {name: getattr(article, name) for name in _FACTS}


def _in_words(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except OnrecordError as error:
        raise gr.Error(str(error), print_exception=False) from error
