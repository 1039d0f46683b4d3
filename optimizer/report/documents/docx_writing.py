"""A document to a .docx file: real headings, tables whose head is repeated, pictures with their words, no links."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor

from optimizer.report.documents import looks
from optimizer.report.documents.blocks import Block, Document, Grid, Heading, Items, Paragraph, Picture
from optimizer.report.documents.columns import column_widths
from optimizer.report.documents.letters import clean

MOMENT = datetime(2000, 1, 1)
"""Of every file, so that equal documents are equal bytes."""
CAPTION, CELL, PLAIN, PART, ITEM, TITLE = "Caption", "Table Text", "Normal", "Heading 1", "List Bullet", "Title"
"""Styles."""


def docx_bytes(document: Document) -> bytes:
    """A document as the bytes of a .docx file; equal documents give equal bytes."""
    file = docx.Document()
    _set_page(file)
    _set_styles(file)
    _set_properties(file, document)
    file.add_paragraph(clean(document.title), style=TITLE)
    after_grid = False
    for block in document.blocks:
        _add(file, block, after_grid)
        after_grid = isinstance(block, Grid)
    _set_footer(file, document.footer)
    written = io.BytesIO()
    file.save(written)
    return _without_moment(written.getvalue())


def _set_page(file: Any) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Inches(looks.PAGE_WIDTH_IN), Inches(looks.PAGE_HEIGHT_IN)
    section.left_margin = section.right_margin = Inches(looks.SIDE_IN)
    section.top_margin, section.bottom_margin = Inches(looks.TOP_IN), Inches(looks.BOTTOM_IN)
    section.header_distance = section.footer_distance = Inches(0.35)


def _set_styles(file: Any) -> None:
    """Styles by their own names, so that a reader's program lists headings and a house can set its own looks."""
    styles = file.styles
    styles.add_style(CELL, 1).base_style = styles[PLAIN]
    for name, size, before, after, bold in (
        (PLAIN, looks.BODY, 0.0, looks.BODY_AFTER, False),
        (TITLE, looks.TITLE, 0.0, looks.TITLE_AFTER, True),
        (PART, looks.PART, looks.PART_BEFORE, looks.PART_AFTER, True),
        (CAPTION, looks.CELL, looks.CAPTION_BEFORE, looks.CAPTION_AFTER, True),
        (CELL, looks.CELL, 0.0, 0.0, False),
        (ITEM, looks.BODY, 0.0, looks.ITEM_AFTER, False),
        ("Footer", looks.FOOTER, 0.0, 0.0, False),
    ):
        style = styles[name]
        style.font.name, style.font.size, style.font.bold = looks.FONT, Pt(size), bold
        style.font.italic, style.font.color.rgb = False, RGBColor.from_string(looks.INK)
        fonts = style.element.rPr.rFonts
        for which in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(which), looks.FONT)
        for which in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(which), None)
        _drop(style.element.rPr, "w:spacing", "w:kern")
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.0
        form.keep_with_next, form.widow_control = name in (TITLE, PART, CAPTION), True
    _drop(styles[TITLE].element.pPr, "w:pBdr")
    form = styles[ITEM].paragraph_format
    form.left_indent, form.first_line_indent = Pt(looks.ITEM_INDENT), Pt(-looks.ITEM_INDENT)


def _drop(parent: Any, *names: str) -> None:
    for name in names:
        for child in parent.findall(qn(name)):
            parent.remove(child)


def _set_properties(file: Any, document: Document) -> None:
    told = file.core_properties
    told.title, told.subject = clean(document.title)[:255], clean(document.subject)[:255]
    told.language, told.author, told.last_modified_by, told.comments = document.language, "", "", ""
    told.created = told.modified = MOMENT
    defaults = file.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    language.set(qn("w:val"), document.language)


def _add(file: Any, block: Block, after_grid: bool) -> None:
    if isinstance(block, Grid):
        _add_grid(file, block)
        return
    if isinstance(block, Items):
        for text in block.texts:
            file.add_paragraph(clean(text), style=ITEM)
        file.paragraphs[-1].paragraph_format.space_after = Pt(looks.ITEM_AFTER + looks.BODY_AFTER)
        return
    if isinstance(block, Picture):
        _add_picture(file, block)
        return
    paragraph = file.add_paragraph(style=PART if isinstance(block, Heading) else PLAIN)
    if isinstance(block, Paragraph):
        if block.lead:
            paragraph.add_run(f"{clean(block.lead)} ").bold = True
        if after_grid:
            paragraph.paragraph_format.space_before = Pt(looks.AFTER_GRID)
    paragraph.add_run(clean(block.text))


def _add_picture(file: Any, block: Picture) -> None:
    file.add_picture(io.BytesIO(block.png), width=Inches(looks.WIDTH_IN), height=Inches(block.height_in))
    shape = file.inline_shapes[-1]._inline.docPr
    shape.set("descr", clean(block.alt))
    shape.set("title", clean(block.alt).partition(":")[0][:200])


def _add_grid(file: Any, block: Grid) -> None:
    file.add_paragraph(clean(block.caption), style=CAPTION)
    bold_foot, cell_style = block.foot is not None, file.styles[CELL].style_id  # looked up once, not for every cell
    rows = block.rows if block.foot is None else (*block.rows, block.foot)
    table = file.add_table(rows=1 + len(rows), cols=len(block.head))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _set_table(table, block)
    widths = [Pt(width) for width in column_widths(block)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, (row, texts) in enumerate(zip(table.rows, (block.head, *rows), strict=True)):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        bold = number == 0 or (bold_foot and number == len(rows))
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = widths[place]
            paragraph = cell.paragraphs[0]
            paragraph._p.style = cell_style
            paragraph.add_run(clean(text)).bold = bold
            # the head stays with the first row, and the total with the row before it
            paragraph.paragraph_format.keep_with_next = number == 0 or (bold_foot and number == len(rows) - 1)
            if place in block.numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if number == 0:
                cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=looks.SOFT))


def _set_table(table: Any, block: Grid) -> None:
    """Lines, room in the cells, and its caption for those who cannot see it."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color=looks.RULE))
    room = OxmlElement("w:tblCellMar")
    sides = (("top", looks.CELL_TOP), ("left", looks.CELL_SIDE), ("bottom", looks.CELL_TOP), ("right", looks.CELL_SIDE))
    for side, size in sides:
        room.append(_element(f"w:{side}", w=str(round(20 * size)), type="dxa"))
    look = properties.find(qn("w:tblLook"))
    layout = properties.find(qn("w:tblLayout"))
    # their order is fixed
    for element in (borders, layout, room, look, _element("w:tblCaption", val=clean(block.caption))):
        if element is not None:
            properties.append(element)


def _element(name: str, **attributes: str) -> Any:
    element = OxmlElement(name)
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), value)
    return element


def _set_footer(file: Any, text: str) -> None:
    paragraph = file.sections[0].footer.paragraphs[0]
    paragraph.add_run(f"{clean(text)}  Page ")
    _add_field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Any, code: str) -> None:
    field = _element("w:fldSimple", instr=code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _without_moment(content: bytes) -> bytes:
    """The same file with every part dated alike."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, MOMENT.timetuple()[:6])
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(part, source.read(name))
    return out.getvalue()
