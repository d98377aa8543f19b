"""English verb forms for reworded questions, by spelling rules and a list of irregular verbs."""

import re

from index.text.english import IRREGULAR_VERBS

_BASE = {form: base for base, *past in IRREGULAR_VERBS for form in past}
_PARTICIPLE = {form: verb[-1] for verb in IRREGULAR_VERBS for form in verb}
_LOST_E = re.compile(
    r"[^aeiouy]*[aeiou][bcdgklmnprstvz]|.*(?:[cevzu]|[^s]s|[^aeioul]l|[aeiour]g|dg|[ae]ng"
    r"|(?:[^eo]|cre)at|[^aeo][iu]r|[^aeiou]in|[iu]d|ut)"
)
"""Stems that have lost a silent e: "bak", "clos", "decid"; otherwise the final letter would have been doubled."""


def base_form(verb: str) -> str:
    """Return the base of a past or present form: "take" for "took", "plan" for "planned", "close" for "closed"."""
    if verb in _BASE:
        return _BASE[verb]
    if verb.endswith("ied"):
        return f"{verb[:-3]}y"
    if verb.endswith("ed"):
        stem = verb[:-2]
        if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsfz":
            return stem[:-1]
        return f"{stem}e" if _LOST_E.fullmatch(stem) else stem
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    if re.search(r"(?:ss|sh|ch|x|zz)es$", verb):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def participle(verb: str) -> str:
    """Return the past participle of a past, present or base form: "run" for "runs", "owned" for "owns"."""
    base = base_form(verb)
    if base in _PARTICIPLE or verb in _PARTICIPLE:
        return _PARTICIPLE.get(verb) or _PARTICIPLE[base]
    if verb.endswith("ed"):
        return verb
    if base.endswith("e"):
        return f"{base}d"
    if re.search(r"[^aeiou]y$", base):
        return f"{base[:-1]}ied"
    return f"{base}{base[-1]}ed" if re.fullmatch(r"[^aeiou]*[aeiou][bdgkmnprt]", base) else f"{base}ed"
