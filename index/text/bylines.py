"""Who a byline says has written the text: the names, without titles and places."""

import re

BY = re.compile(
    r"(?:(?:words|written|story|reporting|reported|report|posted|text|analysis|article|review|opinion)?\s{0,9}+\bby\b|von"
    r"|par|por|di|door|"
    r"words|text|author|autor(?:in)?|auteur|reporter|writer)\s{0,9}+(?::\s{0,9}+)?(?<=[\s:])(?=[^\W\d_])",
    re.IGNORECASE,
)
_EXPLICIT = re.compile(
    r"(?:(?:words|written|story|reporting|posted|text)\s+)?by:?\s|(?:von|par|por|di|door)\s|(?:words|text|author"
    r"|autor)\s*:\s",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"(?<!\s)\s*+(?:[,;&+]|\b(?:and|und|et|y|with|mit)\b)\s*+", re.IGNORECASE)
_CUT = re.compile(
    r"(?<!\s)\s++(?:in|for|at|from|is|was|of|on|für|pour)\s.*|(?<!\s)\s*+[(\[|].*|(?<!\s)\s++\d.*"
    r"|(?<!\s)\s++(?:published|posted|updated)\b.*|(?<!\S)[^\s@]++@\S++.*",
    re.IGNORECASE,
)
_PARTICLE = r"(?:van|von|de|da|do|dos|du|del|della|der|den|di|la|le|al|el|bin|ibn|af|ter|ten|zu|y|e|bint|st\.?)"
_PERSON = re.compile(rf"[^\W\d_][\w.'’\-]*(?:\s+(?:{_PARTICLE}|[^\W\d_][\w.'’\-]*)){{0,4}}")
ROLE = re.compile(
    r"\b(?:editors?|correspondents?|reporters?|writers?|columnists?|journalists?|chief|staff|producers?|photographers?"
    r"|director|"
    r"professor|analysts?|critics?|contributors?|contributing|fellow|bureau|desk|redakteur(?:in)?|korrespondent(?:in)?|"
    r"journaliste|redactora?|freelance|presenter|host|intern|trainee|manager|officer|phd|md)\b",
    re.IGNORECASE,
)
LONGEST_BYLINE = 200


def byline(text: str) -> list[str]:
    """Return the names in a text that says who wrote it ("By Ines Okoro, Health Editor"); none in other text."""
    match = _EXPLICIT.match(text)
    found = BY.match(text) if match else None
    if not found or len(text) > LONGEST_BYLINE:
        return []
    names = person_names(text[found.end() :])
    written = text[found.end() :].split()
    # a sentence that starts with "By" goes on in small letters
    small = [
        word
        for word in written
        if word[:1].islower() and not re.fullmatch(rf"{_PARTICLE}|and|und|et|with|in|for|at|of|the", word)
    ]
    return names if len(small) <= 2 and text[-1:] not in "!?:" else []


def person_names(text: str) -> list[str]:
    """Return the persons that a byline without its "By" names, without their titles and places."""
    names: list[str] = []
    for piece in _SPLIT.split(_CUT.sub("", text.strip()).strip(" .,:")):
        name = _without_role(piece.strip(" .:"))
        if is_person(name):
            names.append(_cased(name))
        elif names:
            break
    return list(dict.fromkeys(names))


def _without_role(piece: str) -> str:
    if not ROLE.search(piece):
        return piece
    before = piece[: ROLE.search(piece).start()].split()  # type: ignore[union-attr]
    return " ".join(before[:2]) if len(before) >= 2 else ""


def is_person(name: str) -> bool:
    """Tell whether a text has the form of a person's name."""
    words = name.split()
    capital = [word for word in words if not re.fullmatch(_PARTICLE, word)]
    return (
        bool(name and _PERSON.fullmatch(name) and capital and not any(word[0].islower() for word in capital))
        and len(name) < 60
    )


def _cased(name: str) -> str:
    return name.title() if name.isupper() and len(name) > 4 else name
