"""Removes from an email's text what is not the article: quotes, view and unsubscribe lines, addresses, layout."""

import re
from html import escape
from typing import Any

from index.errors import SourceError

_FOOTER_CHARS = 300
_FOOTER_LINES = 10
_URL = re.compile(r"[<\[(]?https?://\S+")
_WORD = re.compile(r"\w")
_QUOTE = re.compile(r"\s{0,3}>")
_ATTRIBUTION = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Den|Em)\s.{5,250}\b"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu)\b.{0,80}:"
)
_ORIGINAL = re.compile(r"-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Message d'origine)\s*-{2,}")
_ORIGINAL_HEAD = re.compile(r"From: .+\n(?:Sent|Date): .+\n(?:To|Subject): ")
_FORWARDED = re.compile(
    r"^(?:-{2,}[ ]*Forwarded message[ ]*-{2,}|> *Begin forwarded message:|Begin forwarded message:)[ ]*\n"
    r"(?:>?[ ]*\n)*(?:>?[ ]*(?:From|Date|Subject|To|Cc|Reply-To):.*\n)*",
    re.MULTILINE,
)
_SIGNATURE = "-- "
_SIGNATURE_LINES = 15
_SHARE = r"(?:share|tweet|facebook|twitter|linkedin|instagram|youtube|whatsapp|mastodon|bluesky|threads|telegram)"
_BOILERPLATE = re.compile(
    rf"""
      (?:click\ here\ to\ )?(?:view|read|open|see)\ (?:(?:this|it|the)\ ?)?(?:e-?mail|newsletter|message|issue|post)?
        \ ?(?:(?:in|on)\ (?:your|a|the|our)?\ ?(?:web\ ?)?(?:browser|site|app|web)|online)\b[^.]{{0,40}}\W*
    | (?:[^.]{{0,60}}\b(?:trouble|problems?)\ (?:viewing|reading|seeing)|no\ images\?|[^.]{{0,20}}not\ displaying)\b.*
    | (?:was\ )?(?:this\ )?(?:e-?mail\ |newsletter\ )?forwarded\ (?:to\ you|this)\b[^.]{{0,20}}\?.*
    | forward\ (?:this\ )?(?:e-?mail\ |newsletter\ |it\ )?to\ a\ friend\b.*
    | {_SHARE}(?:[\s|·•,/]+(?:{_SHARE}|forward|like|comment|e-?mail|print|post|x|website|reddit|pocket))*\W*
    | share\ (?:this|it|on|via|with)\b[^.]{{0,60}} | (?:like|comment)[\s|·•]+(?:comment|restack|share).*
    | follow\ us\b[^.]{{0,80}} | (?:please\ )?add\ \S+\ to\ your\ (?:address\ book|contacts|safe).*
    | you(?:\ are|['’]re|\ have)?\ (?:receiv|gett|got)\w*\ this\ (?:e-?mail|newsletter|message|mailing)\b.*
    | this\ (?:e-?mail|newsletter|message)\ (?:was|is|has\ been)\ (?:intended|sent)\b.* | sent\ to\ \S+@\S+.*
    | (?:manage|update|change|edit)\ (?:your\ )?(?:e-?mail\ |subscription\ )?
        (?:preferences|settings|profile|subscriptions?)\b.*
    | .{{0,60}}(?:\bim\ browser\ (?:ansehen|anzeigen|lesen|öffnen)|dans\ (?:votre|le)\ navigateur
        |en\ (?:el|su|tu)\ navegador)\b[^.]{{0,20}}
    | our\ (?:mailing|postal)\ address\b.{{0,120}} | (?:©|copyright\ (?:©|\(c\)|\d{{4}})).*
    | .*\ball\ rights\ reserved\W*
    | sent\ from\ my\ \w+.{{0,20}} | get\ outlook\ for\ .*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_UNSUBSCRIBE = re.compile(
    r"\bunsubscribe\b(?=\W*$|\s*[|·•,/:<\[(]|\s+(?:here|from|at|any|instantly|now|via|by|or|in|me|with|using|https?:)\b)"
    r"|\b(?:to|can) unsubscribe\b|\bopt[- ]out of (?:these|this|future)\b"
    r"|you(?: are|['’]re) (?:receiving|getting) this (?:e-?mail|newsletter|message)"
    r"|^(?:sie erhalten diese|vous recevez ce|recibes? este) (?:e-?mail|mail|newsletter|message|correo|nachricht)"
    r"|^(?:vom newsletter |hier |newsletter )?(?:abmelden|abbestellen)\b|\bse désabonner\b|\bdarse de baja\b"
    r"|^(?:uitschrijven|afmelden|disiscriviti|annulla l'iscrizione|cancelar (?:a )?(?:inscrição|suscripción))\b",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:street|st\.|road|rd|avenue|ave|lane|quay|square|box|suite|floor|boulevard|blvd|drive|way|rue|calle|via|"
    r"plaza|platz|weg|gade|gata|\w*stra(?:ß|ss)e)\b",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?:px)?\s*(?:;|$)", re.IGNORECASE)
_UNREAD = (
    "//img|//script|//style|//noscript|//title|//*[@hidden]|//*[contains(concat(' ', @class, ' '), ' preheader ')]"
)
_QUOTED = "//blockquote[@type='cite']|//*[contains(@class, 'gmail_quote')]"
_BLOCKS = "p div table ul ol h1 h2 h3 h4 h5 h6 blockquote pre".split()
_CELLS = ("td", "th")
_CELL_CHARS = 120
_LINE_ENDS = re.compile(r"(?:<br[^>]{0,200}>\s*){2,}")
_PAGE = "<html lang='{lang}'><head><title>{title}</title></head><body><article>{body}</article></body></html>"


def without_quotes(text: str, is_flowed: bool) -> tuple[str, tuple[str, ...]]:
    """Return a plain text email without quotes and signature, and what was removed; soft line ends joined (RFC 3676).

    An email that consists only of quotes keeps them, without their marks.
    """
    plain = _FORWARDED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = plain.split("\n")
    kept, removed = _divided(lines, _quoted(lines))
    if not kept:
        kept, removed = re.sub(r"^>[> ]*", "", plain, flags=re.MULTILINE), ()
    return _flowed(kept) if is_flowed else kept, removed


def _quoted(lines: list[str]) -> list[bool]:
    cut = [bool(_QUOTE.match(line)) for line in lines]
    own = sum(bool(line) and not quoted for line, quoted in zip(lines, cut, strict=True))
    for place, line in enumerate(lines):
        own -= bool(line) and not cut[place]
        if (line == _SIGNATURE and own <= _SIGNATURE_LINES) or _is_original(lines, place):
            return [*cut[:place], *(True for _ in lines[place:])]
        if length := _attribution(lines, place):
            cut[place : place + length] = [True] * length
    return cut


def _is_original(lines: list[str], place: int) -> bool:
    line = lines[place]
    return bool(
        _ORIGINAL.match(line)
        or (line.startswith("From: ") and _ORIGINAL_HEAD.match("\n".join(lines[place : place + 3])))
    )


def _attribution(lines: list[str], place: int) -> int:
    """Return how many lines (0 to 2) from `place` on introduce the quote that follows."""
    for length in (1, 2):
        said = " ".join(lines[place : place + length]).strip()
        if len(said) <= _FOOTER_CHARS and _ATTRIBUTION.fullmatch(said):
            below = next(filter(str.strip, lines[place + length : place + length + 3]), "")
            return length if "@" in said or _QUOTE.match(below) else 0
    return 0


def _flowed(text: str) -> str:
    return re.sub(r" \n(?=\S)", " ", re.sub(r"^ ", "", text, flags=re.MULTILINE))


def without_footer(text: str) -> tuple[str, tuple[str, ...]]:
    """Return an email's text without lines of boilerplate, and these lines."""
    lines = [line.rstrip() for line in text.split("\n")]
    end = _footer(lines)
    kept, removed = _divided(lines, [place >= end or _is_boilerplate(line) for place, line in enumerate(lines)])
    return re.sub(r"\n{3,}", "\n\n", kept), removed


def _divided(lines: list[str], cut: list[bool]) -> tuple[str, tuple[str, ...]]:
    """Return the text of the lines that are kept, and the removed lines that have content."""
    kept = "\n".join("" if out else line for line, out in zip(lines, cut, strict=True))
    removed = tuple(line.strip() for line, out in zip(lines, cut, strict=True) if out and _WORD.search(line))
    return kept.strip("\n"), removed


def _footer(lines: list[str]) -> int:
    """Return the line where the footer starts: at "unsubscribe" in the second half, or the address before it."""
    chars, left = sum(map(len, lines)) / 2, sum(map(bool, lines))
    for place, line in enumerate(lines):
        is_late = chars <= 0 or left <= _FOOTER_LINES
        if is_late and len(line) <= _FOOTER_CHARS and _UNSUBSCRIBE.search(line):
            return _start_of_footer(lines, place)
        chars, left = chars - len(line), left - bool(line)
    return len(lines)


def _start_of_footer(lines: list[str], place: int) -> int:
    while place and (not lines[place - 1] or _is_boilerplate(lines[place - 1]) or _is_address(lines[place - 1])):
        place -= 1
    return place


def _is_address(line: str) -> bool:
    return len(line) < 150 and bool(re.search(r"\d", line) and _STREET.search(line)) and line[-1] not in "!?:"


def _is_boilerplate(line: str) -> bool:
    said = _said(line)
    if not said:
        return True
    return len(line) <= _FOOTER_CHARS and bool(_BOILERPLATE.fullmatch(said))


def _said(line: str) -> str:
    """Return a line without the addresses and rules around it."""
    return _URL.sub("", line).strip(" <>[]()|*_=~-–—·•:#")


def article_markup(html: str, title: str) -> str:
    """Return an email's HTML as a page with one article, without hidden content, pictures, links and layout tables.

    Raises `SourceError` if it has no elements.
    """
    from lxml import etree
    from lxml import html as markup

    parser = markup.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = markup.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise SourceError("it has no text") from error
    is_forwarded = "orwarded message" in html
    for element in tree.xpath(_UNREAD if is_forwarded else f"{_UNREAD}|{_QUOTED}"):
        _empty(element)
    for element in [hidden for hidden in tree.iter() if _HIDDEN.search(hidden.get("style", ""))]:
        _empty(element)
    for table in reversed(tree.xpath("//table")):
        if _is_layout(table):
            _unfold(table)
    etree.strip_tags(tree, "a", "span", "font", "center")
    body = "".join(markup.tostring(child, encoding="unicode") for child in tree.xpath("//body"))
    return _PAGE.format(lang=escape(tree.get("lang", "")), title=escape(title), body=_LINE_ENDS.sub("</p><p>", body))


def _empty(element: Any) -> None:
    """Replace an element by an empty span, stripped later: dropping trees one by one takes quadratic time."""
    element.clear(keep_tail=True)
    element.tag = "span"


def _is_layout(table: Any) -> bool:
    """Return whether a table contains data: it has a header, or rows of short cells without blocks."""
    rows = [[cell for cell in row if cell.tag in _CELLS] for row in table.xpath("./tr|./*/tr")]
    if any(cell.tag == "th" for row in rows for cell in row) and table.get("role") != "presentation":
        return False
    cells = [cell for row in rows for cell in row]
    is_short = all(not _has_blocks(cell) and len(cell.text_content()) < _CELL_CHARS for cell in cells)
    return len(rows) < 2 or not is_short or any(len(row) < 2 for row in rows)


def _has_blocks(cell: Any) -> bool:
    return next(cell.iter(*_BLOCKS), None) is not None


def _unfold(table: Any) -> None:
    for cell in table.xpath("./tr/*|./*/tr/*"):
        cell.tag = "div" if _has_blocks(cell) else "p"
    for element in [*table.xpath("./tr|./*/tr"), *table.xpath("./tbody|./thead|./tfoot"), table]:
        element.tag = "div"
