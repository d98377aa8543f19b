"""The pane beside the chat: an article, opened at the sentence that was cited."""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr
from markupsafe import Markup

from index.article import Article
from index.library import Library
from ui.render import article_html
from ui.render import html as render
from ui.render.article_html import Selection, Span

_SCRIPT = Path(__file__).parents[1] / "static" / "source_pane.js"
_CITED = 100
"""The most citations of one answer that are used; no answer has nearly as many."""


def build(library: Library) -> None:
    """Lay out the pane; a click on any button made by `render.open_button` opens its article in it."""
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
    """Return the article at a place as the pane shows it, with the other cited places marked as well."""
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
    head = library.articles.summary(article_id)
    summaries = library.articles.summaries() if head and head.story is not None else []
    others = [each for each in summaries if head and each.story == head.story and each.id != article_id]
    return article_html.article(article, selection, others)


def _passage(library: Library, article: Article, sentence: Span) -> Span:
    """Return the span of the passage in which the search found the sentence."""
    if sentence[0] >= sentence[1]:
        return 0, 0
    sentences = library.articles.sentences(article.id)
    spans = [(sentences[chunk.first].start, sentences[chunk.last].end) for chunk in library.articles.chunks(article.id)]
    return next((span for span in spans if span[0] <= sentence[0] and sentence[1] <= span[1]), (0, 0))
