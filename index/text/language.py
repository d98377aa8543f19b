"""The language that a text is written in, by py3langid."""

from functools import cache, lru_cache
from typing import Any

_READ = 2000  # characters
_FEWEST = 20  # letters
_CERTAIN = 0.6  # of 1; a mixed or meaningless text stays below


def language(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language, None where it is too short or the language is uncertain."""
    return _language(text[:_READ])


@lru_cache(maxsize=4096)
def _language(start: str) -> str | None:
    if sum(char.isalpha() for char in start) < _FEWEST:
        return None
    code, certainty = _identifier().classify(start)
    return str(code) if certainty >= _CERTAIN and len(code) == 2 else None


def certainty(text: str) -> float:
    """Return how certain it is, 0 to 1, in which language a text is, whichever that is."""
    return float(_identifier().classify(text[:_READ])[1])


def chance_of(text: str, code: str) -> float:
    """Return the chance, 0 to 1, that a text, short ones too, is in the language of an ISO 639-1 code."""
    return float(dict(_identifier().rank(text[:_READ])).get(code, 0.0))


def likeliest(question: str, english: float) -> str | None:
    """Return the likeliest language of a question; None where its chance of English is `english` or more."""
    chances = {code: float(chance) for code, chance in _identifier().rank(_without_names(question))}
    return None if chances.get("en", 0.0) >= english else max(chances, key=lambda code: chances[code])


def _without_names(question: str) -> str:
    """Return the words that are not capitalised, in lower case: names are of any language."""
    first, *others = question.split()
    plain = [first, *(word for word in others if not word[:1].isupper())]
    return " ".join(plain if len(plain) > 1 else [first, *others]).lower()


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
