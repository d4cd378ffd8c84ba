"""Options that commands share."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

Command = TypeVar("Command", bound=Callable[..., Any])
_Texts = tuple[str, ...]

FAILED = 1
# What `kg.asking` and `kg.export` know, said again since `--help` is to load neither; a test compares them.
STATUSES = ("occurred", "planned", "alleged", "denied", "all")
FORMATS = ("turtle", "trig", "n-quads", "json-ld", "gexf", "graphml", "csv", "parquet", "jsonl", "ics", "html", "cypher")
KINDS = ("people", "pairs", "ego", "bipartite", "full")
TABLES = ("events", "participants", "claims", "nodes", "edges")

FOLDER = click.Path(path_type=Path)
ONTOLOGY = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)

graph_option = click.option("--graph", type=FOLDER, default="out", show_default=True, help="Folder that kg build made.")
ontology_option = click.option("--ontology", type=ONTOLOGY, help="Folder of Turtle files instead of the project's own.")
model_option = click.option("--model", help="Name or path of a spaCy pipeline instead of the project's own.")
out_option = click.option("-o", "--out", type=FOLDER, default="out", show_default=True, help="Folder of the graph.")
store_only_option = click.option(
    "--store-only",
    is_flag=True,
    help="Do not validate, and leave of the files beside the store only the report: much quicker where the graph is large.",
)


def intake_options(*, watched: bool) -> Callable[[Command], Command]:
    """What is read: the paths, and which articles of what lies under them; the command gets an `Intake`.

    `watched` is whether, unless somebody says otherwise, only those are read that name somebody watched.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def run(
            paths: tuple[str, ...], exclude: tuple[str, ...], map_: str, watch: tuple[str, ...], only: bool | None, **options: Any
        ) -> Any:
            from kg.formats.fields import parse_mapping
            from kg.intake import Intake

            fields = parse_mapping(map_) if map_ else {}
            chosen = (watched or bool(watch)) if only is None else only
            return command(Intake(paths=paths, exclude=exclude, fields=fields, watch=watch, everything=not chosen), **options)

        for option in reversed(options):
            run = option(run)
        return cast(Command, run)

    options = (
        click.argument("paths", metavar="PATH...", nargs=-1, required=True),
        click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out files and folders of this name. Repeatable."),
        click.option("--map", "map_", metavar="FIELD=NAME,...", help="Where records have our fields: text=body,published=meta.date."),
        click.option(
            "--watch",
            multiple=True,
            metavar="NAME",
            help="Watch this entity, or this state with whoever and whatever is of it, not those whom the ontology watches. Repeatable.",
        ),
        click.option(
            "--watched/--all",
            "only",
            default=None,
            help=f"Read only articles that name somebody watched, or all.  [default: {'watched' if watched else 'all, but with --watch'}]",
        ),
    )
    return decorate


def format_option(*formats: str) -> Callable[[Command], Command]:
    """`--format` with these values; the first is the default."""
    return click.option("--format", "format_", type=click.Choice(formats), default=formats[0], show_default=True, help="How to print it.")
