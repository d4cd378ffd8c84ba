"""The store as rdflib sees it; a module of its own, since rdflib takes a second to import."""

import oxrdflib
import rdflib

from kg.store import Store
from kg.terms import PREFIXES


def to_rdflib(store: Store) -> rdflib.Dataset:
    """The same quads, not a copy, as an rdflib dataset whose default graph is the union of all.

    Queries go to Oxigraph as they are: unlike `Store.sparql` nothing refuses a SERVICE in them.
    """
    dataset = rdflib.Dataset(store=oxrdflib.OxigraphStore(store=store.inner), default_union=True)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    return dataset
