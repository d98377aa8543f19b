"""Train what finds a question's subject: `python -m rag.training.subject_words` writes the weights.

The training questions are our own wordings (`subject_examples.json`), filled with matters that are our own too, so
that the words of the subject are known. A quarter of the wordings and of the matters is set aside first, and the
figures printed are those on questions made of these only.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

import rag.understanding.subject_words as subject_words

EXAMPLES = Path(__file__).with_name("subject_examples.json")
_LOWER = 0.15
"""Share of the matters written without capitals."""
_PENALTY = 0.1
Span = tuple[int, int]


def main() -> None:
    """Train, print the figures and write the weights."""
    given = json.loads(EXAMPLES.read_text("utf-8"))
    wordings, matters = [wording for wording, _ in wordings_of_kinds()], [*given["matters"], *given["headlines"]]
    chance = random.Random(5)
    chance.shuffle(wordings)
    chance.shuffle(matters)
    kept, aside = len(wordings) // 4, len(matters) // 4
    model = _fitted(list(questions(wordings[kept:], matters[aside:], chance)))
    vectors, labels = _rows(list(questions(wordings[:kept], matters[:aside], chance)))
    found = model.predict(vectors)
    print(f"set aside, {len(labels)} words: {found[labels].mean():.3f} of the words of a subject are found, ", end="")
    print(f"and {found[~labels].mean():.3f} of the others are taken for one")
    model = _fitted(list(questions(wordings, matters, chance)))
    path = Path(subject_words.__file__).parent / subject_words.WEIGHTS
    np.savez_compressed(path, coefficients=model.coef_[0].astype(np.float16), constant=model.intercept_[0])


def wordings_of_kinds() -> list[tuple[str, str]]:
    """Return each wording, in which `{}` stands for a matter, and the kind of its questions."""
    given = json.loads(EXAMPLES.read_text("utf-8"))
    held = [*given["wordings"].items(), *given["without_subject"].items()]
    return [(wording, kind) for kind, wordings in held for wording in wordings]


def questions(
    wordings: Sequence[str], matters: Sequence[str], chance: random.Random, each: int = 6
) -> Iterator[tuple[str, list[Span]]]:
    """Yield `each` questions of every wording, with the places of their matters."""
    for wording in wordings:
        for _ in range(each if "{}" in wording else 1):
            question, *rest = wording.split("{}")
            spans = []
            for after in rest:
                matter = chance.choice(matters)
                if re.search(r"\b(?:the|a) $", question):
                    matter = matter.removeprefix("the ")
                matter = matter.lower() if chance.random() < _LOWER else matter
                spans.append((len(question), len(question) + len(matter)))
                question += matter + after
            yield question, spans


def _rows(questions: Sequence[tuple[str, list[Span]]]) -> tuple[np.ndarray, np.ndarray]:
    """Return a row for each word of the questions, and whether it belongs to the subject."""
    words = [
        (vector, any(start <= match.start() < end for start, end in spans))
        for question, spans in questions
        for match, vector in subject_words.content_words(question)
    ]
    return np.array([vector for vector, _ in words]), np.array([label for _, label in words])


def _fitted(questions: Sequence[tuple[str, list[Span]]]) -> LogisticRegression:
    return LogisticRegression(C=_PENALTY, max_iter=3000).fit(*_rows(questions))


if __name__ == "__main__":
    main()
