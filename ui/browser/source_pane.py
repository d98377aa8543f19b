"""The pane beside the chat: an article, opened at the sentence that was cited."""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr
from markupsafe import Markup

from index.article import Article, ArticleSummary
from index.library import Library
from ui.render import article_html
from ui.render import html as render
from ui.render.article_html import Selection, Span

_SCRIPT = Path(__file__).parents[1] / "static" / "source_pane.js"
_CITED = 100
"""Citations of one answer that are heeded, many more than any answer has."""


def build(library: Library) -> None:
    """Lay out the pane; a click on any button made by `render.open_button` opens its article there."""
    with gr.Column(elem_id="source-pane", scale=4, min_width=300):
        gr.Button("Close", elem_id="close-pane", size="sm")
        pane = gr.HTML(
            article_html.nothing_open(),
            elem_id="source-article",
            js_on_load=_SCRIPT.read_text("utf-8"),
            apply_default_css=False,
        )

    def opened(event: gr.EventData) -> str:
        return open_article(library, event.place, event.cited)

    pane.click(opened, None, pane, show_progress="hidden", concurrency_limit=None, api_visibility="private")


def open_article(library: Library, place: str, cited: Sequence[str] = ()) -> Markup:
    """Return the article of a written place as the pane shows it, with the places `cited` beside it marked too."""
    try:
        article_id, start, end = render.read_place(place)
        places = tuple(dict.fromkeys(render.read_place(each) for each in cited[:_CITED]))
    except ValueError:
        return article_html.article_gone()
    article = library.articles.get(article_id)
    if article is None:
        return article_html.article_gone()
    number = places.index((article_id, start, end)) + 1 if (article_id, start, end) in places else 0
    passage = _passage(library, article, (start, end))
    selection = Selection(sentence=(start, end), passage=passage, cited=places, number=number)
    return article_html.article(article, selection, _same_story(library, article_id))


def _passage(library: Library, article: Article, sentence: Span) -> Span:
    """Return where the passage is in which the search found the sentence."""
    if sentence[0] >= sentence[1]:
        return 0, 0
    sentences = library.articles.sentences(article.id)
    spans = [(sentences[chunk.first].start, sentences[chunk.last].end) for chunk in library.articles.chunks(article.id)]
    return next((span for span in spans if span[0] <= sentence[0] and sentence[1] <= span[1]), (0, 0))


def _same_story(library: Library, article_id: str) -> list[ArticleSummary]:
    head = library.articles.summary(article_id)
    if head is None or head.story is None:
        return []
    return [each for each in library.articles.summaries() if each.story == head.story and each.id != article_id]
