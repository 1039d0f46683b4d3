"""Which counties of a region an entry of a scenario file is for."""

from __future__ import annotations

from optimizer.county.county import TABLES
from optimizer.errors import Finding
from optimizer.scenario.layers import COUNTIES
from optimizer.scenario.nodes import Group, Listing, Node, Scalar, plain
from optimizer.scenario.settings import Settings
from optimizer.scenario.wording import shown


def split(dotted: str) -> tuple[str | None, str]:
    """The county and the path that it leads to of `counties.<county>.<path>`; no county where it is for all."""
    first, *parts = dotted.split(".")
    if first != COUNTIES or len(parts) < 2:
        return None, dotted
    # A county's folder may have dots in its name: what follows it begins with a group of settings or a table.
    known = (at for at in range(1, len(parts)) if parts[at] in Settings.model_fields or parts[at] in TABLES)
    at = next(known, 1)
    return ".".join(parts[:at]), ".".join(parts[at:])


def scope_of(group: Group, findings: list[Finding]) -> tuple[Scalar, ...]:
    """What a selector names under `county`: one county, or a list of them."""
    node = group.entries.get("county")
    return () if node is None else texts_of(node, "county", "Write county: NAME, or county: [NAME, NAME].", findings)


def texts_of(node: Node, name: str, fix: str, findings: list[Finding]) -> tuple[Scalar, ...]:
    """A name or a path, or a list of them; what is none is added to `findings`."""
    items = node.items if isinstance(node, Listing) else (node,)
    sound = [item for item in items if isinstance(item, Scalar) and is_text(item)]
    if not items or len(sound) < len(items):
        findings.append(Finding(f"{node.mark} {name}", shown(plain(node)), "names of counties", fix))
        return ()
    return tuple(sound)


def is_text(scalar: Scalar) -> bool:
    """Whether a value can be a name or a path."""
    return bool(scalar.text.strip()) and scalar.value is not None and "\0" not in scalar.text


def refuse_scopes(scopes: tuple[Scalar, ...], findings: list[Finding]) -> None:
    """Add a finding per county that an entry names where there is only one."""
    fix = "Remove it: here everything is for the one county. A file that names counties plans several together."
    for scope in scopes:
        findings.append(Finding(f"{scope.mark} county", shown(scope.text), "an entry without a county", fix))
