"""What settings are made of: groups with fixed names, and the kinds of values in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from optimizer.county.terms import MOVES, Decision

Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Money = Annotated[float, Field(ge=0, le=1e12, strict=True)]
Staff = Annotated[float, Field(ge=0, le=1e6, strict=True)]
Growth = Annotated[float, Field(ge=-0.5, le=0.5, strict=True)]
Times = Annotated[float, Field(ge=0, le=100, strict=True)]
Whole = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


class Disagreement(ValueError):
    """Settings of one section that do not go together: what they need, and their names."""

    def __init__(self, needs: str, *names: str) -> None:
        super().__init__(needs)
        self.names = names


def _is_move(decision: Decision) -> Decision:
    if decision not in MOVES:
        raise ValueError(f"one of {', '.join(MOVES)}: a workshop tells who else could deliver a service")
    return decision


def _is_moving(decision: Decision) -> Decision:
    if decision not in (*MOVES, Decision.EXIT):
        raise ValueError(f"one of {', '.join(MOVES)}, exit: what is kept needs not beat keeping")
    return decision


Move = Annotated[Decision, AfterValidator(_is_move)]
Moving = Annotated[Decision, AfterValidator(_is_moving)]


class Section(BaseModel):
    """A group of settings; an unknown name is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
