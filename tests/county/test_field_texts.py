"""The text under a field is what pydantic reads there."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from optimizer.county.field_texts import texts_of
from optimizer.county.records import Facts


class Bridge(BaseModel):
    """A class text is no field's."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    """Nor is this one's: it is not annotated."""

    name: str
    """Name,
    over two lines.
    """
    built: int = Field(default=1900, ge=1800)
    lanes: int = 2
    """Lanes."""
    """Only the text right under a field is its own."""

    def is_wide(self) -> bool:
        """Of a method, not of a field."""
        return self.lanes > 2


def test_texts_are_what_pydantic_reads() -> None:
    read = {name: info.description for name, info in Bridge.model_fields.items() if info.description is not None}
    assert texts_of(Bridge) == read == {"name": "Name,\nover two lines.", "lanes": "Lanes."}


def test_each_class_of_a_file_has_its_own() -> None:
    assert texts_of(Facts)["population"] == "Residents. Source: census."
