"""What SPARQL text may do, which graphs it names and what went wrong in it: functions of the text alone.

A query reads what is stored here and nothing else, so whatever reaches for the network is refused before it runs. What the text means is
asked of the parser that will run it: its grammar lets keywords be glued to what is around them, and no second reading of quotes, comments
and angle brackets is as sure.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import QueryError
from kg.terms import PREFIXES

ERROR = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
SERVICE = re.compile("service", re.IGNORECASE | re.ASCII)
FROM = re.compile("from", re.IGNORECASE | re.ASCII)
LOAD = re.compile(r"\s*(load)\b", re.IGNORECASE | re.ASCII)

_SPACE = r"(?:[ \t\r\n]|\#[^\r\n]*[\r\n])*"
_PREFIX = r"(?:[^\W_][\w.-]*)?:"
_IRI = r'<[^<>"{}|^`\x00-\x20]*>'
# What stands before the braces of a query: declarations, clauses that name graphs, and what is neither.
HEAD = re.compile(
    rf'''
      """(?:[^"\\]|\\.|"(?!""))*""" | \'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\'
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | [?$]\w+ | \#[^\n\r]*
    | (?P<declared>base{_SPACE}{_IRI} | prefix{_SPACE}{_PREFIX}{_SPACE}{_IRI})
    | {_IRI} | {_PREFIX}(?:[\w.:%-]|\\.)+
    | (?P<clause>from{_SPACE}(?P<named>named{_SPACE})?(?P<graph>{_IRI}|{_PREFIX}(?:[\w.:%-]|\\.)*))
    | (?P<opens>[({{[]) | (?P<closes>[)}}\]])
    ''',
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


class Dataset(NamedTuple):
    """The graphs that a query is about, by IRI: those whose union is its default graph, and those that GRAPH finds."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def refuse_remote(text: str, base: str | None = None) -> None:
    """Raise `QueryError` where a query uses SERVICE or is a LOAD; in strings, comments and names the words are free."""
    load = LOAD.match(text)
    if load:
        raise _refused(text, load.start(1), "LOAD")
    if not SERVICE.search(text):
        return
    # Read with another word of the same length: where that is no query either, the word was a keyword, or something else is wrong.
    # Never is a text with SERVICE as a keyword handed to the evaluator, which would run it at once where the query is an ASK.
    harmless = SERVICE.sub("servicf", text)
    error = _find_error(harmless, base)
    if error is None:
        return
    place = _place(error, text)
    keywords = [found.start() for found in SERVICE.finditer(text) if found.start() <= place]
    if keywords and _reach(text, base) != _reach(harmless, base):
        raise _refused(text, keywords[-1], "SERVICE")
    raise QueryError(describe_error(error, text))


def read_dataset(text: str, base: str | None = None) -> Dataset | None:
    """The graphs that FROM and FROM NAMED of a query name, None where it has neither; `base` is what relative IRIs are relative to.

    The text has passed `refuse_remote`. Raises `QueryError` for what is no query.
    """
    if not FROM.search(text):
        return None
    error = _find_error(text, base)
    if error:
        raise QueryError(describe_error(error, text))
    if not _has_from(text, base):
        return None
    declared, clauses = _read_head(text)
    rest = "".join(_blank(text, clauses))
    if _has_from(rest, base):
        raise QueryError("SPARQL: FROM is not understood; write each as FROM <iri> or FROM NAMED <iri>, between spaces")
    # The parser resolves prefixes, escapes and relative IRIs as it does in the query.
    iris = " ".join(clause["graph"] for clause in clauses)
    solutions = ox.Store().query(f"{declared}\nSELECT ?g {{ VALUES ?g {{ {iris} }} }}", prefixes=dict(PREFIXES), base_iri=base)
    assert isinstance(solutions, ox.QuerySolutions)
    found = [(row[0].value, bool(clause["named"])) for row, clause in zip(solutions, clauses, strict=True)]
    return Dataset(tuple(iri for iri, is_named in found if not is_named), tuple(iri for iri, is_named in found if is_named))


def _read_head(text: str) -> tuple[str, list[re.Match[str]]]:
    """The declarations of prefixes and base, and the clauses that name graphs."""
    depth, declared, clauses = 0, [], []
    for token in HEAD.finditer(text):
        depth += bool(token["opens"]) - bool(token["closes"])
        if not depth and token["declared"]:
            declared.append(token["declared"])
        if not depth and token["clause"]:
            clauses.append(token)
    return "\n".join(declared), clauses


def _blank(text: str, clauses: Sequence[re.Match[str]]) -> list[str]:
    ends = [0, *(clause.end() for clause in clauses)]
    starts = [*(clause.start() for clause in clauses), len(text)]
    return [" " + text[end:start] for end, start in zip(ends, starts, strict=True)]


def _has_from(text: str, base: str | None) -> bool:
    return _find_error(FROM.sub("fron", text), base) is not None


def _find_error(text: str, base: str | None = None) -> SyntaxError | None:
    """What is wrong with a text that has no SERVICE, None for a query."""
    try:
        ox.Store().query(text, prefixes=dict(PREFIXES), base_iri=base)
    except SyntaxError as error:
        return error
    except (OSError, RuntimeError, ValueError):
        pass
    return None


def _reach(text: str, base: str | None) -> int:
    """How far the parser comes in a text; an end that no query can have lets it run nothing."""
    return _place(_find_error(text + "\n\0", base), text)


def _place(error: SyntaxError | None, text: str) -> int:
    """Where in the text the parser stopped."""
    found = ERROR.match(str(error))
    if not found:
        return len(text)
    lines = text.split("\n")[: int(found[1]) - 1]
    return sum(len(line) + 1 for line in lines) + int(found[2]) - 1


def _refused(text: str, start: int, word: str) -> QueryError:
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    return QueryError(f"SPARQL, line {line}, column {column}: {word} is refused, a query reads this store only")


def describe_error(error: Exception, text: str) -> str:
    """One line for what the SPARQL parser or evaluator raised: "SPARQL, line 2, column 10: expected …, near …"."""
    found = ERROR.match(str(error))
    if not found:
        return f"SPARQL: {' '.join(str(error).split())}"
    line, column = int(found[1]), int(found[2])
    near = "".join(text.splitlines(keepends=True)[line - 1 : line])[column - 1 :].strip()[:30]
    return f"SPARQL, line {line}, column {column}: {_reason(found[3])}, " + (f"near {near!r}" if near else "at the end of the line")


def _reason(message: str) -> str:
    """What the parser says in words; the characters and keywords that it would have taken help nobody."""
    parts = " ".join(message.removeprefix("expected one of ").removeprefix("expected ").split()).split(", ")
    return next((part for part in parts if " " in part and part[0] != "["), "not understood")
