"""Boilerplate lines of a page: copyright, comments, notices, share bars, lists of other articles."""

import re
from collections.abc import Iterator

from index.text.english import SAID

_LINES = re.compile(
    r"""
      ©.* | \(c\)\ (?:19|20)\d\d\b.* | copyright\ (?:©|\(c\)|\d{4}).* | .*\ball\ rights\ reserved\b\W*
    | (?:read\ our\ )?(?:terms\ (?:of\ (?:use|service)|(?:and|&)\ conditions)|privacy\ policy|cookie\ policy)
        (?:\s*(?:\||·|•|,|and|&)\s*(?:terms\ of\ (?:use|service)|privacy\ policy|cookie\ policy|contact(?:\ us)?))*\W*
    | by\ using\ this\ (?:web)?site,?\ you\ (?:agree|accept|consent).*
    | (?:this|our|the)\ (?:material|content|site|article|story|page)\b
        .*\bmay\ not\ be\ (?:published|reproduced|copied|rewritten)\b.*\b(?:permission|redistributed|consent)\b.*
    | be\ the\ first\ (?:to\ (?:comment|leave\ a\ comment|reply)|of\ your\ friends\ to).*
    | comments\ are\ (?:now\ )?closed\b.*
    | (?:no|\d+)\ comments?(?:\ yet)?\W* | leave\ a\ (?:reply|comment)\b.{0,40} | cancel\ reply
    | (?:log|sign)\ in\ to\ (?:leave\ a\ )?(?:comment|reply|post).* | you\ must\ be\ logged\ in\ to\ .*
    | your\ e-?mail\ address\ will\ not\ be\ published.* | required\ fields\ are\ marked.*
    | save\ my\ name,?\ e-?mail.* | notify\ me\ of\ (?:new|follow-?up)\ (?:posts|comments).*
    | (?:post|submit)\ (?:a\ )?comment | (?:name|e-?mail|website|comment)\s?\*
    | (?:show|view|load|hide|read)\ (?:all\ |more\ )?(?:\d+\ )?comments?(?:\ \(\d+\))?
    | this\ site\ uses\ akismet.* | .*learn\ how\ your\ comment\ data\ is\ processed.*
    | this\ site\ is\ protected\ by\ recaptcha.* | (?:powered|protected)\ by\ (?:wordpress|jetpack|akismet|disqus).*
    | (?:tags|filed\ under|posted\ in|categor(?:y|ies))\s*:.{1,150}(?<![.!?])
    | (?:please\ )?enable\ javascript.* | share | tweet | retweet | reply | like\ loading\W* | loading(?:\.\.\.|…)
    | share\ this(?:\ (?:article|story|post|page))?\s*:?.{0,40} | share\ (?:on|via)\ (?:[\w-]+\W*){1,3}
    | (?:click\ to|tap\ to)\ (?:share|print|e-?mail|tweet)\b.{0,80}
    | follow\ us\ (?:on|at)\b.{0,100} | (?:like|find|join)\ us\ on\ (?:facebook|instagram|x|twitter|linkedin)\b.{0,60}
    | (?:-\s*)?(?:advertise?ment|sponsored(?:\ content)?|anzeige|publicité|publicidad)(?:\s*-)?
    | (?:article|story)\ continues\ (?:below|after)\b.{0,40} | (?:scroll\ (?:down\ )?to|continue)\ (?:continue
    |reading)\W*
    | skip\ to\ (?:main\ )?(?:content|navigation|search)\W* | back\ to\ (?:the\ )?top\W* | jump\ to\ (?:content
    |comments)\W*
    | print\ this\ (?:page|article|story)\W* | (?:open|toggle)\ (?:main\ )?(?:menu|navigation)\W*
    | (?:please\ )?(?:support|subscribe\ to)\ (?:our|independent)\ .{0,120}\b(?:today
    |from\ (?:just\ )?[£$€]\d\S*.{0,30})\W*
    | (?:accept|reject|allow|decline)\ (?:all|cookies|all\ cookies|necessary|non-essential)(?:\ cookies)?\W*
    | (?:manage|cookie)\ (?:cookies|settings|preferences|consent|my\ choices)\W*
    | (?:accept\ (?:all|cookies)|reject\ all|manage\ \w+|settings)(?:\s*[|·/]\s*(?:accept|reject|manage|cookie
    |settings)[\w\ ]{0,20})+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NOTICE = re.compile(
    r"""
      (?:(?:we|this\ (?:web)?site|our\ (?:web)?site|[\w.]+\.\w+)(?:\ and\ our\ (?:\d+\ )?(?:[\w-]+\ )?partners)?
        \ (?:also\ )?(?:uses?|store\ and/or\ access|may\ use)\ (?:\w+\ ){0,3}cookies\b
      | we\ value\ your\ privacy\b | your\ privacy\ (?:matters|is\ important)\b | cookies\ (?:help\ us|on\ (?:this
      |our)\ site)\b
      | by\ (?:continuing|browsing|clicking|using)\b[^.]{0,80}\b(?:cookies|terms|privacy\ policy)\b
      | (?:this|our)\ (?:web)?site\ (?:needs|places|sets)\ cookies\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CONSENT = re.compile(
    r"accept|agree|consent|settings|polic(?:y|ies)|preferences|continu|improve|experience|personali[sz]e|your browser"
    r"|learn more|find out more|analytics|opt[ -]out|got it",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"""
      (?:(?:please\ )?(?:sign\ up|subscribe|register|join|enter\ your\ e-?mail|get\ (?:our|the|all|a|more|your
      |\w+\ news))\b
        (?=.*\b(?:newsletters?|inbox|mailing\ list|e-?mail\ (?:updates|alerts|address|briefing)|our\ (?:daily
        |weekly)\ \w+)\b).*
      | (?:want|like|enjoy\w*|love)\b[^.]{0,60}\?\ (?:sign\ up|subscribe|get)\b.*
      | (?:our|the|a)\ .{3,100}\b(?:straight|direct(?:ly)?|delivered)\ (?:in)?to\ your\ inbox\b.*
      | (?:you\ can\ )?unsubscribe\ (?:at\ any\ time|any\ time|from\ these|anytime)\b.* | no\ spam\b.{0,60}
      | (?:your\ |enter\ )?(?:your\ )?e-?mail(?:\ address)?\s*:? | sign\ me\ up\W* | subscribe(?:\ now|\ today
      |\ here)?\W*
      | sign\ up(?:\ now|\ here|\ today)?\W* | newsletter(?:\ sign-?\ ?up)?\W*
      | download\ (?:our|the)\ (?:free\ )?app\b.{0,80})
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TELLING = re.compile(rf"\b(?:{SAID}|announced|urged|was|were|had|did)\b|[\"“”»]")
_REPORTED = re.compile(rf"\b(?:{SAID}|did|was|were|had)\b")
_MORE = re.compile(
    r"(?:read (?:more|next|also|this)|also read|more on this(?: story)?|related(?: (?:story|article|post|news))?"
    r"|don[’']t miss"
    r"|up next|next (?:article|story|post)|previous (?:article|story|post)|lesen sie auch|à lire aussi|lee también)"
    r"\s*[:>»|]\s*\S.{0,200}|(?:read|see) (?:more|on|the full (?:story|article))\s*(?:»|>|→|\.\.\.|…)?",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"(?:(?:more )?related(?: (?:articles?|stor(?:y|ies)|posts?|news|content|topics|coverage|links|reading))?"
    r"|read (?:more|next|also|this next)|(?:more|latest|top)(?: \w+)? (?:stories|articles|news|headlines)"
    r"|(?:more|latest) (?:from|on|in)(?: \S+){1,5}|you (?:may|might|could) (?:also )?(?:like|be interested in|enjoy)"
    r"|recommended(?: (?:for you|reading|articles|stories))?|most (?:read|popular|viewed|shared|commented)(?: \S+){0,3}"
    r"|trending(?: (?:now|stories|today))?|popular(?: (?:now|posts|stories|articles))|what to read next|don[’']t miss"
    r"|around the web|from around the web|sponsored links|editor[’']?s[’']? picks?|recent (?:posts|articles|stories)"
    r"|lesen sie auch|mehr zum thema|das könnte sie auch interessieren|à lire aussi|sur le même sujet|lee también"
    r"|te puede interesar)\s*[:»>]?",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:(?:reader |user |your |our readers[’'] |all |latest |top |view |join the )?(?:comments?|discussion"
    r"|conversation|responses)"
    r"(?: section| below)?\W{0,2}(?:\(?\d+\)?\W?)?|\d+ (?:comments?|responses|replies|thoughts)(?: (?:on|to) .{1,200})?"
    r"|(?:what (?:do )?(?:our )?readers? (?:say|said|think|wrote)|readers[’'] (?:comments|views)|have your say|(?:an? "
    r"|one |1 )?readers?[’']?s? (?:comments?|reactions?|opinions?)|kommentare|commentaires"
    r"|comentarios)(?: \(\d+\))?|leave a (?:reply|comment)\b.{0,40})\s*:?",
    re.IGNORECASE,
)
_OF_COMMENT = re.compile(
    r".{1,40}\bsays:.{0,60}|.{0,60}\b(?:\d+|an?) (?:second|sec|minute|min|hour|hr|day|week|month|year)s? ago\b.{0,20}"
    r"|(?:reply|report|like|upvote|downvote|flag|permalink|share|log in to reply)(?:[\s|·•(0-9)]+(?:reply|report|like"
    r"|share|flag))*\W*"
    r"|.{0,50}\d{4},? (?:at )?\d{1,2}[:.]\d{2}.{0,12}|.{1,30}\bwrote:|\d+ (?:likes?|replies|votes?|points?)",
    re.IGNORECASE,
)
_PLACES = (
    "home|homepage|news|local news|world|uk|us|europe|asia|africa|americas|international|national|local|politics"
    "|business|economy|"
    "money|markets|sports?|football|cricket|tennis|weather|culture|arts?|entertainment|film|music|books|tv|radio|video"
    "|videos|"
    "photos|pictures|podcasts?|opinions?|comment|columns|editorials?|letters|obituaries|lifestyle|life|style|fashion"
    "|food|recipes|"
    "travel|health|science|tech|technology|environment|climate|education|society|law|crime|cars|motoring|property|jobs"
    "|classifieds|"
    "puzzles|crosswords?|games|horoscopes?|events|what[’']s on|magazine|newsletters?|archives?|blogs?|features"
    "|investigations|live|"
    "in depth|explore|more|menu|search|log ?in|log ?out|sign ?in|sign ?up|register|subscribe|donate|my account|account"
    "|shop|store|"
    "about|about us|contact|contact us|help|faqs?|advertise|advertising|advertise with us|careers|work with us|press"
    "|accessibility|sitemap|site map|"
    "rss|feeds?|privacy|privacy policy|privacy notice|cookies?|cookie policy|terms|terms of use|terms of service|terms "
    "and conditions|terms & conditions|"
    "imprint|impressum|legal|complaints|corrections|e-?paper|apps?"
)
_SHARES = (
    "share|share on|share via|share by|share to|tweet this|pin it|shares|tweet|tweets|post|pin(?: it)?|like|e-?mail"
    "|e-?mail this|mail|print|print this|copy(?: link)?|copy url|link copied|print this page|"
    "print this article|e-?mail this page|e-?mail this article|send to a friend|"
    "facebook|twitter|x|linkedin|whats ?app|telegram|reddit|pinterest|instagram|youtube|tiktok|threads|bluesky"
    "|mastodon|pocket|tumblr|"
    "messenger|flipboard|weibo|xing|save|save for later|bookmark|listen|listen to this article|gift(?: this)?(?: "
    "article)?|comments?|"
    r"follow|rss|\d+(?:[.,]\d+)?[km]?"
)
_BETWEEN = r"(?:\s*[|·•/>›»,:\-–—()]\s*|\s+)"


def _names(listed: str) -> str:
    """Return a regex of the alternatives, longest first, for use in an atomic group."""
    return "|".join(sorted(listed.split("|"), key=len, reverse=True))


_PLACE_BAR = re.compile(rf"(?<!\W)\W*+(?>(?:{_names(_PLACES)})(?:{_BETWEEN}|\W*$))++", re.IGNORECASE)
_SHARE_BAR = re.compile(rf"(?<!\W)\W*+(?>(?:{_names(_SHARES)})(?:{_BETWEEN}|\W*$))++", re.IGNORECASE)
_TRAIL = re.compile(r"(?:you are here\W+)?home\s*[>›»|]\s*[^.!?]{1,120}", re.IGNORECASE)
_PLACE = re.compile(rf"\b(?:{_PLACES})\b", re.IGNORECASE)
_SHARE = re.compile(rf"\b(?:{_SHARES})\b", re.IGNORECASE)
_SURE_PLACE = re.compile(
    r"home(?:page)?|(?:local )?news|sports?|weather|opinions?|menu|search|(?:log|sign) ?(?:in|out|up)|register"
    r"|subscribe|donate"
    r"|(?:my )?account|about(?: us)?|contact(?: us)?|faqs?|careers|accessibility|site ?map|privacy.*|cookie.*|terms.*"
    r"|imprint"
    r"|impressum|newsletters?",
    re.IGNORECASE,
)
_SURE_SHARE = re.compile(
    r"share.*|tweet.*|print.*|copy.*|e-?mail.*|mail|pin it|whats ?app|save.*|follow", re.IGNORECASE
)
_NUMBER = re.compile(r"[\d.,]+[km]?", re.IGNORECASE)
_REPLY = re.compile(
    r".{1,40}\bsays:|reply|log in to reply|(?:\d+ )?likes?[\s|·•]+reply|reply[\s|·•]+\w+", re.IGNORECASE
)
_FORM = re.compile(r"(?:leave a (?:reply|comment)|be the first to (?:comment|leave))", re.IGNORECASE)
_FIELD = re.compile(r"(?:name|e-?mail|website|comment|url)\W*", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_LONGEST = 600
_LONGEST_PAGE = 2_000_000
_BAR_LENGTH = 200
_LINK_LENGTH = 130
_SENTENCE_WORDS = 7


def split_boilerplate(text: str) -> tuple[str, tuple[str, ...]]:
    """Return `text` without its boilerplate lines, the other lines unchanged, and the removed lines in order.

    Nothing is removed from a text that is longer than any page.
    """
    if len(text) > _LONGEST_PAGE:
        return text.strip("\n"), ()
    lines = text.split("\n")
    bare = _bare_lines(lines)
    cut = set(_single(bare)) | set(_bars(lines, bare)) | set(_wrapped(bare))
    cut |= set(_comments(bare, cut))
    cut |= set(_lists(bare, cut))
    if not cut:
        return text.strip("\n"), ()
    kept = "\n".join(line for number, line in enumerate(lines) if number not in cut)
    removed = tuple(lines[number].strip() for number in sorted(cut) if bare[number])
    return re.sub(r"\n{3,}", "\n\n", kept).strip("\n"), removed


def is_comments_heading(line: str) -> bool:
    """Return whether a line is the heading of a comments section."""
    return bool(_COMMENTS.fullmatch(line))


def is_related_heading(line: str) -> bool:
    """Return whether a line is the heading of a list of other articles."""
    return bool(_RELATED.fullmatch(line))


def is_comment_mark(line: str) -> bool:
    """Return whether a line is the metadata of a reader's comment: its author and time, or a reply control."""
    return len(line) <= 100 and bool(_OF_COMMENT.fullmatch(line))


def is_notice(line: str) -> bool:
    """Return whether a line asks for consent to cookies or offers a newsletter."""
    if _NOTICE.match(line) and _CONSENT.search(line, 10):
        return not _REPORTED.search(line)
    return len(line) <= 250 and bool(_OFFER.fullmatch(line)) and not _TELLING.search(line)


def _bare_lines(lines: list[str]) -> list[str]:
    """Return the lines without Markdown markup. Lines of code become empty, so that none is taken for boilerplate."""
    bare, in_code = [], False
    for line in lines:
        fence = line.lstrip().startswith("```")
        bare.append("" if fence or in_code else _bare(line))
        in_code ^= fence
    return bare


def _bare(line: str) -> str:
    """Return a line without Markdown markup."""
    return _LINK.sub(r"\1", line[: _LONGEST * 2]).strip().strip("#*_>").removeprefix("- ").strip()


def _single(bare: list[str]) -> Iterator[int]:
    in_form = False
    for number, line in enumerate(bare):
        in_form = in_form or bool(_FORM.match(line))
        if line and len(line) <= _LONGEST and (is_boilerplate(line) or (in_form and _FIELD.fullmatch(line))):
            yield number


def is_boilerplate(line: str) -> bool:
    """Return whether a line is boilerplate by itself, regardless of its context."""
    return bool(_LINES.fullmatch(line) or _MORE.fullmatch(line) or _TRAIL.fullmatch(line)) or is_notice(line)


def _bars(lines: list[str], bare: list[str]) -> Iterator[int]:
    """Yield the lines of navigation and share bars: several names of sections or services and nothing else."""
    for bar, name, sure, least in ((_PLACE_BAR, _PLACE, _SURE_PLACE, 3), (_SHARE_BAR, _SHARE, _SURE_SHARE, 2)):
        run: list[int] = []
        for number, line in enumerate([*bare, "."]):
            if line and len(line) <= _BAR_LENGTH and bar.fullmatch(line):
                run.append(number)
            elif line:
                names = [found for place in run for found in name.findall(bare[place])]
                several = sum(not _NUMBER.fullmatch(found) for found in names) >= least
                # a list of continents or companies may be part of the article
                if several and (any(sure.fullmatch(found) for found in names) or not _is_listed(lines, run, bar)):
                    yield from run
                run = []


def _is_listed(lines: list[str], run: list[int], bar: re.Pattern[str]) -> bool:
    return bar is _PLACE_BAR or any(lines[number].lstrip().startswith(("-", "*", "•")) for number in run)


def _paragraphs(bare: list[str]) -> Iterator[list[int]]:
    """Yield the line numbers of each paragraph."""
    run: list[int] = []
    for number, line in enumerate([*bare, ""]):
        if line:
            run.append(number)
        elif run:
            yield run
            run = []


def _wrapped(bare: list[str]) -> Iterator[int]:
    """Yield the lines of notices that are wrapped at page width."""
    for run in _paragraphs(bare):
        text = " ".join(bare[number] for number in run[:12])
        if 1 < len(run) <= 12 and len(text) <= _LONGEST and len(bare[run[0]]) >= 40 and is_notice(text):
            yield from run


def _comments(bare: list[str], cut: set[int]) -> Iterator[int]:
    """Yield all lines from the comments heading on, if the following lines look like comments."""
    for number, line in enumerate(bare):
        if line and number and _COMMENTS.fullmatch(line) and _are_comments(bare, number, cut):
            yield from range(number, len(bare))
            return
    yield from _headless_comments(bare)


def _headless_comments(bare: list[str]) -> Iterator[int]:
    """Yield the lines of comments without a heading: in the second half of the text, with a reply among them."""
    half = sum(map(len, bare)) / 2
    before = 0
    for number, line in enumerate(bare):
        if before > half and len(line) <= 100 and _OF_COMMENT.fullmatch(line):
            if any(_REPLY.fullmatch(later) for later in bare[number:] if len(later) <= 60):
                named = (
                    number and bare[number - 1] and len(bare[number - 1]) <= 40 and not _is_sentence(bare[number - 1])
                )
                yield from range(number - bool(named), len(bare))
            return
        before += len(line)


def _are_comments(bare: list[str], heading: int, cut: set[int]) -> bool:
    following = [line for place, line in enumerate(bare[heading + 1 :], heading + 1) if line and place not in cut]
    early = following[:6]
    return not following or any(len(line) <= 100 and _OF_COMMENT.fullmatch(line) for line in early)


def _lists(bare: list[str], cut: set[int]) -> Iterator[int]:
    """Yield the lines of lists of other articles: their heading and the short lines below it."""
    paragraphs = [[number for number in run if number not in cut] for run in _paragraphs(bare)]
    paragraphs = [run for run in paragraphs if run]
    for place, run in enumerate(paragraphs):
        start = next((spot for spot, number in enumerate(run) if _RELATED.fullmatch(bare[number])), None)
        if start is not None and run[start]:
            yield from _list(bare, run[start:], paragraphs[place + 1 :])


def _list(bare: list[str], run: list[int], later: list[list[int]]) -> list[int]:
    taken = [run[0], *(number for number in run[1:] if not _is_sentence(bare[number]))]
    blocks: list[list[int]] = []
    for block in later if len(run) == 1 else []:
        if any(_is_sentence(bare[number]) for number in block):
            # the last short line before the text continues is its subheading, unless it is the only link
            blocks = blocks[:-1] if len(blocks) > 1 and len(blocks[-1]) == 1 and len(blocks[0]) > 1 else blocks
            break
        blocks.append(block)
    found = taken[1:] + [number for block in blocks for number in block]
    return [taken[0], *found] if found or not later else []


def _is_sentence(line: str) -> bool:
    words = line.split()
    ends = line.rstrip('"”’»)')[-1:] in (".", "!", "?", "。", "！", "？", ":")
    return len(line) > _LINK_LENGTH or (ends and len(words) >= _SENTENCE_WORDS)
