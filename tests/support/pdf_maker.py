"""Writes PDFs for tests by hand: pages of lines in Helvetica."""

from collections.abc import Iterable, Sequence

_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
Placed = tuple[float, float, str]


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of `objects`, numbered from 1; the first is its catalog."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    ends = b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(out))
    return out + head + table + ends


def stream(content: bytes, more: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(content), more, content)


def content(lines: Iterable[Placed], size: float = 11) -> bytes:
    """Return the content stream that draws `lines` (left, baseline, text) on a page."""
    drawn = [b"1 0 0 1 %g %g Tm (%b) Tj" % (left, base, _escaped(text)) for left, base, text in lines]
    return b"BT /F1 %g Tf\n%b\nET" % (size, b"\n".join(drawn))


def _escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def with_pages(contents: Sequence[bytes], trailer: bytes = b"", more: Sequence[bytes] = ()) -> bytes:
    """Return an A4 PDF with one stream object per page (objects 4, 6, 8 ...); the objects in `more` follow them."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(contents)))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(contents)), _FONT]
    for i, body in enumerate(contents):
        objects += [body, page % (4 + 2 * i)]
    return pdf([*objects, *more], trailer)


def down(texts: Sequence[str], left: float = 72, top: float = 740, step: float = 14) -> list[Placed]:
    """Return lines placed one below the other."""
    return [(left, top - step * i, text) for i, text in enumerate(texts)]
