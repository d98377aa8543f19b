"""Language detection, by py3langid."""

from functools import cache, lru_cache
from typing import Any

_READ = 2000  # characters of a text that are read
_FEWEST = 20  # letters needed for a detection
_CERTAIN = 0.6  # minimum probability; mixed or meaningless text scores lower


def language(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language, or None if it is too short or the language is uncertain."""
    return _language(text[:_READ])


@lru_cache(maxsize=4096)
def _language(start: str) -> str | None:
    if sum(char.isalpha() for char in start) < _FEWEST:
        return None
    code, certainty = _identifier().classify(start)
    return str(code) if certainty >= _CERTAIN and len(code) == 2 else None


def certainty(text: str) -> float:
    """Return the probability, 0 to 1, of a text's likeliest language."""
    return float(_identifier().classify(text[:_READ])[1])


def chance_of(text: str, code: str) -> float:
    """Return the probability, 0 to 1, that a text, even a short one, is in the language of an ISO 639-1 code."""
    return float(dict(_identifier().rank(text[:_READ])).get(code, 0.0))


def likeliest(question: str, english: float) -> str | None:
    """Return the likeliest language of a question, or None if its probability of English is `english` or more."""
    chances = {code: float(chance) for code, chance in _identifier().rank(_without_names(question))}
    return None if chances.get("en", 0.0) >= english else max(chances, key=lambda code: chances[code])


def _without_names(question: str) -> str:
    """Return the first word and the uncapitalised ones in lower case, as names indicate no language."""
    first, *others = question.split()
    plain = [first, *(word for word in others if not word[:1].isupper())]
    return " ".join(plain if len(plain) > 1 else [first, *others]).lower()


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
