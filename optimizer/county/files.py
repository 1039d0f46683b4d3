"""Files in, guarded, and out, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from optimizer.errors import Finding, Refused

_CODINGS = {b"\xff\xfe": "UTF-16 text", b"\xfe\xff": "UTF-16 text", b"PK\x03\x04": "a zip file or workbook"}


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


def read_text(path: Path, max_bytes: int, fix: str, row: str = "row") -> str:
    """A file of UTF-8 text, with or without a byte order mark; `row` is the word for one of its lines.

    Raises `Refused` if it cannot be read, is too large, empty or not UTF-8, or holds a NUL.
    """
    content = read_bytes(path, max_bytes)
    coding = next((name for start, name in _CODINGS.items() if content.startswith(start)), "")
    if coding:
        raise refused(str(path), coding, "UTF-8 text", fix)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused(f"{path} {row} {line}", "letters that are not UTF-8", "UTF-8 text", fix) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise refused(f"{path} {row} {line}", "a NUL character", "UTF-8 text", fix)
    if not text.strip():
        raise refused(str(path), "an empty file", "its contents", "Fill it in, or remove the file.")
    return text


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
