"""News articles to a knowledge graph: who met whom, when, where, and who says so.

    import kg
    g = kg.build("seeds")                 # or kg.open("out")
    g.met("Kim Jong Un", start="2024")    # rows with date, place, status, sources, sentences

Names are loaded on first use, so that `import kg` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.errors import KgError, OntologyError, QueryError, ReadError, StoreError
    from kg.folder import build_graph as build
    from kg.graph import Graph
    from kg.graph import open_graph as open
    from kg.intake import Intake

__version__ = "0.10.0"
__all__ = ["Graph", "Intake", "KgError", "OntologyError", "QueryError", "ReadError", "StoreError", "__version__", "build", "open"]

# Public name -> its module and the name that it has there.
_HOMES = {
    "Graph": ("kg.graph", "Graph"),
    "Intake": ("kg.intake", "Intake"),
    "build": ("kg.folder", "build_graph"),
    "open": ("kg.graph", "open_graph"),
} | {name: ("kg.errors", name) for name in __all__ if name.endswith("Error")}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
