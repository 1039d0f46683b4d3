"""A page as one HTML file that loads nothing: style, script and pictures are in it, and a policy forbids all else."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from optimizer.county.files import replacing_file
from optimizer.report.html.parts import Block, Page, Stories, Table
from optimizer.report.html.tables import MINUS

SEARCHABLE = 20
"""Rows from which on a table can be searched."""
PRINTED_ROWS, PRINTED_REASONS = 25, 12
"""What paper has of a long table and of a long list of reasons, unless the reader asks for all; page.css counts it."""
FEW = 5
"""So many more are printed too: leaving them out would save no paper."""


def write_page(path: Path, page: Page) -> None:
    """Write a page, whole or not at all; equal pages give equal bytes."""
    with replacing_file(path) as draft:
        draft.write_text(page_text(page), encoding="utf-8")


def page_text(page: Page) -> str:
    """The page as HTML. Every text is escaped; only the style and the script, which are ours, are not."""
    style, script = (_ours(name) for name in ("page.css", "page.js"))
    environment = Environment(
        loader=PackageLoader("optimizer.report.html"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    in_brief = any(section.on_demand for section in page.sections)
    environment.filters |= {"told": _told, "breakable": _breakable, "data_uri": _data_uri}
    return environment.get_template("page.html.j2").render(
        page=page,
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
        searchable=SEARCHABLE,
        printed_rows=PRINTED_ROWS,
        printed_reasons=PRINTED_REASONS,
        cut=_cut,
        in_brief=in_brief,
        any_cut=in_brief or any(_cut(block) for section in page.sections for block in section.blocks),
    )


def _cut(block: Block) -> bool:
    """Whether paper leaves some of a block out unless the reader asks for all."""
    if isinstance(block, Table):
        return not block.whole and len(block.rows) > PRINTED_ROWS + FEW
    return isinstance(block, Stories) and len(block.stories) > PRINTED_REASONS + FEW


def _ours(name: str) -> str:
    return resources.files("optimizer.report.html").joinpath("templates", name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """What the page may do: show its own pictures, and use this very style and this very script."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _told(text: str) -> Markup:
    """A sentence, escaped: amounts below nothing with a minus sign, which is read out as one, and commands as code."""
    parts = re.sub(r"-(?=\$\d)", MINUS, text).split("`")
    if len(parts) % 2 == 0 or not all(part.startswith("python cli.py ") for part in parts[1::2]):
        return escape("`".join(parts))
    shown = [Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts)]
    return Markup("").join(shown)


def _breakable(head: str) -> Markup:
    """A heading, escaped; one that is a scenario's file name may be broken where its words meet."""
    return Markup("_<wbr>").join(escape(word) for word in head.split("_"))


def _data_uri(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
