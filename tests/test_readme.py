"""The README shows what the demo prints, and its commands exist."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

import cli
from tests.cases import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def demo_words() -> list[str]:
    """The demo's comparison, as the Makefile asks for it."""
    done = subprocess.run(["make", "-n", "demo"], cwd=ROOT, capture_output=True, text=True, check=True)
    (line,) = (line for line in done.stdout.replace("\\\n", " ").splitlines() if " cli.py compare " in line)
    return line.split()[2:]


@pytest.mark.slow
def test_the_readme_shows_the_demo_as_it_is(tmp_path) -> None:
    words = [sys.executable, "cli.py", *demo_words(), "--runs", str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    shown = lines[next(n for n, line in enumerate(lines) if line.startswith("Cost against")) :]
    (block,) = re.findall(r"<!-- demo -->\n```\n(.*?)```\n<!-- /demo -->", README, re.DOTALL)
    assert block.splitlines() == shown


@pytest.mark.parametrize(
    ("mark", "question", "title"),
    [
        ("region", "three_counties.yaml", "Planning together"),
        pytest.param("years", "clear_creek/five_year_roadmap.yaml", "Year by year", marks=pytest.mark.slow),
    ],
)
def test_the_readme_shows_tables_as_they_are(mark: str, question: str, title: str, tmp_path) -> None:
    words = ["solve", str(ROOT / "scenarios" / "whatifs" / question), "--runs", str(tmp_path)]
    lines = [line.rstrip() for line in CliRunner().invoke(cli.main, words).output.splitlines()]
    shown = lines[next(n for n, line in enumerate(lines) if line.startswith(title)) :]
    (block,) = re.findall(rf"<!-- {mark} -->\n```\n(.*?)```\n<!-- /{mark} -->", README, re.DOTALL)
    told = block.splitlines()
    assert told
    assert told == shown[: len(told)]


@pytest.mark.slow
def test_the_readme_says_why_as_the_commands_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"<!-- why -->\n```\n(.*?)\n```\n<!-- /why -->", README, re.DOTALL)
    for asked in block.split("\n\n"):
        command, *told = asked.splitlines()
        words = command.removeprefix("$ python cli.py ").split()
        assert CliRunner().invoke(cli.main, words).output.splitlines()[: len(told)] == told


def test_every_command_is_in_the_readme() -> None:
    for name in cli.main.commands:
        assert f"`{name}" in README, name
        assert CliRunner().invoke(cli.main, [name, "--help"]).exit_code == 0


def test_the_files_that_the_readme_names_are_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
