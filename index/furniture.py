"""Lines of a page that are not the article: copyright, comment forms, notices of plugins."""

import re

_LINES = re.compile(
    r"""
      ©.* | copyright\ (?:©|\(c\)|\d{4}).* | .*\ball\ rights\ reserved\b\W*
    | (?:read\ our\ )?(?:terms\ (?:of\ (?:use|service)|(?:and|&)\ conditions)|privacy\ policy|cookie\ policy)
        (?:\s*(?:\||·|•|,|and|&)\s*(?:terms\ of\ (?:use|service)|privacy\ policy|cookie\ policy|contact(?:\ us)?))*\W*
    | by\ using\ this\ (?:web)?site,?\ you\ (?:agree|accept|consent).*
    | (?:this|our|the)\ (?:material|content|site|article|story|page)\b
        .*\bmay\ not\ be\ (?:published|reproduced|copied|rewritten)\b.*\b(?:permission|redistributed|consent)\b.*
    | be\ the\ first\ to\ (?:comment|leave\ a\ comment|reply).*
    | (?:no|\d+)\ comments?(?:\ yet)?\W* | leave\ a\ (?:reply|comment)\b.{0,40} | cancel\ reply
    | (?:log|sign)\ in\ to\ (?:leave\ a\ )?(?:comment|reply).* | you\ must\ be\ logged\ in\ to\ .*
    | your\ e-?mail\ address\ will\ not\ be\ published.* | required\ fields\ are\ marked.*
    | save\ my\ name,?\ e-?mail.* | notify\ me\ of\ (?:new|follow-?up)\ (?:posts|comments).*
    | (?:post|submit)\ comment | (?:name|e-?mail|website|comment)\s?\*
    | this\ site\ uses\ akismet.* | .*learn\ how\ your\ comment\ data\ is\ processed.*
    | this\ site\ is\ protected\ by\ recaptcha.* | (?:powered|protected)\ by\ (?:wordpress|jetpack|akismet|disqus).*
    | please\ enable\ javascript.* | share\ this(?:\ (?:article|story|post))?\s*:?.{0,40} | like\ loading\W*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FORM = re.compile(r"(?:leave a (?:reply|comment)|be the first to (?:comment|leave))", re.IGNORECASE)
_FIELD = re.compile(r"(?:name|e-?mail|website|comment|url)\W*", re.IGNORECASE)
_LONGEST = 600


def without_furniture(text: str) -> str:
    """Return `text` without its lines of furniture, other lines exactly as they stand."""
    kept, in_form = [], False
    for line in text.split("\n"):
        bare = line.strip()
        in_form = in_form or bool(_FORM.match(bare))
        if not _is_furniture(bare, in_form):
            kept.append(line)
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)) if len(kept) < text.count("\n") + 1 else text
    return joined.strip("\n")


def _is_furniture(line: str, in_form: bool) -> bool:
    if not line or len(line) > _LONGEST:
        return False
    return bool(_LINES.fullmatch(line)) or (in_form and bool(_FIELD.fullmatch(line)))
