"""A county as one workbook to fill in: its tables with drop-downs and units, a data dictionary, and how to begin."""

from optimizer.county.template.write import write_template

__all__ = ["write_template"]
