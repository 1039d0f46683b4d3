"""A published file as a row of numbers, each known by its line, read front to back."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from optimizer.errors import Finding, Refused
from optimizer.program.rows import Floats


class Numbers:
    """Numbers of a text file; NUL padding and the end mark of old files (Ctrl-Z) count as blank.

    Raises `Refused` with file, line and place.
    """

    def __init__(self, path: Path, replaced: dict[str, float] | None = None) -> None:
        """`replaced` gives the number that a word stands for, such as capacity in capa, capb and capc."""
        self.path = path
        try:
            text = path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused([Finding(str(path), str(error), "a text file of numbers", "Check the path.")]) from error
        self._lines = [line.split() for line in text.replace("\0", " ").replace("\x1a", " ").splitlines()]
        self._place = 0
        words = [word for line in self._lines for word in line]
        words = words if replaced is None else [str(replaced.get(word, word)) for word in words]
        try:
            self._all: Floats = np.array(words, dtype=np.float64)
        except ValueError:
            self._all = np.empty(0)
            self._refuse_words(words)
        if not np.isfinite(self._all).all():
            self.refuse(int(np.flatnonzero(~np.isfinite(self._all))[0]), "a finite number")

    def __len__(self) -> int:
        return len(self._all)

    @property
    def place(self) -> int:
        """Numbers read so far."""
        return self._place

    @property
    def words_by_line(self) -> list[int]:
        """How many numbers each line that has any holds."""
        return [len(line) for line in self._lines if line]

    def head(self, count: int) -> Floats:
        """The first numbers, without reading them; fewer if there are fewer."""
        return self._all[:count]

    def take(self, count: int, what: str) -> Floats:
        """The next `count` numbers, which are `what`."""
        first, self._place = self._place, self._place + count
        if self._place > len(self._all):
            found = f"the end after {len(self._all)} numbers"
            needs = f"{count} numbers for {what} from number {first + 1} on"
            raise Refused([Finding(str(self.path), found, needs, "The file is cut short, or of another format.")])
        return self._all[first : self._place]

    def count(self, what: str, at_most: int = 100_000_000) -> int:
        """The next number, which must be whole and from 1 up."""
        value = float(self.take(1, what)[0])
        if value != int(value) or not 1 <= value <= at_most:
            self.refuse(self._place - 1, f"{what}: a whole number, 1 or more")
        return int(value)

    def nonnegative(self, count: int, what: str) -> Floats:
        """The next numbers, none of which may be below 0."""
        first = self._place
        values = self.take(count, what)
        if (values < 0).any():
            self.refuse(first + int(np.flatnonzero(values < 0)[0]), f"{what}: 0 or more")
        return values

    def refuse(self, place: int, needs: str) -> None:
        """Raise `Refused` for the number at this place, counted from 0."""
        line, word = self._where(place)
        raise Refused(
            [Finding(f"{self.path}:{line} (number {place + 1})", word, needs, "Check the file against its format.")]
        )

    def _where(self, place: int) -> tuple[int, str]:
        for line, words in enumerate(self._lines, start=1):
            if place < len(words):
                return line, words[place]
            place -= len(words)
        return len(self._lines), "the end"

    def _refuse_words(self, words: list[str]) -> None:
        for place, word in enumerate(words):
            try:
                float(word)
            except ValueError:
                self.refuse(place, "a number")
