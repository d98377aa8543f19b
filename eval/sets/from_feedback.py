"""Makes an evaluation set from users' feedback: an answer rated good is the gold of its question."""

from collections.abc import Iterable, Iterator
from typing import Any

from index.store.feedback import Opinion


def questions(opinions: Iterable[Opinion]) -> Iterator[dict[str, Any]]:
    """Yield a row of a question set for each rating, in the form that `eval.sets.questions` reads.

    A good answer gives its words and cited sentences as gold, a good refusal an unanswerable question. For a bad one
    only the question is known: its row has no gold, and "thumb" and "reason" record the user's opinion.
    """
    for opinion in opinions:
        rating = {"thumb": "up" if opinion.good else "down", "reason": opinion.reason}
        row = {"id": opinion.id, "question": opinion.answer["question"], "history": opinion.history}
        yield {**row, **(_gold(opinion.answer) if opinion.good else {}), **rating}


def _gold(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["refused"]:
        return {"answerable": False}
    words = answer["short"] or " ".join(statement["text"] for statement in answer["statements"])
    evidence = [{"article_id": each["article_id"], "quote": each["sentence"]} for each in answer["citations"]]
    return {"answerable": True, "answers": [words], "evidence": evidence}
