"""Zip files: detects what a zip is, and unpacks archives in memory within limits.

Nothing is written to disk, so no name can escape a folder; a name that tries to is rejected all the same,
because names are shown and stored.
"""

import io
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from posixpath import splitext
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from index.errors import SourceError
from index.text.scripts import script

Member = tuple[str, bytes | SourceError]

MOST_FILES = 10_000
MOST_BYTES = 500_000_000
LARGEST_BYTES = 100_000_000
DEEPEST = 2
# text shrinks to a tenth, tables to a fiftieth; a bomb reaches the thousandth that deflate allows
_RATIO = 200
_UNSUSPECTED_BYTES = 10_000_000
_MOST_ENTRIES = 100_000
_ENTRY = b"PK\x01\x02"
_STEP = 1 << 16
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_CODE_PAGES = ("utf-8", "cp437", "cp866", "cp932", "gb18030", "cp949", "cp850", "cp852")
_MIXED = re.compile(r"[A-Za-z][^\W\d_\x00-\x7f]|[^\W\d_\x00-\x7f][A-Za-z]")
_NO_WORD = re.compile(r"[^\W\d_][^\w\s.,'’&()\[\]/\\~+=#@!;-][^\W\d_]|[^\w\s\x00-\x7f]|[a-zß-ÿ][À-Þ]|(?<!\w)`|`(?=\.)")
_PACKAGES = ("META-INF/MANIFEST.MF", "AndroidManifest.xml", "Index/Document.iwa")
_UNSAFE = re.compile(r"/|[A-Za-z]:|.*\\|(?:.*/)?\.\.(?:/|$)", re.DOTALL)
# control characters and bidirectional marks can disguise a file extension
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class _Room:
    """How many files and bytes may still be unpacked, including nested archives."""

    def __init__(self) -> None:
        self.files = MOST_FILES
        self.bytes = MOST_BYTES

    def refusal(self) -> SourceError | None:
        if self.files < 0:
            return SourceError(f"the zip has more than {MOST_FILES:,} files: split it; nothing from here on was read")
        if self.bytes < 0:
            size = f"{MOST_BYTES // 1_000_000} MB"
            return SourceError(f"the zip unpacks to more than {size}: split it; nothing from here on was read")
        return None


def members(content: bytes | Path) -> Iterator[Member]:
    """Yield (name, content) of each file in a zip, ordered by name; a nested zip is replaced by its files.

    A member that is not read has the reason, a `SourceError`, instead of its content. Hidden files are skipped.
    Raises `SourceError` if the zip cannot be read or has no files.
    """
    yield from _told_apart(_walk(content, "", _Room(), 1))


def package(content: bytes) -> str | None:
    """Return what a zip is: "docx", "epub", "odt", "zip" (an archive of files) or None (an unsupported package).

    Raises `SourceError` if it is damaged.
    """
    with _opened(content) as zipped:
        names = {info.filename for info in zipped.infolist()}
        mimetype = _mimetype(zipped)
    if mimetype:
        return _by_mimetype(mimetype)
    if "[Content_Types].xml" in names:
        return "docx" if any(name.startswith("word/") for name in names) else None
    if "META-INF/container.xml" in names:
        return "epub"
    return None if names.intersection(_PACKAGES) else "zip"


def _by_mimetype(mimetype: str) -> str | None:
    if mimetype.startswith("application/epub+zip"):
        return "epub"
    if mimetype.startswith("application/vnd.oasis.opendocument"):
        return "odt" if mimetype.startswith("application/vnd.oasis.opendocument.text") else None
    return "zip"


def _mimetype(zipped: ZipFile) -> str:
    try:
        with zipped.open("mimetype") as stream:
            return stream.read(100).decode("ascii", "replace").strip()
    except Exception:  # missing or broken: zipfile raises a dozen kinds of error
        return ""


@contextmanager
def _opened(content: bytes | Path) -> Iterator[ZipFile]:
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        _refuse_crowd(file)
        try:
            zipped = ZipFile(file)
        except Exception as error:  # zipfile raises a dozen kinds of error on damaged files
            raise SourceError("it is not a zip file, or it is damaged") from error
        with zipped:
            yield zipped


def _refuse_crowd(file: BinaryIO) -> None:
    """Count entries before `ZipFile` makes an object of each: a small file can list millions."""
    if sum(block.count(_ENTRY) for block in iter(lambda: file.read(1 << 20), b"")) > _MOST_ENTRIES:
        raise SourceError(f"the zip has more than {MOST_FILES:,} files: split it")
    file.seek(0)


def _walk(content: bytes | Path, prefix: str, room: _Room, depth: int) -> Iterator[Member]:
    with _opened(content) as zipped:
        files = {info: _shown(_name(info)) for info in zipped.infolist() if not info.filename.endswith("/")}
        listed = sorted((info for info in files if not _is_hidden(files[info])), key=files.__getitem__)
        if not listed:
            raise SourceError("the zip contains no files")
        for info in listed:
            if not room.refusal():
                yield from _member(zipped, info, prefix + files[info], room, depth)


def _member(zipped: ZipFile, info: ZipInfo, name: str, room: _Room, depth: int) -> Iterator[Member]:
    room.files -= 1
    try:
        content = _inflated(zipped, info, room)
        if not _is_archive(content):
            yield name, content
        elif depth == DEEPEST:
            yield name, SourceError("it is a zip in a zip in a zip: unpack it first")
        else:
            yield from _walk(content, name + "/", room, depth + 1)
    except SourceError as error:
        yield name, error


def _is_archive(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06")) and package(content) == "zip"


def _inflated(zipped: ZipFile, info: ZipInfo, room: _Room) -> bytes:
    refusal = room.refusal() or _refusal(info)
    if refusal:
        raise refusal
    try:
        return b"".join(_steps(zipped, info, room))
    except SourceError:
        raise
    except Exception as error:  # zipfile raises a dozen kinds of error on damaged files
        raise SourceError("it is damaged inside the zip: create the zip again") from error


def _steps(zipped: ZipFile, info: ZipInfo, room: _Room) -> Iterator[bytes]:
    """Yield a member's bytes, counting the actual output, as declared sizes may lie."""
    bound = min(LARGEST_BYTES, max(_UNSUSPECTED_BYTES, _RATIO * info.compress_size))
    size = 0
    with zipped.open(info) as stream:
        while step := stream.read(_STEP):
            size += len(step)
            room.bytes -= len(step)
            if size > bound:
                raise SourceError(f"it unpacks to more than {_RATIO} times its size, as zip bombs do")
            if refusal := room.refusal():
                raise refusal
            yield step


def _refusal(info: ZipInfo) -> SourceError | None:
    """Return why a member must not be opened, or None."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if _UNSAFE.match(_name(info)):
        return SourceError("its name points outside the zip: unpack it and add the file itself")
    if kind not in (0, stat.S_IFREG):
        return SourceError("it is a link, not a file: add the file it points to")
    if info.flag_bits & _ENCRYPTED:
        return SourceError("it is protected by a password: unpack it and add the file itself")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return SourceError("it uses an unsupported compression: unpack it and add the file itself")
    if info.file_size > LARGEST_BYTES:
        return SourceError(f"it is larger than {LARGEST_BYTES // 1_000_000} MB: split it")
    return None


def _name(info: ZipInfo) -> str:
    """Return the stored name, decoded as UTF-8, which many programs write undeclared, or as an old code page."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_NAME or name.isascii():
        return name
    raw = name.encode("cp437")  # as it was decoded
    return next((read for page in _CODE_PAGES if (read := _in_page(raw, page))), name)


def _in_page(raw: bytes, page: str) -> str | None:
    """Return a name decoded in the code page that gives real words: letters of one script, without symbols inside."""
    try:
        name = raw.decode(page)
    except UnicodeError:
        return None
    scripts = {script(char) for char in name if char.isalpha() and not char.isascii()}
    mixed = scripts & {"CYRILLIC", "GREEK"} and _MIXED.search(name)
    return name if page == "utf-8" or (len(scripts) <= 1 and not mixed and not _NO_WORD.search(name)) else None


def _shown(name: str) -> str:
    return _CONTROLS.sub("\ufffd", name).removeprefix("./")


def _is_hidden(name: str) -> bool:
    parts = name.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in (".", "..") for part in parts)


def _told_apart(members_read: Iterator[Member]) -> Iterator[Member]:
    """Number the second and later files of the same name: "a.txt", "a (2).txt"."""
    uses: dict[str, int] = {}
    for name, content in members_read:
        number = uses.get(name, 0) + 1
        while (numbered := _numbered(name, number)) in uses:
            number += 1
        uses[name] = number
        uses.setdefault(numbered, 1)
        yield numbered, content


def _numbered(name: str, number: int) -> str:
    stem, ending = splitext(name)
    return f"{stem} ({number}){ending}" if number > 1 else name
