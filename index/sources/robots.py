"""The rules of a site's robots.txt (RFC 9309)."""

from protego import Protego

# RFC 9309, 2.5: a crawler must parse at least 500 KiB, and may ignore the rest.
_MAX_BYTES = 500 * 1024


def rules(status: int, content: bytes) -> Protego:
    """Return the rules of a robots.txt: an unavailable one (4xx) allows all, an unreachable one (5xx) nothing."""
    if status >= 500:
        return Protego.parse("User-agent: *\nDisallow: /")
    return Protego.parse(content[:_MAX_BYTES].decode("utf-8-sig", "replace") if status < 400 else "")
