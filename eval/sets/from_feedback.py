"""An evaluation set of the thumbs that users gave: what was found good is the gold of its question."""

from collections.abc import Iterable, Iterator
from typing import Any

from index.store.feedback import Opinion


def questions(opinions: Iterable[Opinion]) -> Iterator[dict[str, Any]]:
    """Yield a row of a question set for each opinion, as `eval.sets.questions` reads it.

    A good answer gives its words and cited sentences as gold, a good refusal an unanswerable question. Of a bad one
    only the question is known: its row has no gold, and "thumb" and "reason" say what the user thought.
    """
    for opinion in opinions:
        told = {"thumb": "up" if opinion.good else "down", "reason": opinion.reason}
        row = {"id": opinion.id, "question": opinion.answer["question"], "history": opinion.history}
        yield {**row, **(_gold(opinion.answer) if opinion.good else {}), **told}


def _gold(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["refused"]:
        return {"answerable": False}
    words = answer["short"] or " ".join(statement["text"] for statement in answer["statements"])
    evidence = [{"article_id": each["article_id"], "quote": each["sentence"]} for each in answer["citations"]]
    return {"answerable": True, "answers": [words], "evidence": evidence}
