"""YAML as nodes: what is read, how, and every kind of file that is refused."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.errors import Finding
from optimizer.scenario.files import MAX_BYTES, MAX_DEPTH, parse, read_yaml
from optimizer.scenario.nodes import Group, Mark, Scalar, plain, resolve

START = Mark("x.yaml", 1, 1)


def read(text: str) -> Any:
    findings: list[Finding] = []
    node = parse(text, START, findings)
    assert findings == []
    assert node is not None
    return plain(node)


def refused(text: str) -> str:
    findings: list[Finding] = []
    assert parse(text, START, findings) is None
    return "\n".join(str(finding) for finding in findings)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("1e6", 1e6),
        ("1.5e3", 1500.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("-3", -3),
        ("+3", 3),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("1,200", "1,200"),
        ("35%", "35%"),
        ("2026-01-31", "2026-01-31"),
        ("~", None),
        ("null", None),
        ("${oc.env:HOME}", "${oc.env:HOME}"),
        ("'5'", "5"),
        ('"true"', "true"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("9" * 5000, "9" * 5000),
        ("1e999", math.inf),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    found = read(f"a: {text}")["a"]
    assert found == value
    assert type(found) is type(value)


def test_nan_is_read_as_a_number_that_checks_refuse() -> None:
    assert math.isnan(read("a: .nan")["a"])


@given(st.from_regex(r"[-+]?(0|[1-9][0-9]{0,6})(\.[0-9]{1,4})?([eE][-+]?[0-9])?", fullmatch=True))
def test_plain_numbers_mean_what_python_means(text: str) -> None:
    assert resolve(text) == float(text)


def test_names_are_text_and_places_count_from_one() -> None:
    node = parse("a: 1\n3: {b: [x,\n  y]}\n", START, [])
    assert isinstance(node, Group)
    assert plain(node) == {"a": 1, "3": {"b": ["x", "y"]}}
    inner = node.entries["3"]
    assert isinstance(inner, Group)
    assert str(node.marks["3"]) == "x.yaml:2:1"
    assert str(inner.marks["b"]) == "x.yaml:2:5"
    assert inner.mark.origin == "x.yaml:2"


def test_a_blank_lies_where_its_name_does() -> None:
    node = parse("a:\n\n\n", START, [])
    assert isinstance(node, Group)
    assert node.entries["a"] == Scalar(Mark("x.yaml", 1, 1), None, "")


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ("a: 1\na: 2\n", "x.yaml:2:1", "'a' a second time (first in x.yaml:1)"),
        ("3: 1\n'3': 2\n", "x.yaml:2:1", "'3' a second time"),
        ("a: {b: 1, b: 2}\n", "x.yaml:1:11", "'b' a second time"),
        ("a: &x 1\nb: *x\n", "x.yaml:1:4", "the anchor &x"),
        ("a: &x 1\nb: *x\n", "x.yaml:2:4", "the alias *x"),
        ("a: !!python/object:os.system x\n", "x.yaml:1:4", "the tag tag:yaml.org,2002:python/object:os.system"),
        ("a: !!str 5\n", "x.yaml:1:4", "the tag"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1", "a second document (---)"),
        ("%YAML 1.1\n---\na: 1\n", "x.yaml:2:1", "a % directive"),
        ("a:\n\t- b\n", "x.yaml:2:1", "'\\t'"),
        ("a: [1, 2\n", "x.yaml:2:1", "expected ',' or ']'"),
        ("a: 'b\n", "x.yaml:2:1", "unexpected end of stream"),
        ("a: b: c\n", "x.yaml:1:5", "mapping values are not allowed"),
        ("? [a]\n: 1\n", "x.yaml:1:3", "a name that is not a plain word"),
        ("'': 1\n", "x.yaml:1:1", "a name that is not a plain word"),
        ('a: "\\xZZ"\n', "x.yaml:1:7", "expected escape sequence"),
        ("", "x.yaml:1:1", "nothing"),
        ("# only a comment\n", "x.yaml:1:1", "nothing"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_place(text: str, where: str, found: str) -> None:
    assert any(line.startswith(f"{where}: found ") and found in line for line in refused(text).splitlines())


def test_all_that_is_wrong_with_a_file_is_told_at_once() -> None:
    assert len(refused("a: 1\na: 2\nb: &x 1\nc: *x\nd: !!str 5\n").splitlines()) == 4


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    assert "the alias *a0" in refused("\n".join(lines))


@pytest.mark.parametrize("text", ["[" * 5000, "a: " + "{b: " * 3000, "".join(f"{' ' * i}a:\n" for i in range(900))])
def test_deep_nesting_is_refused_where_it_begins_to_be_too_deep(text: str) -> None:
    assert f"needs {MAX_DEPTH} levels at the most" in refused(text)


def test_wide_files_are_read() -> None:
    assert len(read("\n".join(f"k{i}: [{i}, a]" for i in range(3000)))) == 3000


def file_refused(path: Path) -> str:
    findings: list[Finding] = []
    assert read_yaml(path, "x.yaml", findings) is None
    assert len(findings) == 1
    return str(findings[0])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("a: 1\n".encode("utf-16"), "x.yaml: found UTF-16 text"),
        ("a: 1\n".encode("utf-16-le"), "x.yaml:1:2: found the character U+0000"),
        (b"a: 1\nb: \xff\n", "x.yaml:2:4: found a byte that is not UTF-8"),
        ("a: é\nb: é".encode("latin-1"), "x.yaml:1:4: found a byte that is not UTF-8"),
        (b"a: 1\nb: x\0y\n", "x.yaml:2:5: found the character U+0000"),
        (b"a: \x1b[31m\n", "x.yaml:1:4: found the character U+001B"),
        (b"", "x.yaml:1:1: found nothing"),
        (b"a" * (MAX_BYTES + 1), "x.yaml: found a very large file"),
    ],
)
def test_bytes_that_are_no_plain_text_are_refused(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(data)
    assert file_refused(path).startswith(told)


def test_a_byte_order_mark_and_dos_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: x\r\n")
    node = read_yaml(path, "x.yaml", [])
    assert node is not None
    assert plain(node) == {"a": 1, "b": "x"}


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in file_refused(tmp_path / "absent.yaml")
    assert "no such file" in file_refused(tmp_path)
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    assert "no such file" in file_refused(pipe)


@given(st.text(alphabet=st.sampled_from("ab:-,[]{}&*!|>'\"%@`#? \n\t\\x0U9~.\u2028é"), max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    findings: list[Finding] = []
    node = parse(text, START, findings)
    assert (node is None) == bool(findings)
    assert all(finding.where.startswith("x.yaml:") for finding in findings)


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.yaml"
        path.write_bytes(data)
        findings: list[Finding] = []
        assert (read_yaml(path, "x.yaml", findings) is None) == bool(findings)


@pytest.mark.parametrize(
    "text", ['a: "\\UFFFFFFFF"', "%YAML 99999999999.1\n---\na: 1", '"\\U00110000": 1', "%TAG ! x\n---\na: 1"]
)
def test_absurd_numbers_in_escapes_and_directives_are_refused(text: str) -> None:
    assert refused(text).startswith("x.yaml:")


def test_an_indent_by_tabs_is_told_once_and_mended() -> None:
    words = refused("title: x\nset:\n\tlimits.transition_usd: 4\n")
    assert words.startswith("x.yaml:3:1: found character")
    assert words.endswith("Indent with spaces, not with tabs.")
