"""The overlap picture of a county: who could deliver what, where several could compete, and where nobody answered."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from optimizer.county.county import County
from optimizer.county.program_mapping import ProgramMap, map_programs
from optimizer.county.terms import DELIVERING, Stance

GROSS = "gross_usd_per_year"
_OWN = ("org_id", "organization", "budget_share")


@dataclass(frozen=True)
class Picture:
    """What the organizations said, against the budget.

    An overlap is a service that an organization delivers, would share or would take over; shares are of gross cost.
    """

    mapped: ProgramMap
    heat: pd.DataFrame
    """A row per organization that has an overlap, the largest first: organization, budget_share, then a column per
    department, the largest first, with the share of the department's budget that overlaps."""
    organizations: pd.DataFrame
    """A row per organization: how often it gave each answer, overlaps with and without a price, budget_share."""
    departments: pd.DataFrame
    """A row per department: its services and gross cost, and which share of it overlaps, could be competed for, and was
    answered by nobody."""
    competing: pd.DataFrame
    """Services that the law does not leave to the county and that two or more organizations could deliver, the largest
    first, with who they are."""
    unanswered: pd.DataFrame
    """Services on which no organization answered anything, the largest first."""

    @property
    def competing_share(self) -> float:
        """Share of the budget in services that two or more could deliver."""
        return _share(self.competing[GROSS].sum(), self.mapped.total_usd_per_year)

    @property
    def unanswered_share(self) -> float:
        """Share of the budget in services on which nobody answered."""
        return _share(self.unanswered[GROSS].sum(), self.mapped.total_usd_per_year)


def picture_of(county: County) -> Picture:
    """Measure the answers of a county's organizations against its budget."""
    services = _services(county)
    said = county.frame("overlaps").merge(services, on="service_id")
    names = county.frame("organizations")[["org_id", "name"]].rename(columns={"name": "organization"})
    pairs = said[said["stance"].isin([str(stance) for stance in DELIVERING])].drop_duplicates(["org_id", "service_id"])
    pairs = pairs.merge(names, on="org_id").merge(_priced(county), on=["org_id", "service_id"], how="left")
    pairs["priced"] = pairs["priced"].notna()
    delegable = services.loc[services["delegable"], "service_id"]
    competing = _competing(pairs[pairs["service_id"].isin(delegable)])
    unanswered = services[~services["service_id"].isin(said["service_id"])]
    return Picture(
        map_programs(county),
        _heat(pairs, services),
        _organizations(county, said, pairs, float(services[GROSS].sum())),
        _departments(services, pairs, competing, unanswered),
        competing,
        _largest(unanswered[["service_id", "service", "department", "service_class", GROSS]]),
    )


def _services(county: County) -> pd.DataFrame:
    frame = county.frame("services").rename(columns={"name": "service"})
    gross = frame[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].sum(axis=1)
    return frame[["service_id", "service", "department", "service_class", "delegable"]].assign(**{GROSS: gross})


def _priced(county: County) -> pd.DataFrame:
    """Pairs of organization and service of which a price is given."""
    offers = county.frame("offers")
    given = offers["price_usd_per_year"].notna() & ~offers["estimated"].map(lambda names: "price_usd_per_year" in names)
    pairs = offers.loc[given & offers["org_id"].notna(), ["org_id", "service_id"]].drop_duplicates()
    return pairs.assign(priced=True)


def _heat(pairs: pd.DataFrame, services: pd.DataFrame) -> pd.DataFrame:
    whole = services.groupby("department")[GROSS].sum().sort_values(ascending=False, kind="stable")
    cells = pairs.pivot_table(GROSS, ["org_id", "organization"], "department", "sum", observed=True)
    shares = cells.reindex(columns=whole.index).div(whole.where(whole > 0), axis=1)
    # a department may be called like a column of ours
    shares.columns = pd.Index([f"{name} (department)" if name in _OWN else name for name in shares.columns])
    total = float(whole.sum())
    budget = cells.sum(axis=1) / total if total > 0 else cells.sum(axis=1) * 0.0
    shares.insert(0, "budget_share", budget)
    shares = shares.sort_values("budget_share", ascending=False, kind="stable").reset_index()
    return shares.drop(columns="org_id")


def _organizations(county: County, said: pd.DataFrame, pairs: pd.DataFrame, total_usd: float) -> pd.DataFrame:
    table = county.frame("organizations")[["org_id", "name", "kind"]].set_index("org_id")
    counts = said.groupby(["org_id", "stance"]).size().unstack(fill_value=0)
    answers = counts.reindex(index=table.index, columns=[str(stance) for stance in Stance], fill_value=0)
    of_org = pairs.groupby("org_id").agg(
        overlaps=("service_id", "size"), with_price=("priced", "sum"), usd=(GROSS, "sum")
    )
    of_org = of_org.reindex(table.index, fill_value=0)
    table = table.join(answers).assign(
        with_price=of_org["with_price"].astype("int64"),
        without_price=(of_org["overlaps"] - of_org["with_price"]).astype("int64"),
        budget_share=[_share(usd, total_usd) for usd in of_org["usd"]],
    )
    return table.reset_index().sort_values("budget_share", ascending=False, kind="stable", ignore_index=True)


def _competing(pairs: pd.DataFrame) -> pd.DataFrame:
    by = ["service_id", "service", "department", GROSS]
    table = (
        pairs.groupby(by, sort=False)
        .agg(organizations=("org_id", "size"), with_price=("priced", "sum"), who=("organization", "; ".join))
        .reset_index()
    )
    return _largest(table[table["organizations"] > 1])


def _departments(
    services: pd.DataFrame, pairs: pd.DataFrame, competing: pd.DataFrame, unanswered: pd.DataFrame
) -> pd.DataFrame:
    whole = services.groupby("department").agg(services=("service_id", "size"), usd=(GROSS, "sum"))
    table = whole.rename(columns={"usd": GROSS})
    parts = {
        "overlapping_share": services[services["service_id"].isin(pairs["service_id"])],
        "competing_share": services[services["service_id"].isin(competing["service_id"])],
        "unanswered_share": unanswered,
    }
    for name, part in parts.items():
        usd = part.groupby("department")[GROSS].sum().reindex(table.index, fill_value=0.0)
        table[name] = [_share(one, all_) for one, all_ in zip(usd, table[GROSS], strict=True)]
    return _largest(table.reset_index())


def _largest(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(GROSS, ascending=False, kind="stable", ignore_index=True)


def _share(part_usd: float, total_usd: float) -> float:
    return float(part_usd) / float(total_usd) if total_usd > 0 else 0.0
