"""The exceptions that callers of `kg` may see. Every message names the value and the place."""


class KgError(Exception):
    """Base of all errors that this package raises on purpose."""


class ReadError(KgError):
    """A file or a line of it cannot be read as an article."""


class OntologyError(KgError):
    """The Turtle of the ontology contradicts itself or the vocabulary."""


class QueryError(KgError):
    """A query, or a name in it, cannot be understood."""


class StoreError(KgError):
    """A store is missing, locked or damaged."""
