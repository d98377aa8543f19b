"""What a site's robots.txt lets programs read (RFC 9309)."""

from urllib.robotparser import RobotFileParser

# RFC 9309, 2.5: a reader must take in at least 500 KiB, and may leave the rest
_MAX_BYTES = 500 * 1024


def rules(status: int, content: bytes) -> RobotFileParser:
    """Return the rules of a robots.txt: one that is not there (4xx) allows all, a site with a fault (5xx) nothing."""
    text = content[:_MAX_BYTES].decode("utf-8-sig", "replace") if status < 400 else ""
    found = RobotFileParser()
    found.parse(["User-agent: *", "Disallow: /"] if status >= 500 else text.splitlines())
    return found
