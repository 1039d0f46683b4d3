"""An import's report in words: Markdown that reads as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from optimizer.counts import count_of
from optimizer.county.importing.report import CENT, ImportReport, TotalLine, by_part


def described(report: ImportReport) -> str:
    """The whole report; every list that is empty is left out, but a missing difference is said."""
    parts = [*_head(report), *_dropped(report)]
    for total in dict.fromkeys(line.total for line in report.totals):
        parts += _total(report, total)
    parts += _mismatches(report)
    parts += _comparisons(report)
    parts += _assumptions(report)
    parts += _mapped(report)
    parts += _renamed(report)
    return "\n".join(parts) + "\n"


def _head(report: ImportReport) -> Iterator[str]:
    yield f"# Import of {report.source}\n"
    yield f"{report.about}\n"
    yield f"- source: {report.source} (sha256 {report.source_sha256})"
    yield f"- mapping: {report.mapping} (sha256 {report.mapping_sha256})"
    dropped = sum(item.rows for item in report.dropped)
    yield f"- rows: {report.rows_read:,} read = {report.rows_kept:,} kept + {dropped:,} dropped"
    links = f", {count_of(report.links, 'link')} between services of one program" if report.links else ""
    yield f"- result: {count_of(report.services, 'service')} with {report.fte:,.1f} FTE{links}"


def _dropped(report: ImportReport) -> Iterator[str]:
    if not report.dropped:
        return
    first = next((line.total for line in report.totals), "")
    usd = by_part(line for line in report.totals if line.total == first)
    yield "\n## Dropped rows\n"
    yield from _table(
        ("reason", "rows", f"{first} [USD]"),
        (
            (
                item.reason,
                f"{item.rows:,}",
                _usd(usd.get(("dropped", item.reason), 0.0)) if item.counted else "not counted",
            )
            for item in report.dropped
        ),
    )


def _total(report: ImportReport, total: str) -> Iterator[str]:
    lines = [line for line in report.totals if line.total == total]
    funds = [line.fund for line in lines if line.part == "difference" and abs(line.usd) >= CENT]
    yield f"\n## Total: {total}\n"
    if funds:
        difference = _usd(report.difference_usd(total))
        yield f"**A difference is left in {count_of(len(funds), 'fund')}, {difference} in all:** {', '.join(funds)}.\n"
    else:
        yield "Every dollar is found again: no difference in any fund.\n"
    sums = by_part(lines)
    yield from _table(("part", "what", "USD"), ((part, what, _usd(usd)) for (part, what), usd in sums.items()))
    yield f"\n### {total} by fund [USD]\n"
    yield from _by_fund(lines)


def _by_fund(lines: Sequence[TotalLine]) -> Iterator[str]:
    """One row per fund; columns of left out and dropped dollars are numbered, since reasons are long."""
    keys = list(by_part(lines))
    numbered = [key for key in keys if key[0] in ("left out", "dropped")]
    heads = {key: f"{key[0]} {numbered.index(key) + 1}" for key in numbered}
    cells = {(line.fund, line.part, line.what): line.usd for line in lines}
    yield from _table(
        ("fund", *(heads.get(key, key[1] or key[0]) for key in keys)),
        (
            (fund, *(_usd(cells[fund, *key]) if (fund, *key) in cells else "" for key in keys))
            for fund in dict.fromkeys(line.fund for line in lines)
        ),
    )
    if numbered:
        yield ""
        yield from (f"- {heads[key]}: {key[1]}" for key in keys if key in heads)


def _mismatches(report: ImportReport) -> Iterator[str]:
    if report.mismatches:
        yield "\n## Services that do not add up\n"
        yield from _table(
            ("total", "service", "source", "states", "services", "left out", "difference"),
            (
                (item.total, item.service_id, item.where, *map(_usd, amounts))
                for item in report.mismatches
                for amounts in [(item.source_usd, item.services_usd, item.left_out_usd, item.difference_usd)]
            ),
        )


def _comparisons(report: ImportReport) -> Iterator[str]:
    if report.comparisons:
        yield "\n## Statements of the source that differ\n"
        yield from _table(
            ("what", "key", "added up", "stated", "difference"),
            (
                (item.name, item.key, _usd(item.added_up_usd), _usd(item.stated_usd), _usd(item.difference_usd))
                for item in report.comparisons
            ),
        )


def _assumptions(report: ImportReport) -> Iterator[str]:
    yield "\n## Assumptions of the mapping\n"
    yield "Nothing below is in the source; it holds only as far as the mapping is right.\n"
    yield from _table(
        ("field", "assumption", "rows"),
        ((item.field, item.assumption, f"{item.rows:,}" if item.rows else "") for item in report.assumptions),
    )


def _mapped(report: ImportReport) -> Iterator[str]:
    if report.mapped:
        yield "\n## Values mapped\n"
        yield from _table(
            ("field", "found", "became", "rows"),
            ((item.field, item.found, item.became, f"{item.rows:,}") for item in report.mapped),
        )


def _renamed(report: ImportReport) -> Iterator[str]:
    if report.renamed:
        yield "\n## Services told apart\n"
        yield "The source gives several services these names; what tells them apart is in brackets.\n"
        yield from _table(
            ("service", "name in the source", "name"),
            ((item.service_id, item.source_name, item.name) for item in report.renamed),
        )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(heads)
    yield _row(["---"] * len(heads))
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _usd(usd: float) -> str:
    """Dollars, cents only where there are any."""
    return f"{usd:,.0f}" if abs(usd - round(usd)) < CENT else f"{usd:,.2f}"
