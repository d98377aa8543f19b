"""Parses a piece of HTML as a browser would, and checks that a hostile text appears in it unchanged."""

from html.parser import HTMLParser

HOSTILE = '<img src=x onerror="run()"> & <name withheld> $4 to $9 \'"</div><script>run()</script>'


class Read(HTMLParser):
    """The tags, the text and the marked text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = self.marked = ""
        self._in_mark = False
        self.feed(str(html))  # because a slice of Markup would be escaped again
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)
        self._in_mark = self._in_mark or tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._in_mark = self._in_mark and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self._in_mark else ""


def assert_literal(shown: str) -> None:
    """Fail unless the hostile text appears in a piece of HTML as text, and only as text."""
    read = Read(shown)
    assert HOSTILE in read.text
    assert not {"img", "script", "name"} & set(read.tags)
    assert "onerror" not in read.attributes
