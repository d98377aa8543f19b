"""The drawer of saved conversations: stored in the browser, reopened, deleted, exported."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from ui.browser import saved_conversations as history
from ui.browser.chat_events import ChatParts, at_rest, suggest
from ui.browser.conversation import Conversation, messages
from ui.browser.drawer import drawer
from ui.render import answer_html

_STATIC = Path(__file__).parents[1] / "static"
# Not Gradio's BrowserState, which reads the browser's storage only when the page opens: with two windows, the last to
# write would delete the other's conversations.
_READ = """(_, ...rest) => {
    let kept = localStorage.getItem('onrecord-conversations') ?? '';
    try {
        while (new Blob([kept]).size > MOST) {
            const all = JSON.parse(kept);
            kept = JSON.stringify(all.slice(0, all.length / 2));
        }
    } catch { kept = ''; }
    return [kept, ...rest];
}""".replace("MOST", str(history.MOST_BYTES))
_WRITE = "written => { localStorage.setItem('onrecord-conversations', written); }"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}


def build(parts: ChatParts, grown: Sequence[Any]) -> None:
    """Lay out the drawer; after each of the events `grown` the conversation is saved in the browser."""
    stored = gr.Textbox(visible="hidden", label="Saved conversations")
    with drawer("history", "Conversations"):
        listed = gr.HTML(
            elem_id="conversations", js_on_load=(_STATIC / "history.js").read_text("utf-8"), apply_default_css=False
        )
        with gr.Row():
            as_markdown = gr.Button("Save this conversation as Markdown", size="sm", elem_id="save-markdown")
            as_json = gr.Button("Save as JSON", size="sm", elem_id="save-json")

    def save(written: str, conversation: Conversation) -> tuple[str, str]:
        conversations = history.with_conversation(history.read(written), conversation)
        return history.write(conversations), _listed(conversations)

    def delete(event: gr.EventData, written: str) -> tuple[str, str]:
        conversations = [each for each in history.read(written) if each["id"] != event.conversation]
        return history.write(conversations), _listed(conversations)

    def reopen(event: gr.EventData, written: str, request: gr.Request) -> tuple[Any, ...]:
        saved = (each for each in history.read(written) if each["id"] == event.conversation)
        conversation = next(map(history.unpack, saved), ())
        parts.sessions.stop(request.session_hash, drop=True)
        return messages(conversation), conversation, at_rest(), False, ""

    for event in grown:
        event.then(save, [stored, parts.conversation], [stored, listed], js=_READ, **_QUIET).then(
            None, stored, None, js=_WRITE
        )
    listed.delete(delete, stored, [stored, listed], js=_READ, **_QUIET).then(None, stored, None, js=_WRITE)
    suggest(parts, listed.select(reopen, stored, parts.shown, js=_READ, **_QUIET))
    page = gr.context.Context.root_block
    assert isinstance(page, gr.Blocks)
    page.load(lambda written: _listed(history.read(written)), stored, listed, js=_READ, **_QUIET)
    _on_save(parts, as_markdown, history.markdown, "conversation.md", "text/markdown")
    _on_save(parts, as_json, history.as_json, "conversation.json", "application/json")


def _listed(conversations: Sequence[history.SavedConversation]) -> str:
    return answer_html.conversations(
        [(str(each["id"]), str(each.get("name")), str(each.get("at"))) for each in conversations]
    )


def _on_save(parts: ChatParts, button: gr.Button, written: Callable[[Conversation], str], name: str, kind: str) -> None:
    """Let a button save the conversation as a file, made in the browser so that no copy stays on the server."""
    file = gr.Textbox(visible="hidden", label=name)

    def packed(conversation: Conversation) -> str:
        return json.dumps({"name": name, "type": kind, "text": written(conversation)})

    saved = button.click(packed, parts.conversation, file, **_QUIET)
    saved.then(None, file, None, js=(_STATIC / "download.js").read_text("utf-8"))
