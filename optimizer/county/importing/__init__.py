"""What a foreign inventory says, told in a county's tables by a declared mapping."""

from optimizer.county.importing.describe import described
from optimizer.county.importing.importer import Imported, import_inventory, run_import
from optimizer.county.importing.loading import find_mapping, shipped_mappings
from optimizer.county.importing.report import ImportReport

__all__ = [
    "ImportReport",
    "Imported",
    "described",
    "find_mapping",
    "import_inventory",
    "run_import",
    "shipped_mappings",
]
