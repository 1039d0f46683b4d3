"""What the county offers and what it asks, in sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from optimizer.counts import count_of
from optimizer.report.brief.partner import Partner
from optimizer.report.brief.words import SERVICE_LETTERS, TERMS, capacity_words, fte, share
from optimizer.report.documents.blocks import Block, Heading, Items
from optimizer.report.documents.letters import short
from optimizer.report.words import exact_usd, listed

CITATION_LETTERS, DUTY_LETTERS = 40, 60


def offers(partner: Partner) -> Iterator[Block]:
    """What the county offers."""
    texts = [*_paid(partner), *agreement_sentences(partner), *_sold(partner)]
    yield Heading("What the county offers")
    yield Items(tuple(texts))


def _paid(partner: Partner) -> Iterator[str]:
    moves = partner.moves
    if moves.empty:
        return
    price, once, kept = (
        float(moves[column].sum()) for column in ("price_usd_per_year", "transition_usd", "retained_revenue_usd")
    )
    rises = partner.organization.price_escalation_share or 0.0
    growth = f", counted as rising by {share(rises)} a year" if rises else ""
    if price or not partner.pools.empty:
        units = " besides the county's share of the unit's cost" if (moves["pool_id"] != "").any() else ""
        yield f"{exact_usd(price)} a year for the services in today's dollars{growth}{units}."
    yield (
        f"{exact_usd(once)} once, which the county spends on moving them; {exact_usd(kept)} a year of their revenue "
        "stays with the county."
    )
    yield from administration_sentences(partner)


def administration_sentences(partner: Partner) -> Iterator[str]:
    """What the county spends on administering what the organization is paid for."""
    price, kind = float(partner.moves["price_usd_per_year"].sum()), str(partner.organization.kind)
    administration = float(partner.answer.settings[f"kinds.{kind}.administration_share"]) * price
    if administration:
        yield f"{exact_usd(administration)} a year of the county's own work, as it counts, for administering them."


def agreement_sentences(partner: Partner) -> Iterator[str]:
    """Its agreement: what it costs the county, its term and when it is renewed."""
    year, row = partner.signed_year, partner.organization
    if year is None:
        return
    term, last = int(row.max_term_years or 0), len(partner.plan.cash)
    renewals = list(range(year + term, last + 1, term)) if term else []
    usd = exact_usd(row.renewal_usd or 0.0)
    renewed = f", renewed in {listed([f'year {one}' for one in renewals])} for {usd} each time" if renewals else ""
    yield (
        f"An agreement from year {year} on, for which it counts {exact_usd(row.agreement_usd_per_year or 0.0)} a year; "
        f"its longest term is {count_of(term, 'year')}{renewed}."
    )


def _sold(partner: Partner) -> Iterator[str]:
    if len(partner.sales):
        yield (
            f"{count_of(len(partner.sales), 'service')} of its own, delivered to the organization for "
            f"{exact_usd(float(partner.sales['price_usd_per_year'].sum()))} a year."
        )


def asks(partner: Partner) -> Iterator[Block]:
    """What the county asks."""
    yield Heading("What the county asks")
    yield Items(tuple(_asked(partner)) or ("Nothing besides the agreement.",))
    yield from to_confirm(pd.concat([table[["name", "estimated"]] for table in (partner.moves, partner.sales)]))


def to_confirm(proposals: pd.DataFrame) -> Iterator[Block]:
    """Which terms are to be confirmed by a quote, of proposals by name with what of each is `estimated`."""
    guessed = _guessed(proposals)
    if guessed:
        left = [len(services) for services in guessed.values()]
        texts = tuple(f"To confirm by a quote: {terms}, for {_named(names)}." for terms, names in guessed.items())
        yield Items(
            texts,
            lambda shown: f"To confirm by a quote: other terms, for {count_of(sum(left[shown:]), 'service')} more.",
            least=1,
            enough=6,
        )


def _asked(partner: Partner) -> Iterator[str]:
    moves = partner.moves
    if len(moves):
        hired = float(moves["fte_transferred"].sum())
        if hired:
            lost = float(moves["fte_displaced"].sum())
            also = f"; {fte(lost)} FTE more lose their position with the county" if lost else ""
            yield f"To hire {fte(hired)} FTE of the county's staff{also}."
        yield "To deliver once the lead time is over, at the coverage above, in every part of the county."
        yield from duty_sentences(partner)
    yield from capacity_sentences(partner.limits)
    if len(partner.sales):
        yield "To say whether it would buy at the prices above."


def duty_sentences(partner: Partner) -> Iterator[str]:
    """Duties that its services serve; the law is public."""
    county = partner.answer.county
    served = county.frame("mandate_services")
    touched = set(served.loc[served["service_id"].isin(partner.moves["service_id"]), "mandate_id"])
    rows = [row for row in county.mandates if row.mandate_id in touched]
    told = [
        f"{short(row.name, DUTY_LETTERS)} ({short(row.citation, CITATION_LETTERS)}): {share(row.required_coverage)}"
        for row in rows[:DUTIES_TOLD]
    ]
    if told:
        more = f"; {len(rows) - len(told)} more" if len(rows) > len(told) else ""
        yield f"To know the duties that its services serve, and the coverage each needs: {'; '.join(told)}{more}."


DUTIES_TOLD = 3


def capacity_sentences(limits: pd.DataFrame) -> Iterator[str]:
    """What of its capacities is used, of each resource where it is tightest; the tightest first."""
    table = limits[(limits["rule"] == "capacity") & (limits["used"] > 0)]
    if table.empty:
        return
    left = table["slack"] / table["limit"].where(table["limit"] > 0, 1.0)
    table = table.assign(left=left, resource=table["subject"].str.split(" ").str[1])
    table = table.sort_values("left", kind="stable").drop_duplicates("resource")
    told = [capacity_words(row) for row in table.head(CAPACITIES_TOLD).to_dict("records")]
    more = f"; {len(table) - len(told)} more" if len(table) > len(told) else ""
    yield f"To have this capacity: {'; '.join(told)}{more}."


CAPACITIES_TOLD = 3


def _guessed(proposals: pd.DataFrame) -> dict[str, list[str]]:
    """Services by the terms of theirs that are estimated."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in proposals.to_dict("records"):
        if row["estimated"]:
            terms = [TERMS.get(term, term) for term in str(row["estimated"]).split(";")]
            found["all terms" if len(terms) == len(TERMS) else listed(terms)].append(str(row["name"]))
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))


def _named(names: list[str]) -> str:
    told = [short(name, SERVICE_LETTERS) for name in names[:NAMES_TOLD]]
    return ", ".join(told) + (f" and {len(names) - len(told)} more" if len(names) > len(told) else "")


NAMES_TOLD = 4
