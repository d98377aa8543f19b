"""A bound on the attributes of one tag: libxml2 takes quadratic time over them."""

import re

MOST = 1000
# as HTML's standard parts them: quotation marks mean something only behind an equals sign
_ATTRIBUTE = r"""[\s/]*+(?:=?[^\s/>=]++|=)(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'>])[^\s>]++)?+)?+"""
# every tag is taken as a whole, so that nothing is looked at twice
_TAG = rf"(<[a-z][^\s/>]*+(?:{_ATTRIBUTE}){{0,{MOST}}}+)(?:{_ATTRIBUTE})*+"
_IN_TEXT = re.compile(_TAG, re.IGNORECASE)
_IN_BYTES = re.compile(_TAG.encode(), re.IGNORECASE)


def bounded(markup: str) -> str:
    """Return markup with at most `MOST` attributes a tag; the first ones stay."""
    return _IN_TEXT.sub(r"\1", markup)


def bounded_bytes(markup: bytes) -> bytes:
    """Return the same of markup that is not decoded yet."""
    return _IN_BYTES.sub(rb"\1", markup)
