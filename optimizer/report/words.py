"""Plain words and budget-office numbers for what a search brought back."""

from __future__ import annotations

from optimizer.plan.answer import Answer
from optimizer.solve.outcome import Progress, Stopped


def usd(amount: float | None) -> str:
    """Dollars in the unit that a reader of a budget expects: $38.4M, $412k, $950."""
    if amount is None:
        return "-"
    sign = "-" if amount <= -0.5 else ""
    size = abs(amount)
    if size >= 999_500:
        return f"{sign}${size / 1e6:,.2f}M"
    if size >= 10_000:
        return f"{sign}${size / 1e3:,.0f}k"
    return f"{sign}${size:,.0f}"


def exact_usd(amount: float | None) -> str:
    """Whole dollars with separators."""
    if amount is None:
        return "-"
    whole = round(amount)
    return f"-${-whole:,}" if whole < 0 else f"${whole:,}"


def status_sentence(answer: Answer) -> str:
    """What kind of answer this is, and how sure it is."""
    plan = answer.plan
    if plan is not None and answer.stopped is None:
        broken = len(plan.violations)
        return f"Not searched: a rule decided. It breaks {broken} rules." if broken else "Not searched: a rule decided."
    if plan is None:
        return {
            Stopped.INFEASIBLE: "No plan exists: the rules cannot all hold at once (confirmed by a second search).",
            Stopped.TIME: "No plan was found in the time given. That does not mean that none exists.",
        }.get(
            answer.stopped or Stopped.INTERRUPTED,
            "No plan was found before the search was stopped. That does not mean that none exists.",
        )
    gap = None if plan.bound_usd is None else max(0.0, plan.cost_usd - plan.bound_usd)
    if answer.stopped is Stopped.PROVED and gap is not None:
        near = "no plan under these rules costs less" if gap < 0.01 else f"no plan costs over ${gap:,.2f} less"
        return f"Best plan, proved: {near}."
    why = "the time was up" if answer.stopped is Stopped.TIME else "the search was interrupted"
    if gap is None:
        return f"A lawful plan, but nothing is proved: {why} early."
    return f"A good plan: {why}; a better one may exist, cheaper by {exact_usd(gap)} at the most."


def proof_word(answer: Answer) -> str:
    """The kind of answer in a word or two."""
    if answer.stopped is None:
        return "a rule's"
    if answer.plan is None:
        return "no plan exists" if answer.stopped is Stopped.INFEASIBLE else "none found"
    if answer.stopped is Stopped.PROVED:
        return "proved best"
    if answer.plan.bound_usd is None:
        return "nothing proved"
    return f"within {exact_usd(answer.plan.cost_usd - answer.plan.bound_usd)}"


def percent(part: float, whole: float) -> str:
    """A share of a whole; a dash where there is no whole."""
    return f"{part / whole:.1%}" if whole > 0 else "-"


def plan_sentence(answer: Answer) -> str:
    """The plan in one plain paragraph."""
    plan = answer.plan
    assert plan is not None
    moved = plan.decisions[plan.decisions["decision"] != "keep"]
    if moved.empty:
        return (
            f"Keep all {len(plan.decisions)} services, for {usd(plan.cost_usd / plan.annuity)} a year net of revenue."
        )
    what = ", ".join(f"{decision} {count}" for decision, count in moved["decision"].value_counts().items())
    share = percent(moved["gross_usd_per_year"].sum(), plan.decisions["gross_usd_per_year"].sum())
    guesses = int((moved["estimated"] != "").sum())
    saved = plan.saving_usd_per_year
    saves = f"it saves {usd(saved)} a year" if saved >= 0 else f"it costs {usd(-saved)} a year more"
    saves += f" ({percent(abs(plan.saving_usd), plan.today_usd)})"
    return (
        f"Of {len(plan.decisions)} services keep {len(plan.decisions) - len(moved)}, {what}. "
        f"{share} of the budget changes hands, to {moved['org_id'].replace('', None).nunique()} organizations. "
        f"Net of revenue the plan costs {usd(plan.cost_usd / plan.annuity)} a year instead of "
        f"{usd(plan.today_usd / plan.annuity)}: {saves}, averaged over "
        f"{len(plan.cash)} years and after all one-time costs. "
        f"{guesses} of its {len(moved)} moves rest on estimated terms, not on a quote."
    )


def progress_line(progress: Progress) -> str:
    """Where a running search stands."""
    best = "no plan yet" if progress.cost_usd is None else f"best plan {exact_usd(progress.cost_usd)}"
    bound = "" if progress.bound_usd is None else f", none costs less than {exact_usd(progress.bound_usd)}"
    gap = "" if progress.gap_usd is None else f", gap {exact_usd(progress.gap_usd)}"
    return f"{progress.elapsed_s:.0f} s: {best}{bound}{gap}"
