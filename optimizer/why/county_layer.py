"""Fitted parameters as the county's own file, scenarios/counties/<county>.yaml: what else stands in it stays."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from optimizer.counts import count_of
from optimizer.errors import Finding, Refused
from optimizer.scenario.loading import load_scenario
from optimizer.scenario.places import county_name, root_of
from optimizer.why.fit import Fit
from optimizer.why.parameters import DEPARTMENT


def write_layer(fit: Fit, scenario: Path) -> Path | None:
    """Write the parameters that changed; the file, or None if none did.

    `scenario` is the file that was asked about. Raises `Refused` if it would read otherwise than what was fitted, as
    where a what-if sets one of the parameters itself; then the county's file is as it was.
    """
    values = _values(fit)
    if not values:
        return None
    county = fit.case.scenario.county
    path = root_of(scenario) / "counties" / f"{county_name(county)}.yaml"
    before = path.read_bytes() if path.exists() else None
    _write(path, _text(before, values, fit))
    try:
        read = load_scenario(scenario, county=county).settings
        if read != fit.case.settings:
            found, fix = "other settings once this is written", "Fit a scenario that does not set them, without --set."
            raise Refused([Finding(str(path), found, "the parameters as they were fitted", fix)])
    except BaseException:
        _restore(path, before)
        raise
    return path


def _values(fit: Fit) -> dict[str, Any]:
    """What `set` says, by path; names of departments may be no part of a path, and stand in a group of their own."""
    table = fit.parameters
    changed = table[table["fitted"] != table["now"]]
    values: dict[str, Any] = {}
    for family, path, fitted in changed[["family", "path", "fitted"]].itertuples(index=False):
        if family == DEPARTMENT:
            group = ".".join(path.split(".", 2)[:2])
            values[group] = dict(fit.case.settings.economics.hurdle_usd_per_year_by_department)
        else:
            values[path] = float(fitted)
    return values


def _text(before: bytes | None, values: dict[str, Any], fit: Fit) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000
    content = yaml.load(before.decode("utf-8")) if before else CommentedMap()
    if "set" not in content or content["set"] is None:
        content["set"] = CommentedMap()
    settings = content["set"]
    for path, value in values.items():
        for held in [name for name in settings if str(name) == path or str(name).startswith(f"{path}.")]:
            del settings[held]
        settings[path] = value
    explained = int(fit.decisions["answer"].isin(["agrees", "as good"]).sum())
    told = f"fitted to {count_of(len(fit.decisions), 'decision')} that were taken, of which it explains {explained}"
    settings.yaml_set_comment_before_after_key(next(iter(values)), before=told, indent=2)
    out = StringIO()
    yaml.dump(content, out)
    return out.getvalue()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".yaml.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _restore(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(before)
