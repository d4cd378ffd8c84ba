"""The exceptions that callers of `kg` may see. Every message names the value and the place."""

# What hostile text can provoke in the steps that read it, and a slip of ours: such an article is skipped like an unreadable one.
REFUSED = (ValueError, OverflowError, RecursionError, LookupError, MemoryError)


class KgError(Exception):
    """Base of all errors that this package raises on purpose."""


class ReadError(KgError):
    """A file or a line of it cannot be read as an article."""


class OntologyError(KgError):
    """The Turtle of the ontology contradicts itself or the vocabulary."""


class QueryError(KgError):
    """A query, or a name in it, cannot be understood."""


class EvaluationError(QueryError):
    """A query is well formed, and still it cannot be answered."""


class TooLargeError(QueryError):
    """The answer to a query has more rows, triples or bytes than it may have."""


class StoreError(KgError):
    """A store is missing, locked or damaged."""
