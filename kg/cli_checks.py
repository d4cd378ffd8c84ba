"""The commands that check: the graph by its shapes, the extraction by annotations."""

import json
from pathlib import Path
from typing import Any

import click

from kg.cli_options import FAILED, FILE, FOLDER, format_option, model_option, ontology_option


@click.command()
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


@click.command(name="eval")
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
