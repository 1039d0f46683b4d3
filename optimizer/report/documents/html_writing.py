"""A document to one HTML file that needs nothing from outside: read on a phone, by a screen reader, or printed."""

from __future__ import annotations

from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from optimizer.report.documents import looks
from optimizer.report.documents.blocks import Document
from optimizer.report.documents.columns import column_widths
from optimizer.report.documents.letters import clean


def html_text(document: Document) -> str:
    """A document as HTML; every text in it is text, whatever it holds."""
    return _template().render(
        document=document,
        blocks=[(type(block).__name__, block) for block in document.blocks],
        looks=looks,
        widths=column_widths,
        base64=lambda content: b64encode(content).decode("ascii"),
    )


@cache
def _template() -> Template:
    loader = PackageLoader("optimizer.report.documents", ".")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value,
    )
    return environment.get_template("page.html")
