"""I turn words into calls and outcomes into words and exit codes; I decide nothing. The commands: optimizer/commands.

Exit codes: 0 proved within the asked gap, 1 the solver failed, 2 input refused, 3 no plan exists, 4 stopped early with
a plan, 5 stopped with no plan found, 6 a plan was withheld because its verification failed, 130 interrupted, 141 nobody
read on (as a closed pipe ends other programs).
"""

from __future__ import annotations

import gc

import click

from optimizer.commands import (
    alternatives,
    calibrate,
    documents,
    looking,
    report,
    solving,
    tables,
    uncertainty,
    why,
    workshop,
)
from optimizer.commands.group import Commands

COMMANDS = (
    solving.solve,
    solving.compare,
    solving.show,
    looking.baseline,
    looking.options,
    looking.export,
    looking.workbook,
    report.report,
    documents.memo,
    documents.brief,
    why.why,
    why.limits,
    why.break_even,
    alternatives.others,
    alternatives.simplest,
    alternatives.frontier,
    uncertainty.realize,
    uncertainty.robust,
    uncertainty.failures,
    calibrate.calibrate,
    tables.map_,
    tables.check,
    tables.convert,
    tables.template,
    workshop.workshop,
    tables.import_,
    tables.generate,
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="reallocate")
def main() -> None:
    """Decide for every service of a county at once: keep, partner, consolidate or outsource."""
    gc.set_threshold(50_000, 20, 20)  # records and modules stay; looking through them again and again frees nothing


for command in COMMANDS:
    main.add_command(command)


if __name__ == "__main__":
    main()
