"""The program of an assignment problem.

    minimize    offset + sum_o c_o x_o + sum_k f_k y_k + sum_p F_p z_p + sum_pj (a_pj w_pj + r_pj v_pj)

Blocks and families bear the names of a county's program with one start year (docs/model.md, section 5), so that an
engine meets here what it meets there. Nothing loops over services or options.
"""

from __future__ import annotations

import numpy as np

from benchmarks.instances import assignment_rows, pool_rows
from benchmarks.instances.assignment import Assignment
from optimizer.program.columns import Block, block, laid_out
from optimizer.program.program import Program


def program_of(instance: Assignment) -> Program:
    """The program; its families are those that have at least one row."""
    columns = laid_out(_blocks(instance), instance.offset_usd)
    families = [*assignment_rows.families(instance, columns), *pool_rows.families(instance, columns)]
    return Program(columns, tuple(rows for rows in families if len(rows)), (), ())


def _blocks(instance: Assignment) -> list[Block]:
    chosen = {
        "service_id": instance.service_names[instance.service],
        "offer_id": instance.offer_names,
        "start_year": np.ones(len(instance.service), dtype=np.int64),
    }
    fixed = np.empty(0) if instance.agreement_usd is None else instance.agreement_usd
    signed = {"org_id": instance.organization_names[: len(fixed)], "start_year": np.ones(len(fixed), dtype=np.int64)}
    return [block("choose", chosen, instance.cost_usd), block("agree", signed, fixed), *pool_rows.blocks(instance)]
