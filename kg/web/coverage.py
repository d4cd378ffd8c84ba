"""The pages of what the graph was read from: outlets with their articles by month, one outlet, one article."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from kg.dates import MONTHS
from kg.ids import local
from kg.records import Source
from kg.web.cards import Thing, make_cards, make_thing
from kg.web.message import Asked, RefusedError, Reply
from kg.web.pages import cut, render
from kg.web.snapshot import Snapshot, article_path

# Months of a year; shades of a cell.
YEAR, SHADES = 12, 4
SOURCE_CLASSES = "SELECT DISTINCT ?outlet ?class { ?outlet nk:sourceClass ?class }"
NAMELESS = "outlet unknown"


class Month(NamedTuple):
    """How many articles in a month, its name, and how dark the cell is: 0 for none, else 1 to `SHADES`."""

    name: str
    articles: int
    shade: int


class Coverage(NamedTuple):
    """An outlet with the number of its articles and of the events that they report; `months` from the first to the last of all."""

    thing: Thing
    source_class: str
    articles: int
    undated: int
    events: int
    months: list[Month]


def sources(snapshot: Snapshot, asked: Asked) -> Reply:
    """Every outlet, with its articles by month."""
    by_outlet: dict[str, list[str]] = defaultdict(list)
    for article, source in snapshot.known.sources.items():
        by_outlet[source.publisher or ""].append(article)
    months = list_months(snapshot.known.sources.values())
    classes = {str(outlet): str(found) for outlet, found in snapshot.store.sparql(SOURCE_CLASSES).rows}
    counts = {name: Counter(_month(snapshot.known.sources[article]) for article in articles) for name, articles in by_outlet.items()}
    most = max((count for found in counts.values() for month, count in found.items() if month), default=1)
    rows = [
        Coverage(
            Thing(name or NAMELESS, source_path(name)),
            _class_name(snapshot, classes, articles),
            len(articles),
            counts[name][None],
            len({number for article in articles for number in snapshot.by_article.get(article, ())}),
            [Month(_month_name(month), counts[name][month], _shade(counts[name][month], most)) for month in months],
        )
        for name, articles in by_outlet.items()
    ]
    years = Counter(year for year, _ in months)
    return render(
        snapshot, "sources.html", "/sources", rows=sorted(rows, key=lambda row: (-row.articles, row.thing)), years=years, months=months
    )


def source_path(publisher: str) -> str:
    """Where the page of an outlet is; "" stands for the articles without one."""
    return f"/source?{urlencode({'name': publisher}, errors='replace')}"


def list_months(found: Iterable[Source]) -> list[tuple[int, int]]:
    """Every month (year, month) from the first publication to the last."""
    days = [source.published for source in found if source.published]
    if not days:
        return []
    first, last = (day.year * YEAR + day.month - 1 for day in (min(days), max(days)))
    return [(number // YEAR, number % YEAR + 1) for number in range(first, last + 1)]


def _month(source: Source) -> tuple[int, int] | None:
    return (source.published.year, source.published.month) if source.published else None


def _month_name(month: tuple[int, int]) -> str:
    return f"{MONTHS[month[1] - 1]} {month[0]}"


def _shade(count: int, most: int) -> int:
    return -(-count * SHADES // most)


def _class_name(snapshot: Snapshot, classes: dict[str, str], articles: Sequence[str]) -> str:
    """The class of the outlet, where the graph knows it."""
    outlets = {snapshot.known.sources[article].outlet for article in articles} - {None}
    found = sorted({local(classes[outlet]) for outlet in outlets if outlet in classes})
    return ", ".join(snapshot.class_names.get(name, name) for name in found)


def source(snapshot: Snapshot, asked: Asked) -> Reply:
    """The articles of an outlet, the latest first."""
    name = next(iter(asked.all("name")), "")
    found = [(article, source) for article, source in snapshot.known.sources.items() if (source.publisher or "") == name]
    if not found:
        raise RefusedError(404, f"no article here is of the outlet {name[:80]!r}")
    found.sort(key=lambda row: (row[1].published or dt.date.min, row[0]), reverse=True)
    listed = cut(found, asked)
    outlet = next((source.outlet for _, source in found if source.outlet), None)
    rows = [
        (Thing(source.title or f"article {article}", article_path(article)), source, len(snapshot.reported_in(article)))
        for article, source in listed.shown
    ]
    return render(
        snapshot,
        "source.html",
        "/sources",
        name=name or NAMELESS,
        outlet=make_thing(snapshot, outlet) if outlet else None,
        rows=rows,
        found=listed,
    )


def article(snapshot: Snapshot, asked: Asked) -> Reply:
    """An article and the events that it reports; its text is not kept."""
    found = snapshot.articles.get(asked.path["article"])
    if found is None:
        raise RefusedError(404, f"no article here has the number {asked.path['article'][:80]}")
    source = snapshot.known.sources[found]
    events = snapshot.reported_in(found)
    return render(
        snapshot,
        "article.html",
        "/sources",
        article=found,
        source=source,
        outlet=Thing(source.publisher or NAMELESS, source_path(source.publisher or "")),
        cards=make_cards(snapshot, events),
    )
