"""Files in, guarded, and out, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from optimizer.errors import Finding, Refused

_CODINGS = {b"\xff\xfe": "UTF-16 text", b"\xfe\xff": "UTF-16 text", b"PK\x03\x04": "a zip file or workbook"}

Encoding = Literal["utf-8", "windows-1252", "utf-16"]
"""How the letters of a text file are written."""
_TEXTS: dict[Encoding, tuple[str, str]] = {
    "utf-8": ("UTF-8 text", "utf-8-sig"),
    "windows-1252": ("Windows-1252 text", "cp1252"),
    "utf-16": ("UTF-16 text", "utf-16"),
}
"""What is told of each, and its codec."""


_OTHER_KINDS = {
    **dict.fromkeys((".csv", ".tsv", ".yaml", ".yml"), "Give the folder that it stands in."),
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".ods"), 'Save it as "Excel workbook (.xlsx)".'),
}


def refuse_other_kinds(path: Path) -> None:
    """Refuse a county's path that ends like a single table or like another kind of workbook."""
    fix = _OTHER_KINDS.get(path.suffix.lower())
    if fix:
        raise refused(str(path), f"a {path.suffix} file", "a county's folder or .xlsx workbook", fix)


def refused(where: str, found: str, needs: str, fix: str) -> Refused:
    """A refusal with one finding."""
    return Refused([Finding(where, found, needs, fix)])


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """A regular file's content.

    Raises `Refused` if it cannot be read or is larger than `max_bytes`.
    """
    try:
        # a pipe or a device could deliver without end
        if not path.is_file():
            raise refused(str(path), "no regular file", "a file", "Check the name.")
        size = path.stat().st_size
        if size > max_bytes:
            raise refused(
                str(path), f"{size:,} bytes", f"at most {max_bytes:,} bytes", "Check that it is the right file."
            )
        return path.read_bytes()
    except OSError as error:
        raise refused(
            str(path), f"a file that cannot be read ({_why(error)})", "a file", "Check its rights."
        ) from error


def read_text(path: Path, max_bytes: int, fix: str, row: str = "row", encoding: Encoding = "utf-8") -> str:
    """A text file, UTF-8 with or without a byte order mark unless said otherwise; `row` is the word for one of its
    lines.

    Raises `Refused` if it cannot be read, is too large, empty or in another encoding, or holds a NUL.
    """
    content = read_bytes(path, max_bytes)
    needs, codec = _TEXTS[encoding]
    found = _other_kind(content, encoding)
    if found:
        raise refused(str(path), found, needs, fix)
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused(f"{path} {row} {line}", f"letters that are not {needs.split()[0]}", needs, fix) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise refused(f"{path} {row} {line}", "a NUL character", needs, fix)
    if not text.strip():
        raise refused(str(path), "an empty file", "its contents", "Fill it in, or remove the file.")
    return text


def _other_kind(content: bytes, encoding: Encoding) -> str:
    """What a file plainly is instead of text in this encoding, '' if it may be that."""
    coding = next((name for start, name in _CODINGS.items() if content.startswith(start)), "")
    if encoding == "utf-16":
        return "" if coding == _TEXTS["utf-16"][0] else coding or "text without the mark of UTF-16"
    if not coding and encoding == "windows-1252" and _is_utf8(content):
        return _TEXTS["utf-8"][0]
    return coding


def _is_utf8(content: bytes) -> bool:
    """Whether it holds letters beyond ASCII that are UTF-8, which other text hardly ever is."""
    try:
        return not content.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


@contextmanager
def replacing_file(target: Path) -> Iterator[Path]:
    """A path to write to; it takes the place of the target when the block ends well, and vanishes when it does not.

    Raises `Refused` if the target cannot be written.
    """
    target = target.resolve()
    with _own_words(target), _beside(target) as room:
        draft = room / target.name
        yield draft
        _sync(draft)
        draft.replace(target)


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """The same for a folder: an empty folder to fill, which then takes the place of the target.

    Between two renames the target is briefly absent, never half written; if the second fails, the first is undone.

    Raises `Refused` if the target cannot be written.
    """
    target = target.resolve()
    with _own_words(target), _beside(target) as room:
        draft, old = room / "new", room / "old"
        draft.mkdir()
        yield draft
        for file in draft.iterdir():
            _sync(file)
        try:
            if target.exists():
                target.rename(old)
            draft.rename(target)
        finally:
            if old.exists() and not target.exists():
                old.rename(target)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A room of our own in the target's folder, so that moving out of it is one rename."""
    target.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield room
    finally:
        # what stood there before is only let go once something stands there again
        if target.exists() or not (room / "old").exists():
            shutil.rmtree(room, ignore_errors=True)


@contextmanager
def _own_words(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        fix = "Close it in other programs, and check rights and free space."
        raise refused(
            str(target), f"a place that cannot be written ({_why(error)})", "a writable place", fix
        ) from error


def _sync(path: Path) -> None:
    """Bytes on the disk before the rename, so that no crash leaves a renamed empty file."""
    if path.is_file():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
