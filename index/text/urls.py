"""Normalises web addresses, so that two that lead to the same article compare equal."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_LONGEST = 4000  # characters; no article has a longer address
_EXTRA_HOST = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.[^.])")
_EXTRA_PATH = re.compile(r"^/amp(?=/.)|\.amp(?=(?:\.html?)?$)", re.IGNORECASE)
_EXTRA_END = re.compile(r"(?:amp|print|(?:index|default)\.(?:html?|php|aspx?))?", re.IGNORECASE)
# pages served from Google's AMP caches
_STORED = re.compile(r"^https?://(?:www\.)?(?:google\.[a-z.]+/amp|[\w-]+\.cdn\.ampproject\.org/[a-z])/(?:s/)?(?=.)")
_ESCAPE = re.compile("%[0-9a-f]{2}")

_TRACKING_STARTS = ("utm_", "mc_", "at_", "ns_", "pk_", "mtm_", "itm_", "oly_", "vero_", "_hs", "guce_", "wt_", "wt.")
_TRACKING = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid li_fat_id igshid igsh ref ref_src ref_url "
    "referrer referer cmp cmpid icid ocid ncid s_cid smid smtyp xtor mkt_tok _ga _gl hsctatracking guccounter spm ito "
    "share sr_share tpcc taid __twitter_impression amp print".split()
)
_VIEWS = frozenset("output outputtype view".split())
_OTHER_VIEWS = frozenset("amp amp-type print".split())


def canonical(url: str) -> str:
    """Return the address without the parts that do not distinguish articles; any other text is only stripped."""
    address = url.strip()
    if len(address) > _LONGEST:
        return address
    try:
        while (shorter := _shortened(address)) != address:
            address = shorter
    except ValueError:
        return address
    return address


def without_tracking(url: str) -> str:
    """Return the address without its tracking parameters, and otherwise unchanged."""
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if not _is_extra(*_plain_pair(pair))]
    return parts._replace(query="&".join(pairs)).geturl()


def _plain_pair(pair: str) -> tuple[str, str]:
    name, _, value = pair.lower().partition("=")
    return name, value


def _shortened(address: str) -> str:
    parts = urlsplit(_STORED.sub("https://", address))
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host:
        return address
    place = _normal(parts._replace(scheme="https", netloc=_host(host, parts.port), query="", fragment=""))
    query = _query(parts.query)
    return f"{place}?{query}" if query else place


def _host(host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else _EXTRA_HOST.sub("", host)
    return shown if port in (None, 80, 443) else f"{shown}:{port}"


def _normal(parts: SplitResult) -> str:
    """Return host and path in normal form, by courlan."""
    from courlan import normalize_url

    segments = _EXTRA_PATH.sub("", parts.path.rstrip("/")).split("/")
    while len(segments) > 1 and _EXTRA_END.fullmatch(segments[-1]):
        segments.pop()
    path = _ESCAPE.sub(lambda found: found[0].upper(), "/".join(segments))
    return normalize_url(parts._replace(path=path))


def _query(query: str) -> str:
    # courlan's filter takes "gallery=5" and "cid=7" for tracking, but sites use them to distinguish articles
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = [(name, value) for name, value in pairs if not _is_extra(name.lower(), value.lower())]
    return urlencode(sorted(kept), errors="surrogateescape")


def _is_extra(name: str, value: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_STARTS) or (name in _VIEWS and value in _OTHER_VIEWS)
