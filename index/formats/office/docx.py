"""Reads Word documents (.docx) with mammoth: body and notes, without headers, comments and hidden text."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

from index.errors import SourceError
from index.formats.blocks import Block, Package, article, blocks, drop, local, parse_html
from index.item import Item

ELEMENTS = 300_000  # of one part after joining runs; mammoth needs about 2.5 KB for each

_OLE = b"\xd0\xcf\x11\xe0"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES = "p[style-name='Title'] => h1.title:fresh\np[style-name^='toc '] => p.toc:fresh"
_SECONDARY = {
    "footnotes.xml": "its footnotes cannot be read",
    "endnotes.xml": "its endnotes cannot be read",
    "numbering.xml": "its lists were read as plain paragraphs",
    "styles.xml": "its headings were read as plain paragraphs",
}
# parts that mammoth does not use; pictures and everything else that is not XML are dropped too
_LEFT_OUT = (
    *("header", "footer", "comments", "theme", "settings", "webSettings", "fontTable", "glossary", "charts"),
    *("diagrams", "embeddings", "customXml", "docProps", "people", "activeX"),
)


def extract(content: bytes) -> Item:
    """Return the article of a Word document.

    Inserted text is kept, deleted and hidden text is not; footnotes and endnotes are put at the end.
    Raises SourceError if the file is not a Word document, is protected, is damaged or has no text.
    """
    if content.startswith(_OLE):
        protected = "EncryptedPackage".encode("utf-16-le") in content
        raise SourceError(
            "it is protected by a password: save an unprotected copy"
            if protected
            else "it is in the Word format used before 2007: save it as .docx"
        )
    package = Package(content)
    if "[Content_Types].xml" not in package.names:
        raise SourceError("it is not a Word document")
    warnings: list[str] = []
    root = _html(_shown(package, warnings))
    contents = [block.text for element in drop(root.xpath("//p[@class='toc']")) for block in blocks(element)]
    core = _core(package)
    return article(
        _with_notes(root),
        core.get("title"),
        core.get("creator"),
        "document properties",
        "mammoth",
        core.get("language"),
        contents,
        warnings,
    )


def _html(shown: bytes) -> Any:
    import mammoth  # type: ignore[import-untyped]

    try:
        html = mammoth.convert_to_html(BytesIO(shown), style_map=_STYLES, include_embedded_style_map=False).value
    except RecursionError as error:
        raise SourceError("its parts are nested too deeply: copy its text into a new document") from error
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, OSError) as error:
        raise SourceError("its parts are inconsistent: open it in Word and save it again") from error
    if not html:
        raise SourceError("it has no text")
    return parse_html(f"<meta charset='utf-8'>{html}".encode())


def _shown(package: Package, warnings: list[str]) -> bytes:
    """Return a new document with the parts that mammoth reads, without hidden runs."""
    parts = _parts(package, warnings)
    _drop_lost_notes(list(parts.values()), warnings)
    styles = {style for root in parts.values() for style in _hidden_styles(root)}
    kept = BytesIO()
    with ZipFile(kept, "w") as archive:
        for name, root in parts.items():
            drop(_hidden_runs(root, styles))
            _write_equations(root)
            _lighten(root)
            if sum(1 for _ in root.iter()) > ELEMENTS:
                raise SourceError("it is longer than a book of 3,000 pages: split it")
            archive.writestr(name, _serialised(root))
    return kept.getvalue()


def _parts(package: Package, warnings: list[str]) -> dict[str, Any]:
    parts = {}
    for name in package.names:
        file = name.rpartition("/")[2]
        if not file.endswith((".xml", ".rels")) or any(part.startswith(_LEFT_OUT) for part in name.split("/")):
            continue
        try:
            parts[name] = package.xml(name)
        except SourceError:
            if file not in _SECONDARY:
                raise
            warnings.append(_SECONDARY[file])
    return parts


def _drop_lost_notes(roots: list[Any], warnings: list[str]) -> None:
    """Remove references to missing notes, with which mammoth would read nothing at all."""
    number = f"{_WORD}id"
    notes = {(local(note), note.get(number)) for root in roots for note in root.iter("{*}footnote", "{*}endnote")}
    marks = [mark for root in roots for mark in root.iter("{*}footnoteReference", "{*}endnoteReference")]
    lost = drop([mark for mark in marks if (local(mark).removesuffix("reference"), mark.get(number)) not in notes])
    if lost and not warnings:
        warnings.append("footnotes that its text refers to are missing")


def _serialised(root: Any) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(root))


def _hidden_styles(root: Any) -> set[str]:
    marks = [mark for mark in root.iter("{*}vanish") if _is_on(mark)]
    return {style.get(f"{_WORD}styleId", "") for mark in marks for style in mark.iterancestors("{*}style")}


def _hidden_runs(root: Any, styles: set[str]) -> list[Any]:
    names = [name for name in root.iter("{*}pStyle") if name.get(f"{_WORD}val") in styles]
    paragraphs = {next(name.iterancestors("{*}p"), None) for name in names}
    return [run for run in root.iter("{*}r") if _is_hidden(run, styles, paragraphs)]


def _is_hidden(run: Any, styles: set[str], paragraphs: set[Any]) -> bool:
    mark, style = run.find("{*}rPr/{*}vanish"), run.find("{*}rPr/{*}rStyle")
    if mark is not None:
        return _is_on(mark)
    if style is not None and style.get(f"{_WORD}val") in styles:
        return True
    return any(paragraph in paragraphs for paragraph in run.iterancestors("{*}p"))


def _is_on(mark: Any) -> bool:
    return mark.get(f"{_WORD}val", "true") not in ("false", "0", "off")


def _write_equations(root: Any) -> None:
    """Insert an equation's letters into the text, as mammoth would omit it."""
    for equation in list(root.iter("{*}oMath")):
        run = equation.makeelement(f"{_WORD}r")
        text = run.makeelement(f"{_WORD}t")
        text.text = "".join(part.text or "" for part in equation.iter("{*}t"))
        run.append(text)
        equation.getparent().replace(equation, run)


def _lighten(root: Any) -> None:
    """Remove the formatting and authorship of runs and join neighbours, as mammoth needs 75 MB for 1 MB of XML."""
    drop(list(root.iter("{*}proofErr", "{*}lastRenderedPageBreak")))
    drop([look for run in root.iter("{*}r") for look in run.findall("{*}rPr")])
    for run in list(root.iter("{*}r")):
        before = run.getprevious()
        if before is not None and before.tag == run.tag:
            before.extend(list(run))
            run.getparent().remove(run)


def _with_notes(root: Any) -> list[Block]:
    """Return the document's blocks, with the notes that mammoth writes as a list."""
    for note in root.xpath("//li[starts-with(@id, 'footnote-') or starts-with(@id, 'endnote-')]"):
        note.tag = "div"
    return blocks(root)


def _core(package: Package) -> dict[str, str]:
    """Return the document's core properties by name; none if they are missing."""
    try:
        root = package.xml("docProps/core.xml")
    except SourceError:
        return {}
    return {child.tag.rpartition("}")[2]: child.text for child in root if child.text}
