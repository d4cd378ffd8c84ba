"""The command line: each command reads its options, calls one function and prints what it gives.

Exit codes: 0 done, 1 something failed, 2 the command was not understood. Errors are one line each, on stderr.
Commands import what they run, so that `--help` is quick.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kg import __version__
from kg.cli_ask import ask
from kg.cli_build import add, build, extract, remove
from kg.cli_checks import evaluate, validate
from kg.cli_options import FAILED, FILE, FORMATS, KINDS, STATUSES, TABLES, Command, format_option, graph_option
from kg.cli_serve import serve
from kg.errors import KgError

MISUSED, INTERRUPTED = 2, 130


def event_options(command: Command) -> Command:
    """The arguments and options of commands that list events."""
    statuses = click.Choice(STATUSES)
    options = (
        click.argument("who", required=False),
        click.argument("whom", required=False),
        click.option("--from", "start", metavar="DATE", help="Only from this day, month or year on (2023-07-26, 2023-07, 2023)."),
        click.option("--to", "end", metavar="DATE", help="Only up to this day, month or year."),
        click.option("--place", help="Only in this place or a place in it."),
        click.option("--country", help="Only with somebody of this country."),
        click.option("--min-sources", type=click.IntRange(1), help="Only what at least so many independent sources report."),
        click.option("--status", type=statuses, default="occurred", show_default=True, help="Whether it happened."),
        click.option("--evidence", is_flag=True, help="With the sentences that each event rests on."),
        graph_option,
        format_option("table", "json", "jsonl", "csv"),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg")
def cli() -> None:
    """Who met whom, when, where, and who says so: news articles to a knowledge graph.

    Exit codes: 0 done, 1 something failed, 2 the command was not understood.
    """


for command in (build, add, remove, extract, ask, validate, evaluate, serve):
    cli.add_command(command)


# --- questions ------------------------------------------------------------------------------------


@cli.command()
@event_options
def met(who: str | None, whom: str | None, graph: Path, format_: str, evidence: bool, **filters: Any) -> None:
    """Who met whom, when, where, says who.

    All meetings and calls, those of WHO, or those of WHO with WHOM, the earliest first. Names in any spelling or script.
    """
    from kg import asking
    from kg.console import put_events

    with asking.open_store(graph) as store:
        put_events(store, asking.met(store, who, whom, **filters), format_, with_evidence=evidence)
        _tell_undated(asking.count_undated(asking.met, store, who, whom, **filters))


def _tell_undated(count: int) -> None:
    """What a question for a period leaves out because nobody knows its date."""
    from kg.console import tell

    if count:
        tell(f"{count} undated event{'' if count == 1 else 's'} left out; ask without --from and --to to see them")


@cli.command()
@event_options
@click.option("--type", help="Only events of this type.")
def timeline(who: str | None, whom: str | None, graph: Path, format_: str, evidence: bool, **filters: Any) -> None:
    """What happened, the earliest first.

    Events of all types: all of them, those of WHO, or those of WHO with WHOM.
    """
    from kg import asking
    from kg.console import put_events

    with asking.open_store(graph) as store:
        put_events(store, asking.timeline(store, who, whom, **filters), format_, with_evidence=evidence)
        _tell_undated(asking.count_undated(asking.timeline, store, who, whom, **filters))


@cli.command()
@click.argument("office")
@click.option("--on", metavar="DATE", help="Only on this day.")
@graph_option
@format_option("table", "json", "jsonl", "csv")
def who(office: str, on: str | None, graph: Path, format_: str) -> None:
    """Who held an office.

    OFFICE is a title with its state or organisation: "Russian defence minister", "Security Council secretary".
    """
    from kg import asking
    from kg.console import put, put_records, width
    from kg.show import HOLDER_CELLS, HOLDER_COLUMNS, holder_cells, holder_row, plain, table

    with asking.open_store(graph) as store:
        rows = asking.holders(store, office, on)
    if format_ != "table":
        put_records([plain(row) for row in rows], [holder_row(row) for row in rows], HOLDER_CELLS, format_)
    elif rows:
        put(table(HOLDER_COLUMNS, [holder_cells(row) for row in rows], width=width()))
    else:
        put(f"No holder is on record{f' for {on}' if on else ''}.")


@cli.command()
@click.argument("name", metavar="ENTITY|EVENT")
@graph_option
@format_option("table", "json")
def show(name: str, graph: Path, format_: str) -> None:
    """What is known of an entity or event.

    A person, organisation, place or agreement by its name; an event, with all its claims, by the id that timeline prints.
    """
    from kg import asking
    from kg.console import event_table, put, width
    from kg.query import EventDetail
    from kg.show import entity_text, event_text, plain

    with asking.open_store(graph) as store:
        detail = asking.show(store, name)
        if format_ == "json":
            put(json.dumps(plain(detail), ensure_ascii=False, indent=2))
        elif isinstance(detail, EventDetail):
            put(event_text(detail, width=width()))
        else:
            put(entity_text(detail, asking.labels_of(store, detail), event_table(store, detail.events), width=width()))


@cli.command()
@click.argument("text", metavar="FILE|TEXT|-")
@graph_option
@format_option("table", "json", "csv", "tsv", "xml")
def query(text: str, graph: Path, format_: str) -> None:
    """Answer a SPARQL query.

    Over the union of all graphs. The usual prefixes (nk: id: sem: prov: skos: …) need no declaration.
    """
    from kg.asking import open_store
    from kg.console import put, width
    from kg.show import answer_text

    asked = _read_query(text)
    with open_store(graph) as store:
        if format_ == "table":
            put(answer_text(store.sparql(asked), width=width()))
        else:
            put(store.sparql_as(asked, format_).decode("utf-8").rstrip("\r\n"))


@cli.command()
@click.argument("format_", metavar="FORMAT", type=click.Choice(FORMATS))
@click.option("-o", "--out", type=FILE, help="File to write; standard output if none is named.")
@click.option("--kind", type=click.Choice(KINDS), help="Which network: people (the default), pairs, ego, bipartite, full.")
@click.option(
    "--table",
    type=click.Choice(TABLES),
    help="Which table: events (the default), participants, claims, nodes, edges (the default with --kind or --of).",
)
@click.option("--of", metavar="NAME", help="Only the network around somebody.")
@click.option("--depth", type=click.IntRange(1), help="How many steps around: 1 if none is given.")
@click.option("--from", "start", metavar="DATE", help="Only from this day, month or year on (2023-07-26, 2023-07, 2023).")
@click.option("--to", "end", metavar="DATE", help="Only up to this day, month or year.")
@click.option("--status", type=click.Choice(STATUSES), help="Whether it happened: networks but the full one are of what occurred.")
@graph_option
def export(format_: str, out: Path | None, graph: Path, **options: Any) -> None:
    """Write the graph in another format.

    \b
    turtle, trig, n-quads, json-ld  all of the graph, as RDF
    gexf, graphml                   a network: Gephi, yEd, Cytoscape, igraph
    cypher                          a network, as a script for Neo4j
    csv, parquet                    a table: spreadsheets, R, pandas, DuckDB
    jsonl                           events, one JSON object a line
    ics                             events with a date, for a calendar
    html                            events as a timeline in one page
    """
    from kg.console import tell
    from kg.graph import open_graph

    with open_graph(graph) as opened:
        named = out if out and str(out) != "-" else None
        undated = opened.export(named, format_, **options) if named else opened.write(sys.stdout.buffer, format_, **options)
    if undated:
        tell(f"{undated} undated event{'' if undated == 1 else 's'} left out")


# --- reading what is asked ------------------------------------------------------------------------


def _read_query(text: str) -> str:
    """The query in a file, on standard input, or the text itself."""
    if text == "-":
        return sys.stdin.buffer.read().decode("utf-8")
    is_file = text.endswith((".rq", ".sparql")) or os.path.lexists(text)
    return Path(text).read_text(encoding="utf-8") if is_file else text


# --- the end --------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code; whatever goes wrong is one line on stderr."""
    try:
        code = cli.main(args=None if arguments is None else list(arguments), prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has enough of it; the interpreter would complain of that when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (click.ClickException, click.Abort, KeyboardInterrupt, KgError, OSError, UnicodeError) as error:
        message, code = _explain(error)
        click.echo(f"kg: error: {' '.join(message.split())}", err=True)
    return code if isinstance(code, int) else 0


def _explain(error: BaseException) -> tuple[str, int]:
    """What to say of an error, and the exit code."""
    if isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx else "kg"
        return f"{error.format_message()} (see {path} --help)", MISUSED
    if isinstance(error, click.ClickException):
        return error.format_message(), FAILED
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return "interrupted", INTERRUPTED
    if isinstance(error, OSError):
        return ": ".join(str(part) for part in (error.filename, error.strerror or error) if part), FAILED
    return str(error), FAILED
