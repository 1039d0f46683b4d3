"""Why an option may not be taken at all, but for the hurdle: one rule for each reason of the model, in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from math import inf

from optimizer.county.records import Offer, Service
from optimizer.county.terms import Decision
from optimizer.plan.verify.book import Book, term
from optimizer.plan.verify.exact import Number, exact, shown
from optimizer.plan.verify.money import promised_saving
from optimizer.plan.verify.usage import Usage, at_least, at_most, refusal

Reason = Callable[[Book, Service, Offer | None], Iterator[Usage]]
"""Tests one option of one service; no offer means keep."""


def considered(book: Book, service: Service, offer: Offer | None) -> Iterator[Usage]:
    """The county considers the decision at all."""
    decision = _decision(offer)
    if decision not in book.settings.allowed_decisions:
        text = f"{_option(book, service, offer)}: the county does not consider {decision.value}"
        yield refusal("decision not considered", _subject(service, offer), text)


def delegable(book: Book, service: Service, offer: Offer | None) -> Iterator[Usage]:
    """A service that the law leaves to the county is kept."""
    if offer is not None and not service.delegable:
        text = f"{book.move(offer)}: the law leaves this service to the county itself"
        yield refusal("not delegable", offer.offer_id, text)


def lawful(book: Book, service: Service, offer: Offer | None) -> Iterator[Usage]:
    """No binding mandate of the service closes the decision; a mandate that lists none allows all."""
    decision = _decision(offer)
    for mandate in book.duties_of.get(service.service_id, []):
        if mandate.allowed_decisions and decision not in mandate.allowed_decisions:
            allowed = ", ".join(listed.value for listed in mandate.allowed_decisions)
            text = f"{_option(book, service, offer)}: {mandate.name} ({mandate.citation}) allows only {allowed}"
            yield refusal("law does not allow it", _subject(service, offer), text)


def dutiful(book: Book, service: Service, offer: Offer | None) -> Iterator[Usage]:
    """A service is ended only if no mandate names it, and its mandate level is at most exit.max_mandate_level."""
    if offer is None or offer.decision is not Decision.EXIT:
        return
    most, rule = book.settings.exit.max_mandate_level, "a duty is not ended"
    if service.mandate_level > most:
        level = f"its mandate level is {service.mandate_level}, only services of level {most} and below are ended"
        text = f"{book.move(offer)}: {level}"
        yield refusal(rule, offer.offer_id, text)
    if service.service_id in book.named_by_mandates:
        yield refusal(rule, offer.offer_id, f"{book.move(offer)}: a mandate names this service")


def covering(book: Book, service: Service, offer: Offer | None) -> Iterator[Usage]:
    """Coverage in every district and group >= the floor of the service's mandate level [share]."""
    floor = book.settings.duties.coverage_floor_by_mandate_level.get(service.mandate_level)
    if offer is None or floor is None:
        return
    for place in book.places:
        who = f"{book.move(offer)}{book.at_place(place)}: coverage"
        subject = _ids(offer.offer_id, place)
        used = book.coverage(offer, place)
        yield at_least("coverage below the floor", subject, who, used, exact(floor), "share")


def good_enough(book: Book, service: Service, offer: Offer | None) -> Iterator[Usage]:
    """Quality >= limits.min_quality [1 = today's]."""
    least = book.settings.limits.min_quality
    if offer is not None and least is not None:
        who = f"{book.move(offer)}: quality"
        yield at_least("quality below the floor", offer.offer_id, who, term(offer, "quality"), exact(least), "share")


def paying_back(book: Book, service: Service, offer: Offer | None) -> Iterator[Usage]:
    """Payback <= economics.max_payback_years and, where the scenario asks for it, the provider's term [years]."""
    if offer is None:
        return
    economics, provider, who = book.settings.economics, book.provider(offer), f"{book.move(offer)}: pays back"
    if economics.max_payback_years is not None:
        yield _paid_back(book, offer, who, exact(economics.max_payback_years))
    if economics.payback_within_term and provider is not None:
        name, longest = book.organizations[provider].name, term(book.organizations[provider], "max_term_years")
        yield _paid_back(book, offer, f"{who}, in the longest term of {name},", longest)


def _paid_back(book: Book, offer: Offer, who: str, limit: Fraction) -> Usage:
    years = payback_years(book, offer)
    usage = at_most("pays back too late", offer.offer_id, f"{who} after", years, limit, "years")
    if years == inf:
        told = shown(limit, limit, "years")[1]
        longest = "1 year is" if told == "1" else f"{told} years are"
        text = f"{book.move(offer)}: never pays back, at most {longest} allowed"
        usage = replace(usage, text=text)
    return usage


REASONS: tuple[Reason, ...] = (considered, delegable, lawful, dutiful, covering, good_enough, paying_back)
"""In the order in which the first one that applies is given; the hurdle comes after them."""


def against(book: Book, service: Service, offer: Offer | None) -> Iterator[Usage]:
    """Every test of one option, broken or not, but for the hurdle."""
    return chain.from_iterable(reason(book, service, offer) for reason in REASONS)


def payback_years(book: Book, offer: Offer) -> Number:
    """L/12 + T / (realization s) if s > 0; otherwise infinite, or 0 if there is nothing to pay back and no loss.

    s is today's: growth and escalation are left out.
    """
    return book.of_money((payback_years, offer.offer_id), lambda: _payback_years(book, offer))


def _payback_years(book: Book, offer: Offer) -> Number:
    transition, saving = term(offer, "transition_usd"), promised_saving(book, offer).today_usd
    realized = exact(book.settings.economics.realization_share) * saving
    if saving > 0:
        wait = term(offer, "lead_time_months") / 12
        if transition == 0:
            return wait
        return wait + transition / realized if realized > 0 else inf
    return Fraction(0) if transition == 0 and saving == 0 else inf


def _decision(offer: Offer | None) -> Decision:
    return Decision.KEEP if offer is None else offer.decision


def _option(book: Book, service: Service, offer: Offer | None) -> str:
    return f"{service.name} (keep)" if offer is None else book.move(offer)


def _subject(service: Service, offer: Offer | None) -> str:
    return service.service_id if offer is None else offer.offer_id


def _ids(*ids: str | None) -> str:
    return " ".join(part for part in ids if part is not None)
