"""Author names in bylines, without titles and places."""

import re

_VERBS = "words|written|story|reporting|reported|report|posted|text|analysis|article|review|opinion"
_NOUNS = (
    "words|text[eo]?|testo|tekst|teksti|author|autor(?:in|a|es)?|auteurs?|autore|reporter|writer|yazan|автор|текст|作者|文"
    "|取材・文|記者|글|기자|מאת|بقلم|كتبت?"
)
_PREPOSITIONS = "von|par|por|di|door|av|af|מאת|بقلم"
_PICTURES = (
    r"(?:(?:photo(?:graph)?(?:s|y|ers?)?|pictures?|images?|fotos?|foto['’]s|fotograf[ií]as?|bild(?:er)?|illustrat(?:ions?|ed)"
    "|videos?|drawings|graphics?|grafik|zdjęcia|kuvat?|фото|写真|撮影|사진))"
)
_JOINERS = r"(?:and|und|et|y|og|och|ja|и|with|mit|en(?=\s+\w+\s+[A-Z])|e(?=\s+\w+\s+[A-Z]))"
BY = re.compile(
    rf"(?:(?:{_VERBS})?\s{{0,9}}+\bby\b|{_PREPOSITIONS}|{_NOUNS})\s{{0,9}}+(?:[:：=＝・]\s{{0,9}}+)?(?<=[\s:：=＝・])(?=[^\W\d_])",
    re.IGNORECASE,
)
_EXPLICIT = re.compile(rf"(?:(?:{_VERBS})\s+)?by:?\s|(?:{_PREPOSITIONS})\s|(?:{_NOUNS})\s*[:：=＝・]", re.IGNORECASE)
_SPLIT = re.compile(
    rf"(?<!\s)\s*+[,;&+、]\s*+(?:{_JOINERS}(?!\w)\s*+)?|(?<!\s)\s*+\b{_JOINERS}(?!\w)\s*+", re.IGNORECASE
)
_PICTURE_CREDIT = re.compile(
    rf"[,;.&|/]?\s{{0,9}}+(?:\b{_JOINERS}\s{{1,9}}+)?(?<!\w){_PICTURES}\s{{0,9}}+(?:(?:by|von|par|por|di|av|door)\b|[:：=＝・])[^;.|/]{{0,120}}?"
    rf"(?=[,;.|/]?\s{{0,9}}+(?:(?:{_NOUNS})\s{{0,9}}+[:：]|(?:{_VERBS})?\s{{0,9}}+\bby\b)|[;.|/]|$)|(?:[,;&]|\b{_JOINERS})\s{{1,9}}+[^,;&()]{{1,60}}"
    rf"\({_PICTURES}\)|^[^,;&()]{{1,60}}\({_PICTURES}\)\s{{0,9}}+(?:{_JOINERS}\s)?",
    re.IGNORECASE,
)
"""Picture credits, with a term before the name ("Photographs: Tor Velm") or after it ("Tor Velm (Fotos)")."""
_PLACE = re.compile(
    rf"(?<!\s)\s{{1,9}}+(?:in|at|from|for|of|für|pour|à|aus|en(?!\s{{1,9}}\w{{1,40}}\s{{1,9}}[A-Z])|på)\s(?:(?!\s{_JOINERS}\s)[^,;&+]){{0,120}}"
    r"|(?<!\s)\s{0,9}+[(\[][^)\]]{0,120}[)\]]",
    re.IGNORECASE,
)
"""A place or publication after a name, up to the next name."""
_CUT = re.compile(
    r"(?<!\s)\s++(?:is|was|on)\s.*|(?<!\s)\s*+[(\[|].*|(?<!\s)\s++\d.*"
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
_LINK = re.compile(rf"{_PARTICLE}|{_JOINERS}|in|for|at|of|the|från|additional|reporting|by")
LONGEST_BYLINE = 200


def byline(text: str) -> list[str]:
    """Return the names in a byline such as "By Ines Okoro, Health Editor"; empty for any other text."""
    if len(text) > LONGEST_BYLINE or text[-1:] in ("!", "?", ":"):
        return []
    words = _PICTURE_CREDIT.sub("", text).strip(" .,;/|")
    if not (_EXPLICIT.match(words) or _EXPLICIT.match(text)):
        return []
    found = BY.match(words)
    written = words[found.end() :] if found else words
    small = [word for word in written.split() if word[:1].islower() and not _LINK.fullmatch(word)]
    return person_names(written) if len(small) <= 2 else []  # a sentence that starts with "By" continues in lower case


def person_names(text: str) -> list[str]:
    """Return the persons in a byline without its "By", without their titles and places."""
    names: list[str] = []
    for piece in _SPLIT.split(_CUT.sub("", _PLACE.sub("", text.strip())).strip(" .,:")):
        name = _without_role(piece.strip(" .:"))
        if is_person(name):
            names.append(_cased(name))
        elif names and name:
            break
    full = [name for name in names if " " in name]  # beside full names, a single word is a place
    return list(dict.fromkeys(full or names))


def _without_role(piece: str) -> str:
    if not ROLE.search(piece):
        return piece
    before = piece[: ROLE.search(piece).start()].split()  # type: ignore[union-attr]
    return " ".join(before[:2]) if len(before) >= 2 else ""


def is_person(name: str) -> bool:
    """Return whether a text has the form of a person's name."""
    words = name.split()
    capital = [word for word in words if not re.fullmatch(_PARTICLE, word)]
    return (
        bool(name and _PERSON.fullmatch(name) and capital and not any(word[0].islower() for word in capital))
        and len(name) < 60
    )


def _cased(name: str) -> str:
    return name.title() if name.isupper() and len(name) > 4 else name
