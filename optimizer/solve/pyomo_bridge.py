"""The door to Pyomo: the model for one's own rules, other solvers, and files. Importing it takes a second."""

from optimizer.solve.model_files import write_model
from optimizer.solve.pyomo_model import to_pyomo
from optimizer.solve.pyomo_search import search_pyomo
from optimizer.solve.rules_hook import load_rules

__all__ = ["load_rules", "search_pyomo", "to_pyomo", "write_model"]
