"""The command line: each command reads its options, calls one function and prints what it gives.

Exit codes: 0 done, 1 something failed, 2 the command was not understood. Errors are one line each, on stderr.
Commands import what they run, so that `--help` is quick.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from kg import __version__
from kg.errors import KgError, ReadError

Command = TypeVar("Command", bound=Callable[..., Any])

FAILED, MISUSED, INTERRUPTED = 1, 2, 130

FOLDER = click.Path(path_type=Path)
ONTOLOGY = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)

graph_option = click.option("--graph", type=FOLDER, default="out", show_default=True, help="Folder that kg build made.")
ontology_option = click.option("--ontology", type=ONTOLOGY, help="Folder of Turtle files instead of the project's own.")
model_option = click.option("--model", help="Name or path of a spaCy pipeline instead of the project's own.")
paths_argument = click.argument("paths", metavar="PATH...", nargs=-1, required=True)


def format_option(*formats: str) -> Callable[[Command], Command]:
    """`--format` with these values; the first is the default."""
    return click.option("--format", "format_", type=click.Choice(formats), default=formats[0], show_default=True, help="How to print it.")


def event_options(command: Command) -> Command:
    """The arguments and options of commands that list events."""
    statuses = click.Choice(["occurred", "planned", "alleged", "denied", "all"])
    options = (
        click.argument("who", required=False),
        click.argument("whom", required=False),
        click.option("--from", "start", metavar="DATE", help="Only from this day, month or year on (2023-07-26, 2023-07, 2023)."),
        click.option("--to", "end", metavar="DATE", help="Only up to this day, month or year."),
        click.option("--place", help="Only in this place or a place in it."),
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


# --- articles to a graph --------------------------------------------------------------------------


@cli.command()
@paths_argument
@click.option("-o", "--out", type=FOLDER, required=True, help="Folder for the graph; what it holds is replaced at the end.")
@ontology_option
@model_option
def build(paths: tuple[str, ...], out: Path, ontology: Path | None, model: str | None) -> int:
    """Build the graph of all articles.

    They are read from files and folders: .txt, .md, .html, .jsonl; "-" is standard input.

    What cannot be read is named in one line each, and the rest is built: exit code 0. It is 1 where a PATH does not
    exist (the rest is built), where the graph breaks a rule of the ontology (it is built), and where no article can
    be read (nothing is built).
    """
    from kg.console import Watch, put, tell
    from kg.flow import build as run
    from kg.flow import describe
    from kg.show import violation_text

    watch = Watch()
    try:
        report = run(paths, out, ontology=ontology, model=model, progress=watch)
    finally:
        watch.clear()
    for violation in report.violations:
        tell(violation_text(violation))
    put(f"{out}: {describe(report)}")
    return FAILED if report.missing or report.violations else 0


@cli.command()
@paths_argument
@format_option("jsonl", "table")
@ontology_option
@model_option
def extract(paths: tuple[str, ...], format_: str, ontology: Path | None, model: str | None) -> int:
    """Print what each article reports.

    One line for each event of each article. Exit codes are those of build.
    """
    from kg.console import Watch, put, width
    from kg.flow import find_missing, make_reader, report_claims
    from kg.show import CLAIM_COLUMNS, claim_cells, table
    from kg.tables import json_line

    watch = Watch()
    lines = report_claims(paths, make_reader(ontology, model), progress=watch)
    try:
        if format_ == "jsonl":
            for line in lines:
                watch.clear()
                put(json_line(line))
        else:
            cells = [claim_cells(line) for line in lines]
            watch.clear()
            put(table(CLAIM_COLUMNS, cells, width=width()))
    finally:
        watch.clear()
    if not watch.articles:
        raise ReadError("no article was read")
    return FAILED if find_missing(watch.skipped, paths) else 0


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
@click.argument("format_", metavar="FORMAT", type=click.Choice(["turtle", "trig", "n-quads", "json-ld", "gexf", "graphml", "csv", "jsonl"]))
@click.option("-o", "--out", type=FILE, help="File to write; standard output if none is named.")
@click.option(
    "--kind",
    type=click.Choice(["people", "bipartite", "full", "events", "participants", "claims"]),
    help="gexf, graphml: people, bipartite or full. csv: events, participants or claims.",
)
@graph_option
def export(format_: str, out: Path | None, kind: str | None, graph: Path) -> None:
    """Write the graph in another format.

    FORMAT is turtle, trig, n-quads, json-ld (all of the graph), gexf, graphml (networks), csv or jsonl (events).
    """
    from kg.graph import open_graph

    with open_graph(graph) as opened:
        if out:
            opened.export(out, format_, kind=kind)
        else:
            opened.write(sys.stdout.buffer, format_, kind=kind)


# --- checks ---------------------------------------------------------------------------------------


@cli.command()
@click.option("--graph", type=FOLDER, help="Folder that kg build made.  [default: out, where there is one]")
@ontology_option
def validate(graph: Path | None, ontology: Path | None) -> int:
    """Check ontology and graph by their shapes.

    Exit code 1 where a rule of the SHACL shapes is broken.
    """
    from kg.asking import find_violations, open_store
    from kg.console import put
    from kg.registry import open_lexicon
    from kg.show import violation_text
    from kg.store import Store

    folder = open_lexicon(ontology).ontology.folder
    with Store() as store:
        store.load_ontology(folder)
        found = set(find_violations(store, folder))
    if graph or Path("out").is_dir():
        with open_store(graph or Path("out")) as store:
            found |= set(find_violations(store, folder))
    for violation in sorted(found):
        put(violation_text(violation))
    put(f"{len(found)} violation{'' if len(found) == 1 else 's'}")
    return FAILED if found else 0


@cli.command(name="eval")
@click.argument("gold", type=click.Path(exists=True, path_type=Path))
@click.option("--predictions", type=FILE, help="Lines of kg extract to score instead of extracting anew.")
@click.option(
    "--docs", type=click.Choice(["all", "odd", "even"]), default="all", show_default=True, help="Articles by the last digit of the id."
)
@click.option("--errors", is_flag=True, help="Also print every error with its sentence.")
@format_option("table", "json")
@ontology_option
@model_option
def evaluate(gold: Path, predictions: Path | None, docs: str, errors: bool, format_: str, **pipeline: Any) -> None:
    """Score extraction against annotations.

    GOLD is a folder with docs.jsonl, gold.jsonl and perhaps aliases.json.

    What is counted are relations of two participants of one event (of one, where the type has one side). Right is a
    relation that is annotated in that article; dated right, if its date agrees as well. "met" are the meetings and calls
    that occurred, "who-met-whom" those of any status. To improve rules on one half of the articles and measure them on
    the other, use --docs.

    \b
    Errors are told by kind:
      mention missed  one of the participants is found nowhere in the article
      wrong link      words of the sentence that name one were taken for somebody else or nobody
      trigger missed  all were found, and the sentence yielded no event of the type
      wrong role      it yielded one, with other participants or roles, or with too few
      wrong date      found with another date, or none
      wrong status    found with another status
      spurious        read, and not annotated
      missed          not read; why cannot be told without a reader

    The first four are the annotated relations that were not read. With --predictions nobody reads the articles:
    participants count as found if any claim of the article has them, a wrong link cannot be told, and the sentences are
    what the annotations and the claims quote.
    """
    from kg.console import Watch, put, width
    from kg.evaluate import choose_half, read_gold
    from kg.flow import make_reader
    from kg.measure import measure_claims, measure_reader
    from kg.scores import scores_json, scores_text

    annotated = choose_half(read_gold(gold), docs)
    watch = Watch()
    try:
        measured = (
            measure_claims(annotated, predictions) if predictions else measure_reader(annotated, make_reader(**pipeline), progress=watch)
        )
    finally:
        watch.clear()
    if format_ == "json":
        put(json.dumps(scores_json(*measured, with_errors=errors), ensure_ascii=False))
    else:
        put(scores_text(*measured, with_errors=errors, width=width()))


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
