"""Decisions that were taken, read from a file, and everything that may be wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.ask import load_case
from optimizer.county.county import County
from optimizer.county.terms import Decision
from optimizer.errors import Refused
from optimizer.why.past import read_past
from tests.cases import ROOT


@pytest.fixture(scope="module")
def county() -> County:
    return load_case(ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml").county


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "past.csv"
    path.write_text("\n".join(("service_id,decision,provider,year,note", *lines)) + "\n", encoding="utf-8")
    return path


def test_every_row_is_a_lock_that_knows_its_line(county: County, tmp_path: Path) -> None:
    first, second = county.services[0].service_id, county.services[1].service_id
    provider = county.organizations[0].org_id
    path = written(tmp_path, f"{first},keep,,2024,", f"{second},outsource,{provider},2025,after the fire")
    one, other = read_past(path, county)
    assert (one.service_id, one.decision, one.provider) == (first, Decision.KEEP, None)
    assert (other.service_id, other.decision, other.provider) == (second, Decision.OUTSOURCE, provider)
    assert other.origin.startswith(str(path))
    assert "3" in other.origin.removeprefix(str(path))


def test_everything_wrong_is_told_at_once(county: County, tmp_path: Path) -> None:
    service, org = county.services[0].service_id, county.organizations[0].org_id
    path = written(tmp_path, f"{service}x,keep,,,", f"{service},keep,{org},,", f"{service},outsource,{org}z,,")
    with pytest.raises(Refused) as refused:
        read_past(path, county)
    text = str(refused.value)
    for told in (f"Did you mean {service}?", "blank", "this service twice", f"Did you mean {org}?"):
        assert told in text


def test_a_decision_that_is_none(county: County, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="'sell'"):
        read_past(written(tmp_path, f"{county.services[0].service_id},sell,,,"), county)


def test_a_file_without_a_row(county: County, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="a row per decision"):
        read_past(written(tmp_path), county)
