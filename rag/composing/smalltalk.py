"""Replies to greetings, thanks and requests outside the articles with a friendly sentence on what can be asked."""

import re

from rag.answer import Asked, Part, Statement
from rag.composing.citations import Numbering
from rag.composing.search import Composed, Search

_THANKS = re.compile(r"\b(?:thank\w*|thx|cheers|great|perfect|helpful|nice|cool|good job|well done)\b", re.IGNORECASE)
_BYE = re.compile(r"\b(?:bye|goodbye|see you|good night)\b", re.IGNORECASE)
_SELF = re.compile(r"\b(?:you|your|robot|human|bot|ai|help|work)\b", re.IGNORECASE)
_DO = re.compile(
    r"\b(?:write|translate|draft|sing|tell me a|code|poem|rewrite|compose|generate|draw|calculate)\b", re.IGNORECASE
)
_WORK = "I answer questions from the articles in this library, with the exact sentences that say so"


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed:
    """Return a friendly sentence, and questions that any library can answer; cites nothing and never refuses."""
    text = _reply(asked.question)
    newest = max(search.summaries, key=lambda head: head.published or "", default=None)
    summed = [f"Summarise the article “{newest.title}”"] if newest else []
    more = ("What are these articles about?", "What is the newest article?", *summed)
    return Composed(Part(asked, (Statement(text, (), "own"),), confidence=1.0), more=more)


def _reply(said: str) -> str:
    if _DO.search(said):
        return f"That is beyond me: {_WORK}."
    if _SELF.search(said):
        return (
            f"{_WORK}. Ask for a fact, a list, a summary, a timeline or a comparison, or have a claim checked; if the "
            "articles don't say, I say so."
        )
    if _BYE.search(said):
        return "Goodbye! Your articles stay here."
    if _THANKS.search(said):
        return "You're welcome. Ask on whenever you like."
    return f"Hello! {_WORK}."
