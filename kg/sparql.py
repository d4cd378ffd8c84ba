"""What SPARQL text may do and what went wrong in it: pure functions of the text.

A query reads what is stored here and nothing else, so whatever reaches for the network is refused before it runs.
"""

import re

from kg.errors import QueryError

# Strings, comments, IRIs, escapes, variables and local names are skipped whole. The word itself is matched even
# inside a longer one, since the grammar needs no space around a keyword: `trueSERVICE<http://…>{}` would run.
TOKEN = re.compile(
    r'''
      """(?:[^"\\]|\\.|"(?!""))*""" | \'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\'
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
    | <[^<>"{}|^`\\\x00-\x20]*> | \#[^\n\r]* | \\. | [?$]\w+ | :\w[\w-]*
    | (?P<remote>service | \bload\b)
    ''',
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
ERROR = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def refuse_remote(text: str) -> None:
    """Raise `QueryError` where a query names SERVICE or LOAD outside strings, comments and names."""
    folded = text.casefold()
    if "service" not in folded and "load" not in folded:
        return
    for token in TOKEN.finditer(text):
        if token["remote"]:
            line = text.count("\n", 0, token.start()) + 1
            column = token.start() - text.rfind("\n", 0, token.start())
            raise QueryError(f"SPARQL, line {line}, column {column}: {token['remote'].upper()} is refused, a query reads this store only")


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
