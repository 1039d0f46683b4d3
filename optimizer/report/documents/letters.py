"""Text that a document can hold, how wide it is, and over how many lines it runs."""

from __future__ import annotations

import re
import unicodedata

REGULAR = (
    278, 278, 355, 556, 556, 889, 667, 222, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 222, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
"""Widths of the letters from the space to the tilde, in thousandths of the size. Source: Adobe's metrics of Helvetica,
which Arial and Liberation Sans share."""
BOLD_TIMES = 1.12
"""Bold letters are at most about so much wider."""
OTHER = 700
"""Any other letter; East Asian ones are `WIDE`."""
WIDE = 1000

_CONTROLS = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""What has no width of its own or turns the order of the letters after it."""
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""
_MARK = "\ufffd"


def clean(text: object) -> str:
    """A text on one line, without what a file cannot hold or what would turn the text around it."""
    return " ".join(_CONTROLS.sub("", _UNWRITABLE.sub(_MARK, str(text))).split())


def short(text: object, letters: int) -> str:
    """A text cut to so many letters at the most, its cut shown by an ellipsis."""
    whole = clean(text)
    return whole if len(whole) <= letters else whole[: letters - 1].rstrip() + "…"


def width_pt(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Width of a text on one line [pt]; for letters outside Latin about as much, and rather too much."""
    thousandths = sum(_width(letter) for letter in text)
    return thousandths * size_pt / 1000.0 * (BOLD_TIMES if bold else 1.0)


def _width(letter: str) -> int:
    place = ord(letter) - 32
    if 0 <= place < len(REGULAR):
        return REGULAR[place]
    return WIDE if unicodedata.east_asian_width(letter) in "WF" else OTHER


def lines_of(text: str, size_pt: float, room_pt: float, *, bold: bool = False) -> int:
    """Lines that a text runs over where they are so wide; a word that is wider is broken."""
    lines, used = 1, 0.0
    space = width_pt(" ", size_pt, bold=bold)
    for word in text.split():
        width = width_pt(word, size_pt, bold=bold)
        if used and used + space + width > room_pt:
            lines, used = lines + 1, 0.0
        # a broken word leaves up to a letter's width unused on each line
        while width > room_pt:
            lines, width = lines + 1, width - (room_pt - size_pt)
        used += width + (space if used else 0.0)
    return lines
