"""The text under each field of a class, as its file has it."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise


@cache
def texts_of(owner: type) -> dict[str, str]:
    """The text under each field that the class itself states; a field without one is left out.

    The `use_attribute_docstrings` of pydantic looks for every class through all that is loaded, in every command.
    """
    return _texts_by_class(owner.__module__)[owner.__name__]


@cache
def _texts_by_class(module: str) -> dict[str, dict[str, str]]:
    statements = ast.parse(inspect.getsource(sys.modules[module])).body
    return {found.name: dict(_texts(found.body)) for found in statements if isinstance(found, ast.ClassDef)}


def _texts(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for pair in pairwise(body):
        match pair:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                yield name, inspect.cleandoc(text)
