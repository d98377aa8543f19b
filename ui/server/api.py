"""Other ways in than the screen: what programs (`gradio_client`) and assistants (MCP) may call.

The docstrings of the three functions are what callers read, so they tell what an assistant needs to know.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import gradio as gr
from gradio.events import api

from index.errors import OnrecordError, QuestionError
from index.library import Library
from rag.answer import Passage
from rag.engine import Engine
from rag.filters import Filters, named_articles
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
    """Offer `/ask`, `/search` and `/show`; what they ask stands in line with the chat's questions."""
    retriever = HybridRetriever(library)

    def in_turn(work: Callable[[], Result]) -> Result:
        with places.stand() as place:
            for _ in place.waiting():
                continue
            return _told(work)

    def ask(
        question: str,
        history: list[dict[str, str]] | None = None,
        filters: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the saved articles with exact, cited sentences, or refuse where they do not tell.

        Args:
            question: The question, in plain words.
            history: The turns before it, each {"role": "user" or "assistant", "content": text}; may be left out.
            filters: Which articles to ask, any of {"since": date, "until": date, "source": [part of a name],
                "author": [part of a name], "in": [id, URL or title]}; may be left out.

        Returns:
            The object that 'onrecord ask --json' prints: answer, refused, reason, statements, citations and more.
        """
        return in_turn(lambda: _ask(engine, library, question, history, filters))

    def search(query: str, limit: int = 10) -> list[dict[str, Any]]:
        """Find the passages of the saved articles that fit a question or some words best.

        Args:
            query: A question or words.
            limit: How many passages at most, 1 to 50.

        Returns:
            The passages, best first: article_id, title, source, published, url, text, start, end.
        """
        return in_turn(lambda: _search(retriever, query, limit))

    def show(article_id: str) -> dict[str, Any]:
        """Return one saved article with its whole text.

        Args:
            article_id: The article's id, as citations and passages name it.

        Returns:
            The article: id, title, source, published, url, author, updated, language, text.
        """
        return _told(lambda: _show(library, article_id))

    # who does not stand in line yet waits in Gradio's queue, which tells programs how long it is
    for each in (ask, search, show):
        api(each, api_name=each.__name__, concurrency_limit=places.count, concurrency_id="programs")


def read_filters(given: Mapping[str, Any] | None, library: Library) -> Filters:
    """Return filters from their JSON: since, until, and source, author, in as a text or a list of texts.

    Raises QuestionError for another name or kind.
    """
    if given is not None and not isinstance(given, Mapping):
        raise QuestionError("The filters are no JSON object: give {" + ", ".join(_FILTERS) + "}, or some of them.")
    for name in given or {}:
        if name not in _FILTERS:
            raise QuestionError(f"There is no filter “{name[:40]}”: the filters are {', '.join(_FILTERS)}.")
    named = {name: _texts(name, (given or {}).get(name)) for name in _FILTERS}
    since, until = ((named[name] or (None,))[0] for name in ("since", "until"))
    return Filters(since, until, named["source"], named["author"], named_articles(named["in"], library))


def _texts(name: str, given: object) -> tuple[str, ...]:
    texts = [given] if isinstance(given, str) else given or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise QuestionError(f"The filter “{name}” is neither a text nor a list of texts: give one of them.")
    return tuple(texts)


def _ask(engine: Engine, library: Library, question: str, history: object, filters: Mapping[str, Any] | None) -> Json:
    options = replace(engine.options, filters=read_filters(filters, library))
    return engine.ask(question, read_history(history or []), options).to_json()


def _search(retriever: HybridRetriever, query: str, limit: int) -> list[Json]:
    if not 1 <= limit <= _MOST_PASSAGES:
        raise QuestionError(f"A search cannot give {limit} passages: ask for 1 to {_MOST_PASSAGES}.")
    return [_passage(found) for found in retriever.passages(read_question(query))[:limit]]


def _passage(found: Passage) -> Json:
    head, sentences = found.article, found.sentences
    facts = {"article_id": head.id, "title": head.title, "source": head.source, "published": head.published}
    return {
        **facts,
        "url": head.url,
        "text": found.chunk.text,
        "start": sentences[0].start,
        "end": sentences[-1].end,
    }


def _show(library: Library, article_id: str) -> Json:
    found = library.articles.get(article_id)
    if found is None:
        raise QuestionError("There is no article of this id: 'search' gives the ids.")
    return {name: getattr(found, name) for name in _FACTS}


def _told(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except OnrecordError as error:
        raise gr.Error(str(error), print_exception=False) from error
