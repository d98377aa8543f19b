"""Removes from a page's tree what is not the article: by role, tag, class and wording."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from index.formats.blocks import drop
from index.formats.html.tree import is_block, shown, text_of, weigh, words_of
from index.text.boilerplate import is_boilerplate, is_comment_mark, is_comments_heading, is_notice, is_related_heading

_SILENT = frozenset(
    "script style template noscript svg iframe object embed audio video canvas input select textarea link meta".split()
)
_ROLES = frozenset("navigation banner contentinfo search dialog alertdialog menu menubar toolbar".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-?reader(?:-text)?|hidden|is-hidden|u-hidden|d-none)(?:\s|$)",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"(?:^|(?<=\s))(?:has|no|with|is|not)-\S+|(?<!\S)\S{1,80}-(?:open|closed|enabled|disabled|active|on|off|page|layout"
    r"|template)(?=\s|$)"
)
_COMMENT_WORDS = frozenset("comment comments disqus commentlist commentform respond livefyre reply replies".split())
_NOTICE_WORDS = frozenset(
    "cookie cookies consent gdpr ccpa onetrust newsletter newsletters signup subscribe mailchimp paywall".split()
)
_PLACE_WORDS = frozenset(
    "nav navbar navigation menu breadcrumb breadcrumbs footer colophon sidebar masthead topbar pagination pager skip "
    "toolbar related "
    "recommended recommendations recirculation outbrain taboola trending mostread sponsored advert advertisement "
    "adsense modal popup "
    "overlay lightbox copyright disclaimer".split()
)
_SMALL_WORDS = frozenset(
    "share sharing sharebar sharedaddy addtoany social follow tags taglist print promo promotion ad ads dfp banner "
    "widget teaser popular "
    "more next previous latest tools actions subscription donate donation support app login register alert".split()
)
_BIO_WORDS = frozenset("box bio card about profile info biography".split())
_META_WORDS = frozenset("byline bylines meta dateline timestamp credits author authors writer published posted".split())
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}.{0,8}")
_OF_COMMENTS = re.compile(
    r"\bcomment(?:s|ed|er|ers)?\b|\breaders?[’']?s?[’']? (?:say|said|writ|think|view|react|opinion)|\brepl(?:y|ies)\b"
    r"|\bdiscuss"
    r"|\b(?:writes|wrote|says|said):?$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"about (?:the )?(?:authors?|writers?|us|this (?:site|blog)|me)|(?:über den|zum) autor|à propos de l[’']auteur",
    re.IGNORECASE,
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ROOTS = ("html", "body", "main")
_SMALL = 300
_MOST = 0.9

Cut = list[tuple[int, str]]
"""Texts that were removed, each with its place in the page."""


class Pruning:
    """The tree of a page being pruned; `cut` collects what is removed."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.cut: Cut = []
        self._asking = {field.getparent() for field in tree.iter("input") if _asks_for_mail(field)}
        drop([element for element in tree.iter() if element.tag in _SILENT])
        self._place = {element: number for number, element in enumerate(tree.iter())}
        self._gone: set[Any] = set()
        self._hide()
        self._weigh()

    def _weigh(self) -> None:
        self._weights = weigh(self.tree)
        self._prose = set(self._weights.prose)

    def take(self, element: Any) -> None:
        """Remove an element and record its text."""
        self._gone.update(element.iter())
        if text := shown(element):
            self.cut.append((self._place[element], text))
        drop([element])

    def removed(self) -> list[str]:
        """Return the texts that were removed, in the page's order."""
        return [text for _, text in sorted(self.cut)]

    def _hide(self) -> None:
        for element in self._each():
            if element.tag not in _ROOTS and _is_hidden(element):
                self.take(element)

    def _each(self) -> Iterator[Any]:
        for element in list(self.tree.iter()):
            if element not in self._gone:
                yield element

    def prune(self) -> None:
        """Remove what is not the article."""
        rules: tuple[Callable[[Any], Any], ...] = (
            self._by_field,
            self._by_words,
            self._by_tag,
            self._by_heading,
            self._by_notice,
            self._by_reply,
        )
        for rule in rules:
            before = len(self.cut)
            for element in self._each():
                target = rule(element) if element.tag not in _ROOTS and element.getparent() is not None else None
                for part in target or ():
                    if part not in self._gone:
                        self.take(part)
            if len(self.cut) > before:
                self._weigh()

    def prune_end(self) -> None:
        """Remove boxes about the author after the article."""
        for element in self._each():
            words = words_of(element)
            boxed = "bio" in words or "biography" in words or ("author" in words and words & _BIO_WORDS)
            about = element.tag in _HEADINGS and _ABOUT.fullmatch(text_of(element).rstrip(":"))
            if boxed and self._ends(element) and self._is_free(element, 0.5):
                self.take(element)
            elif about and self._ends(element.getparent()):
                for part in self._section(element, 0.5):
                    self.take(part)

    def _ends(self, element: Any) -> bool:
        """Return whether there are paragraphs before the end of an element, and none after it."""
        inside = set(element.iter())
        last = max(self._place[part] for part in inside)
        outside = [self._place[part] for part in self._weights.prose]
        return any(place < last for place in outside) and not any(place > last for place in outside)

    def prune_facts(self) -> None:
        """Remove the lines above the text that only state author and date."""
        end = self._place[self._weights.prose[1]] if len(self._weights.prose) > 1 else 0
        for element in self._each():
            marked = words_of(element) & _META_WORDS or "author" in (
                element.get("rel") or element.get("itemprop") or ""
            )
            text = text_of(element) if marked and self._place[element] < end and self._is_free(element, 0.2) else ""
            if 0 < len(text) <= 200 and text[-1] not in ".!?" and not _TIME.fullmatch(text):
                self.take(element)

    def _is_free(self, element: Any, most: float) -> bool:
        """Return whether an element may be removed: it neither is nor contains the article, whatever its class."""
        if element.tag in (*_ROOTS, "h1") or element.get("itemprop") == "articleBody" or element.get("role") == "main":
            return False
        holds = element.find(".//h1") is not None or element.find(".//main") is not None
        return (
            not holds
            and element.find(".//*[@itemprop='articleBody']") is None
            and self._weights.share(element, self.tree) <= most
        )

    def _by_words(self, element: Any) -> list[Any]:
        classes = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
        words = words_of({"class": _STATE.sub("", classes)}) if classes else set()
        if not is_block(element):
            return [element] if words & (_SMALL_WORDS | _COMMENT_WORDS) and self._is_apart(element) else []
        if not words or not self._weights.all.get(element):
            return []
        if words & _COMMENT_WORDS and "section" not in words and self._is_free(element, _MOST):
            return [element]
        if words & _NOTICE_WORDS and self._is_free(element, _MOST if self._weights.all[element] < 1000 else 0.5):
            return [element]
        if words & _PLACE_WORDS and self._is_free(element, 0.5):
            return [element] if element.tag not in ("p", "li", "td", "tr", "table") or self._is_small(element) else []
        small = words & _SMALL_WORDS and self._is_small(element) and not self._is_prose(element)
        return [element] if small and self._is_free(element, 0.3) else []

    def _is_apart(self, element: Any) -> bool:
        """Return whether a piece of a line is not part of a sentence."""
        block = next((above for above in element.iterancestors() if is_block(above)), self.tree)
        return block not in self._prose and len(text_of(element)) <= 60

    def _is_small(self, element: Any) -> bool:
        return self._weights.all.get(element, 0) <= _SMALL or self._weights.is_linky(element)

    def _is_prose(self, element: Any) -> bool:
        return self._weights.paragraphs.get(element, 0) > 0 and not self._weights.is_linky(element, 0.3)

    def _by_field(self, element: Any) -> list[Any]:
        """Remove the box around a field for an email address."""
        if element not in self._asking:
            return []
        box = element
        while self._asks_only(box.getparent()):
            box = box.getparent()
        return [box] if self._asks_only(box) else []

    def _asks_only(self, box: Any) -> bool:
        if box is None or box.tag in (*_ROOTS, "article", "td") or not self._is_free(box, 0.5):
            return False
        return self._weights.paragraphs.get(box, 0) <= 1 and self._weights.all.get(box, 0) <= 400

    def _by_tag(self, element: Any) -> list[Any]:
        role = (element.get("role") or "").lower()
        if element.tag == "nav":
            return [element] if self._is_free(element, 1) else []
        if role in _ROLES or element.tag in ("dialog", "form", "button"):
            return [element] if self._is_free(element, 0.5) else []
        above = {parent.tag for parent in element.iterancestors()}
        linky = self._weights.is_linky(element)
        if element.tag == "footer" and (not above & {"article", "blockquote", "main", "figure", "aside"} or linky):
            return [element] if self._is_free(element, _MOST) else []
        if element.tag == "header" and not above & {"article", "main", "section"}:
            return [element] if self._is_free(element, 0.3) else []
        if element.tag == "aside" and linky:
            return [element] if self._is_free(element, 0.5) else []
        if element.tag == "details" and self._is_free(element, _MOST):
            summary = element.find("summary")
            title = text_of(summary) if summary is not None else ""
            return [element] if len(title) < 120 and (_OF_COMMENTS.search(title) or is_comment_mark(title)) else []
        return []

    def _by_heading(self, element: Any) -> list[Any]:
        """Remove what follows a heading of comments or of other articles."""
        if not is_block(element) or not 0 < self._weights.all.get(element, 0) <= 100 or len(element) > 3:
            return []
        title = text_of(element)
        early = not self._weights.prose or self._place[element] < self._place[self._weights.prose[0]]
        if is_comments_heading(title) and not early:
            return self._section(element, _MOST)
        if is_related_heading(title):
            return [part for part in self._section(element, 0.5) if part is element or self._is_list(part)]
        return []

    def _is_list(self, element: Any) -> bool:
        return (
            self._weights.is_linky(element)
            or not self._weights.all.get(element)
            or (element.tag != "p" and self._weights.plain(element) <= 200)
        )

    def _section(self, heading: Any, most: float) -> list[Any]:
        """Return the box that a heading opens, or else the heading and what follows up to the next of its level."""
        top = heading
        while self._opens(top) and self._is_free(top.getparent(), most) and top.getparent().tag != "article":
            top = top.getparent()
        if top is not heading and self._weights.all.get(top, 0) > self._weights.all.get(heading, 0):
            return [top]
        following = [heading]
        for sibling in top.itersiblings():
            if sibling.tag in _HEADINGS and (heading.tag not in _HEADINGS or sibling.tag <= heading.tag):
                break
            if not self._is_free(sibling, most):
                break
            following.append(sibling)
        return following

    def _opens(self, element: Any) -> bool:
        parent = element.getparent()
        if parent is None or parent.tag in _ROOTS or (parent.text or "").strip():
            return False
        return not any(self._weights.all.get(before) for before in element.itersiblings(preceding=True))

    def _by_notice(self, element: Any) -> list[Any]:
        """Remove a line of boilerplate; for a notice on cookies or a newsletter, the box around it."""
        if not is_block(element) or not 5 < self._weights.all.get(element, 0) <= 600:
            return []
        children = any(is_block(child) and self._weights.all.get(child) for child in element)
        text = "" if children or element.tag in _HEADINGS else text_of(element)
        box = element
        while is_notice(text) and self._is_box(box.getparent(), element):
            box = box.getparent()
        return [box] if is_boilerplate(text) and self._is_free(box, _MOST) else []

    def _is_box(self, parent: Any, part: Any) -> bool:
        if parent is None or parent.tag in (*_ROOTS, "article", "td") or not self._is_free(parent, _MOST):
            return False
        others = self._weights.paragraphs.get(parent, 0) - self._weights.paragraphs.get(part, 0)
        return others <= 0 and self._weights.all.get(parent, 0) - self._weights.all.get(part, 0) <= 150

    def _by_reply(self, element: Any) -> list[Any]:
        """Remove a reader's comment, recognised by its reply link."""
        if (
            element.tag not in ("a", "span", "p")
            or self._weights.all.get(element, 0) > 20
            or text_of(element).lower() != "reply"
        ):
            return []
        box = element
        while box.getparent() is not None and self._weights.all.get(box, 0) < 30:
            box = box.getparent()
        return [box] if box.tag not in (*_ROOTS, "article") and self._is_free(box, 0.5) else []


def _asks_for_mail(field: Any) -> bool:
    described = f"{field.get('type')} {field.get('name')} {field.get('placeholder')} {field.get('id')}".lower()
    return "mail" in described and field.get("type") != "hidden"


def _is_hidden(element: Any) -> bool:
    if (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style") or "")
    ):
        return True
    return bool(_HIDDEN_CLASS.search(element.get("class") or ""))
