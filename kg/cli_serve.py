"""`kg serve`: the explorer and the SPARQL endpoint of a graph."""

import sys
from contextlib import suppress
from pathlib import Path

import click

from kg.cli_options import FOLDER


@click.command()
@click.argument("graph", metavar="OUT", type=FOLDER, default="out")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen at; the graph is open to whoever reaches it.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to listen at; 0 takes a free one.")
@click.option("--seconds", type=click.IntRange(1, 3600), default=10, show_default=True, help="How long an answer may take.")
def serve(graph: Path, host: str, port: int, seconds: int) -> None:
    """Look at a graph in a browser.

    Pages for people, a SPARQL endpoint (/sparql) and a JSON API (/api) of the graph that kg build made in OUT, as it is now: what is built
    meanwhile is served from the next start on. Nothing can be changed through it. Ctrl-C ends it.
    """
    if not host.strip():
        raise click.BadParameter("an address is needed, such as 127.0.0.1", param_hint="--host")
    from kg.console import Watch, put
    from kg.web.app import run

    watch = Watch()

    def ready(address: str, scope: str) -> None:
        watch.clear()
        put(f"{graph}: {scope}\n{address} (Ctrl-C ends)")
        sys.stdout.flush()

    watch(f"reading {graph}")
    try:
        with suppress(KeyboardInterrupt):
            run(graph, host=host, port=port, seconds=seconds, ready=ready)
    finally:
        watch.clear()
