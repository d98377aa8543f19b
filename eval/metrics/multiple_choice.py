"""Multiple choice: which of the choices an answer picks."""

from collections import Counter
from collections.abc import Sequence

from index.text.english import terms


def choice_accuracy(short: str, said: str, choices: Sequence[str], golds: Sequence[str]) -> float | None:
    """Return 1 if the answer picks the first gold answer among the choices, else 0 (accuracy, as in MMLU or RACE).

    None without choices or gold answers; an answer that picks none, as a refusal does, is wrong.
    """
    if not choices or not golds:
        return None
    choice = picked(short, said, choices)
    return float(choice is not None and choice.strip() == golds[0].strip())


def picked(short: str, said: str, choices: Sequence[str]) -> str | None:
    """Return the choice that shares most content words (F1) with the short answer, or else with the whole answer.

    None if the answer shares no word with any choice, or is tied between two.
    """
    scores = {choice: (_likeness(choice, short), _likeness(choice, said)) for choice in choices}
    best = max(scores.values())
    first, *others = [choice for choice, score in scores.items() if score == best]
    return first if any(best) and not others else None


def _likeness(choice: str, text: str) -> float:
    one, other = _content(choice), _content(text)
    return 2 * (one & other).total() / max(one.total() + other.total(), 1)


def _content(text: str) -> Counter[str]:
    return Counter(terms(text) or text.lower().split())  # "yes" and "no" have no content words
