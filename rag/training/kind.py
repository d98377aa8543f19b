"""Train the question classifier: `python -m rag.training.kind` writes the weights of `rag.understanding.kind`.

It first prints the accuracy of ten-fold cross-validation, in which each question is classified by a model that has not
seen it.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report
from sklearn.model_selection import cross_val_predict

import rag.understanding.kind as kind
from index.embedder import MiniLM
from rag.training import subject_words

QUESTIONS = Path(__file__).with_name("kind_examples.jsonl")
_FEWEST = 3
"""Minimum number of questions that contain a word or pair for it to become a feature."""
_OF_ARTICLES = ("summary", "library")
"""Kinds whose questions name an article by its title."""
_VECTOR = 4.0
"""Factor for the embedding relative to the words, because its values are small."""


def main() -> None:
    """Train, print the figures and write the weights."""
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    examples = [*((row["question"], row["kind"]) for row in rows), *_of_wordings()]
    questions, kinds = [question for question, _ in examples], np.array([kind for _, kind in examples])
    held = [kind.word_features(question) for question in questions]
    counted = Counter(name for names in held for name in names)
    features = sorted(name for name, count in counted.items() if count >= _FEWEST)
    vectors = np.array(MiniLM().get_text_embedding_batch(questions))
    words = np.array([[name in names for name in features] for names in held], float)
    inputs = np.hstack([_VECTOR * vectors, words])
    model = LogisticRegression(C=1.0, max_iter=2000)
    print(classification_report(kinds, cross_val_predict(model, inputs, kinds, cv=10), digits=3))
    model.fit(inputs, kinds)
    coefficients = model.coef_.copy()
    coefficients[:, : vectors.shape[1]] *= _VECTOR
    path = Path(kind.__file__).parent / kind.WEIGHTS
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        path, kinds=np.array(model.classes_), features=np.array(features),
        coefficients=coefficients.astype(np.float16), constants=model.intercept_.astype(np.float32),
    )  # fmt: skip
    size = path.stat().st_size
    print(f"{len(examples)} questions, {len(features)} words and pairs; {size} bytes")


def _of_wordings() -> Iterator[tuple[str, str]]:
    """Yield questions of each wording that is known to be of a kind, about our own matters and titles."""
    given, chance = json.loads(subject_words.EXAMPLES.read_text("utf-8")), random.Random(5)
    for wording, name in subject_words.wordings_of_kinds():
        titles = given["headlines"] if name in _OF_ARTICLES else []
        for matters in filter(None, (given["matters"], titles)):
            for question, _ in subject_words.questions([wording], matters, chance, each=2):
                yield question, name


if __name__ == "__main__":
    main()
