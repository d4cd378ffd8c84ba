"""The commands that read articles: into a graph, out of it, or onto the screen."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli_options import FAILED, FOLDER, format_option, intake_options, model_option, ontology_option, out_option, store_only_option
from kg.errors import ReadError

if TYPE_CHECKING:
    from kg.intake import Intake


@click.command()
@intake_options(watched=True)
@click.option(
    "-o",
    "--out",
    type=FOLDER,
    required=True,
    help="Folder for the graph; what it holds is replaced at the end, but for what is known of former texts.",
)
@ontology_option
@model_option
def build(intake: "Intake", out: Path, ontology: Path | None, model: str | None) -> int:
    """Build the graph of all articles.

    They are read from files, folders and archives: text (.txt, .md), pages (.html, .warc), feeds (.rss, .atom, .xml), records
    (.jsonl, .json, .csv), mails (.eml), .pdf, any of them as .gz, .bz2, .xz, or in a .zip or .tar; "-" is standard input. Articles
    that name nobody watched (by default the two states and whoever and whatever is of them) or are not in English are counted and
    passed over.

    What cannot be read is named in one line each, and the rest is built: exit code 0. It is 1 where a PATH does not
    exist (the rest is built), where the graph breaks a rule of the ontology (it is built), and where no article can
    be read (nothing is built).
    """
    from kg.console import put_report
    from kg.folder import build as run

    return put_report(out, lambda watch: run(intake, out, ontology=ontology, model=model, progress=watch), goes_on="-" not in intake.paths)


@click.command()
@intake_options(watched=True)
@out_option
@store_only_option
@ontology_option
@model_option
def add(intake: "Intake", out: Path, store_only: bool, ontology: Path | None, model: str | None) -> int:
    """Add articles to a graph.

    A folder without a graph gets one. An article whose id the graph has takes the place of the former text, which is noted
    with what it said and the new one does not. What the graph has as it is is not read again. Only the events that the
    articles touch are merged anew. Exit codes are those of build.
    """
    from kg.console import put_report
    from kg.folder import add as run

    return put_report(
        out,
        lambda watch: run(intake, out, ontology=ontology, model=model, store_only=store_only, progress=watch),
        goes_on="-" not in intake.paths,
    )


@click.command()
@click.argument("articles", metavar="ID...", nargs=-1, required=True)
@out_option
@store_only_option
@ontology_option
@model_option
def remove(articles: tuple[str, ...], out: Path, store_only: bool, ontology: Path | None, model: str | None) -> int:
    """Take articles out of a graph.

    By their ids, with all that rests on them alone.
    """
    from kg.console import put_report
    from kg.folder import remove as run

    return put_report(out, lambda watch: run(articles, out, ontology=ontology, model=model, store_only=store_only, progress=watch))


@click.command()
@intake_options(watched=False)
@format_option("jsonl", "table")
@ontology_option
@model_option
def extract(intake: "Intake", format_: str, ontology: Path | None, model: str | None) -> int:
    """Print what each article reports.

    One line for each event of each article, whomever it names. Articles that are not in English are counted and passed over. Exit
    code 1 where a PATH does not exist and where no article can be read.
    """
    from kg.console import Watch, put, tell, width
    from kg.flow import make_reader, report_claims
    from kg.report import describe_passed, find_missing
    from kg.show import CLAIM_COLUMNS, claim_cells, table
    from kg.tables import json_line

    watch = Watch()
    lines = report_claims(intake, make_reader(ontology, model), progress=watch)
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
    if watch.passed:
        tell(describe_passed(watch.passed))
    if not watch.articles and not watch.passed:
        raise ReadError("no article was read")
    return FAILED if find_missing(watch.skipped, intake.paths) else 0
