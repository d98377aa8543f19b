"""The Check tab: a draft, each sentence of which is checked against the articles."""

from collections.abc import Iterator

import gradio as gr

from index.errors import OnrecordError
from rag.draft import LONGEST, Checked, check_draft, sentences_of
from rag.engine import Engine
from ui.render import answer_html
from ui.render.draft_html import draft_table
from ui.server.places import Places


def build(engine: Engine, places: Places) -> None:
    """Lay out the tab; its drafts share the questions' queue, one sentence at a time."""
    gr.HTML(
        "<p>Paste a text. Each sentence is checked against your articles, and shown with the sentence that decides "
        "it.</p>",
        apply_default_css=False,
    )
    draft = gr.Textbox(
        label="Draft", lines=8, max_lines=20, max_length=LONGEST, placeholder="The council voted on Tuesday …"
    )
    with gr.Row():
        start = gr.Button("Check", variant="primary", elem_id="check-draft")
        stop = gr.Button("Stop", elem_id="stop-check")
    table = gr.HTML(elem_id="checked", apply_default_css=False, padding=False)

    def check(text: str) -> Iterator[str]:
        checked: list[Checked] = []
        try:
            sentences = sentences_of(text)
            for sentence in sentences:
                with places.stand() as place:
                    for ahead in place.waiting():
                        yield str(answer_html.waiting(ahead))
                    checked += check_draft([sentence], engine)
                yield str(draft_table(checked, len(sentences)))
        except OnrecordError as error:
            yield str(answer_html.problem(str(error)))

    running = start.click(check, draft, table, show_progress="hidden", api_visibility="private", concurrency_limit=4)
    stop.click(None, None, None, cancels=[running], api_visibility="private")
