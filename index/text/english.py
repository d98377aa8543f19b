"""English: months, number words, names, verbs of speech, and what questions ask for.

Every English word list and pattern that several modules need is defined here, so that a second language can be added in
one place.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

import Stemmer

from index.text.scripts import UNSPACED, seen

Kind = Literal["person", "place", "date", "number", "view"]

MONTHS = tuple("January February March April May June July August September October November December".split())
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
UNITS_IN_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS_IN_WORDS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SCALES_IN_WORDS = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
    "dozen": 12,
}
STOP_WORDS = frozenset(
    """
    a about above after again against all also although am among an and another any anyone anything are as
    at be because been before being below between both but by can cannot could did do does doing done down
    during each either else ever every few for from further get gets give given go got had has have having
    he hence her here hers herself him himself his how however i if in into is it its itself just kind let
    like many may me might mine more most much must my myself neither no nor not now of off on once one only
    onto or other others ought our ours out over own per please said same say says shall she should since so
    some someone something such tell than that the their theirs them themselves then there these they thing
    things this those though through thus to too toward towards under until up upon us use used very was we
    were what whatever when where whether which while who whole whom whose why will with within without
    would yes yet you your yours
    """.split()
)
IRREGULAR_VERBS = tuple(
    tuple(forms.split())
    for forms in """
    arise arose arisen, beat beat beaten, become became become, begin began begun, bend bent bent, bet bet bet,
    bid bid bid,
    bite bit bitten, bleed bled bled, blow blew blown, bear bore born, bring brought brought, buy bought bought,
    bind bound bound, breed bred bred, break broke broken, build built built, burn burnt burnt, catch caught
    caught, choose chose chosen, come came come, creep crept crept, cut cut cut, deal dealt dealt, do did done,
    drink drank drunk, draw drew drawn, drive drove driven, dig dug dug, eat ate eaten, fall fell fallen, feed
    fed fed, feel felt felt, flee fled fled, fly flew flown, forbid forbade forbidden, forgive forgave forgiven,
    forget forgot forgotten, fight fought fought, find found found, freeze froze frozen, give gave given, go
    went gone, get got gotten, grow grew grown, grind ground ground, have had had, hear heard heard, hold held
    held, hide hid hidden, hit hit hit, hang hung hung, hurt hurt hurt, keep kept kept, know knew known, lay
    laid laid, learn learnt learnt, lead led led, leave left left, lend lent lent, let let let, light lit lit,
    lose lost lost, make made made, mean meant meant, meet met met, pay paid paid, put put put, run ran run,
    ring rang rung, read read read, ride rode ridden, rise rose risen, say said said, sing sang sung, sink sank
    sunk, sit sat sat, see saw seen, send sent sent, set set set, shake shook shaken, shed shed shed, shine
    shone shone, shoot shot shot, show showed shown, shrink shrank shrunk, shut shut shut, sleep slept slept,
    sell sold sold, seek sought sought, spend spent spent, spill spilt spilt, split split split, speak spoke
    spoken, spring sprang sprung, spread spread spread, steal stole stolen, stand stood stood, strike struck
    struck, stick stuck stuck, swim swam swum, sweep swept swept, swear swore sworn, take took taken, teach
    taught taught, think thought thought, throw threw thrown, tell told told, tear tore torn, understand
    understood understood, wake woke woken, win won won, wear wore worn, wind wound wound, weave wove woven,
    write wrote written, be been been, lie lay lain, sow sowed sown
    """.split(",")
)
"""Base form, past tense and past participle of irregular verbs, which are a closed class."""
IRREGULAR_PAST = frozenset(form for _, *past in IRREGULAR_VERBS for form in past)

# Regex sources, for use in larger patterns. Each is one group, and case-sensitive unless compiled with IGNORECASE.
MONTH = rf"(?:{'|'.join(MONTHS)})"
MONTH_OR_SHORT = rf"(?:Sept|{'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in MONTHS)})"
WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
CARDINAL = rf"(?:{'|'.join(sorted([*UNITS_IN_WORDS, *TENS_IN_WORDS], key=len, reverse=True))})"
"""A number word below a hundred: "seven", "seventeen", "seventy"."""
SCALE = r"(?:hundred|thousand|million|billion|trillion)"
NAME = r"[A-Z](?=[\w'’-]{0,30}[a-z])[\w'’-]{1,60}+"
"""One capitalised word. At the start of a sentence it may not be a name."""
NAME_PARTICLE = r"(?:[A-Z]\.|de|van|von|der|la|al|bin)"
"""What may stand between the words of a person's name: an initial, or a particle."""
FULL_NAME = rf"{NAME}(?:\s+{NAME_PARTICLE})*(?:\s+{NAME})+"
ARTICLE_NOUN = r"(?:article|piece|story|report|interview|column|editorial|feature|post|page|document|text|essay)"
"""Nouns that people use for an article."""
SAID = r"(?:said|says|asked|asks|added|adds|told|replied|wrote|writes)"
"""Verbs used almost only to introduce speech."""
SAID_OR_CLAIMED = (
    rf"(?:{SAID}|explained|insisted|argued|warned|shouted|cried|noted|recalled|answered|continued|admitted|agreed"
    r"|announced|claimed|conceded|stated|joked|promised|suggested|remarked|declared|observed|concluded|stressed"
    r"|complained|exclaimed|murmured|whispered|wondered|predicted|testified|tweeted|posted|urged)"
)
"""All verbs that introduce speech, including those with other uses ("noted", "promised")."""

ASK_OR_KNOW = frozenset(
    """
    ask asking asked tell telling know knowing known say says saying show shows showing wonder wondering find finding
    found learn learning see look looking check checking explain explaining describe describing remember recall remind
    understand understanding discover determine establish identify figure idea clue curious sure certain interested
    question hear guess confirm clarify forgot forgotten mention mentions matters
    """.split()
)
"""Verbs, nouns and adjectives that introduce an indirect question: "I wonder who", "any idea what", "not sure when"."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_DATE = re.compile(
    rf"\b(?:1[0-9]|20)\d\d\b|\b{MONTH_OR_SHORT}\.?\s+\d|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH_OR_SHORT}\b"
    rf"|\b(?:in|since|by|until|of|from)\s+{MONTH_OR_SHORT}\b|\b{WEEKDAY}\b|\b(?:yesterday|tomorrow|tonight|noon|midnight)\b"
    r"|\b\d(?:\d|st|nd|rd|th)*\s+century\b|\b(?:last|next|this)\s+(?:week|month|year|spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"\d|\b(?:{CARDINAL}|{SCALE}s?|dozens?|half|third|quarter|twice|once|double|none)\b", re.IGNORECASE
)
_PERSON = re.compile(rf"\b{NAME}\s+(?:[A-Z]\.\s+|de\s+|van\s+|von\s+|of\s+)?{NAME}")
_PLACE = re.compile(rf"\b(?:in|at|near|to|from|of|on|outside|across|around)\s+(?:the\s+)?{NAME}")
_VIEW = re.compile(
    r"\b(?:said|says|told|asked|added|wrote|think|thinks|thought|believes?|believed|oppos\w+|support(?:s|ed)?|backs?|backed"
    r"|against|favou?r(?:s|ed)?|welcom\w+|criticis\w+|criticiz\w+|argu\w+|called|fears?|feared|hopes?|hoped|insist\w+"
    r"|reject\w+|accept\w*|doubt\w*|refus\w+|warn\w+|agree[sd]?|disagree[sd]?|prefer\w*|would)\b",
    re.IGNORECASE,
)
_ASKS_VIEW = re.compile(
    r"\b(?:think|thinks|views?|opinions?|stance|attitude|react|reaction|respond|response|feel|feels)\b", re.IGNORECASE
)
_SIGNS: dict[Kind, re.Pattern[str]] = {
    "person": _PERSON,
    "place": _PLACE,
    "date": _DATE,
    "number": _NUMBER,
    "view": _VIEW,
}
_ASKED: dict[Kind, re.Pattern[str]] = {
    "date": re.compile(
        r"\b(?:when|(?:what|which)\s+(?:\w+\s+)?(?:years?|dates?|days?|months?|century|decade|time))\b", re.IGNORECASE
    ),
    "number": re.compile(
        r"\bhow\s+(?:many|much|old|long|far|tall|big|large|high|deep|fast|often|close|heavy|wide)\b"
        r"|\b(?:what|which)\s+(?:\w+\s+){0,2}(?:percent(?:age)?|number|price|cost|share|amount|rate|population"
        r"|size|age|value|sum|limit)\b",
        re.IGNORECASE,
    ),
    "place": re.compile(
        r"\bwhere\b|\b(?:what|which)\s+(?:\w+\s+)?"
        r"(?:country|city|town|place|state|region|county|village|location)\b",
        re.IGNORECASE,
    ),
    "view": re.compile(
        r"\b(?:think|thinks|views?|opinions?|stance|attitude|react|reaction|respond|response|feel|feels)\b"
        r"|\bwhat\b.*\bsay\b",
        re.IGNORECASE,
    ),
    "person": re.compile(
        r"\b(?:who|whose|whom)\b"
        r"|\b(?:what|which)\s+(?:person|man|woman|author|president|minister|actor|player)\b",
        re.IGNORECASE,
    ),
}
_FOR_MORE = re.compile(
    r"^\W*(?:and\s+|but\s+|so\s+)?why\b|\bhow\s+(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should)\b"
    r"|\bwhat\s+(?:happen(?:s|ed)?|changed|led|caused)\b|\bwhat\s+(?:is|are|was|were)\s+the\s+(?:reasons?|causes?|effects?"
    r"|consequences|differences?|results|advantages|disadvantages|arguments|main|steps|stages|types|kinds)\b"
    r"|^\W*(?:please\s+)?(?:list|name|compare|explain|describe|summari[sz]e|tell\s+me)\b"
    r"|\b(?:compared?\s+(?:to|with)|differ(?:s|ed)?\s+from|differences?\s+between|versus|vs)\b",
    re.IGNORECASE,
)


def asks_for_more(question: str) -> bool:
    """Return whether a question asks for more than one fact: why, how, what happened, a list, a comparison."""
    return bool(_FOR_MORE.search(question))


def may_be_verb(word: str) -> bool:
    """Return whether a lower-case word has the form of a finite verb: "explains", "grumbled", "rose"."""
    return word in IRREGULAR_PAST or (len(word) > 3 and word.endswith(("ed", "s")) and not word.endswith(("ss", "us")))


@lru_cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("porter")  # the stemmer of the full-text index


def terms(text: str) -> list[str]:
    """Return the stemmed content words of a text in order, with repeats; unspaced scripts as character pairs."""
    words = [_plain(word) for word in _WORD.findall(seen(text))]
    content = [word for word in words if word not in STOP_WORDS]
    return [term for word in content for term in _parts(word)]


def _plain(word: str) -> str:
    lowered = unicodedata.normalize("NFKD", word.lower().replace("’", "'").removesuffix("'s"))
    return "".join(char for char in lowered if not unicodedata.combining(char))


def _parts(word: str) -> list[str]:
    if UNSPACED.fullmatch(word) and len(word) > 1:
        return [word[i : i + 2] for i in range(len(word) - 1)]
    return [str(_stemmer().stemWord(word))]


def asked_kind(question: str) -> Kind | None:
    """Return the kind of fact that a question asks for, or None if it does not ask for a plain fact."""
    found = [(match.start(), kind) for kind, pattern in _ASKED.items() if (match := pattern.search(question))]
    return min(found)[1] if found else None


def without_asking(question: str) -> str:
    """Return the question without the words that only ask for somebody's view, which answers do not contain."""
    return _ASKS_VIEW.sub(" ", question)


def holds_kind(text: str, kind: Kind) -> bool:
    """Return whether a sentence contains something of this kind (a rough heuristic)."""
    return bool(_SIGNS[kind].search(text))
