"""`kg ask NAME --option value`: a command for each named question, made from the header of its file."""

import json
from pathlib import Path
from typing import Any

import click

from kg.cli_options import format_option, graph_option

# What stands for the value of an option in the help, by the kind of parameter.
METAVARS = {
    "entity": "NAME", "agreement": "NAME", "state": "COUNTRY", "place": "PLACE", "office": "OFFICE", "event": "EVENT", "type": "TYPE",
    "status": "STATUS", "date": "DATE", "number": "N", "text": "TEXT", "chronology": "FILE",
}  # fmt: skip


class Questions(click.Group):
    """The named questions as commands; what each takes is read from its file."""

    def list_commands(self, _: click.Context) -> list[str]:
        """The names of the questions that somebody may put."""
        from kg.questions import catalogue

        return [name for name, named in catalogue().items() if not named.inner]

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """The command that answers a question; None where there is none of the name."""
        from kg.questions import catalogue

        named = catalogue().get(cmd_name)
        if named is None or named.inner:
            return None
        command = click.Command(
            cmd_name,
            params=[_option(param) for param in named.params],
            help=f"{named.title}.\n\n{named.description}",
            short_help=named.title,
            callback=lambda graph, format_, evidence, **values: _answer(cmd_name, graph, format_, evidence, values),
        )
        evidence = click.option("--evidence", is_flag=True, help="With the sentences that each event of a row rests on.")
        decorated: click.Command = evidence(graph_option(format_option("table", "json", "jsonl", "csv")(command)))
        return decorated

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but with the names that are near to one that is none."""
        from kg.errors import QueryError
        from kg.questions import find_question

        try:
            find_question(args[0])
        except QueryError as error:
            raise click.UsageError(str(error), ctx) from error
        return super().resolve_command(ctx, args)


def _option(param: Any) -> click.Parameter:
    from kg.show import flag

    note = f"{param.note[0].upper()}{param.note[1:]}."
    return click.Option([flag(param.name), param.name], required=not param.optional, metavar=METAVARS[param.kind], help=note)


@click.group(cls=Questions, invoke_without_command=True, subcommand_metavar="[NAME [OPTION]...]")
@click.pass_context
def ask(ctx: click.Context) -> None:
    """Answer a named question.

    Without a NAME the questions are listed with what each may be told: kg ask unfulfilled --who Putin. People and places go by any
    spelling or script, offices by their title, events by the id that timeline prints.
    """
    if ctx.invoked_subcommand is None:
        from kg.console import put, width
        from kg.questions import catalogue
        from kg.show import catalogue_text

        put(catalogue_text(catalogue().values(), width=width()))


def _answer(name: str, graph: Path, format_: str, evidence: bool, values: dict[str, Any]) -> None:
    from kg import asking
    from kg.console import named_notes, put, put_records, tell, width
    from kg.show import named_text, plain

    with asking.open_store(graph) as store:
        found = asking.ask(store, name, {key: value for key, value in values.items() if value is not None})
        notes = named_notes(store, found) if evidence else []
        scope = f"over {found.articles}" + (f"; {found.question.scope}" if found.question.scope else "")
        if format_ == "table":
            put(named_text(found.columns, found.rows, width=width(), notes=notes) if found.rows else "No row.")
            if found.question.scope or not found.rows:
                put(f"\n{scope[0].upper()}{scope[1:]}.")
            return
        records = [{key: plain(value) for key, value in record.items()} for record in found.records]
        for record, lines in zip(records, notes, strict=False):
            record["evidence"] = lines if format_ != "csv" else " | ".join(lines)
        columns = [*found.columns, *(["evidence"] if evidence else [])]
        if format_ == "json":
            put(json.dumps(records, ensure_ascii=False, indent=2))
        else:
            put_records(records, records, columns, format_)
        if found.question.scope or not found.rows:
            tell(scope)
