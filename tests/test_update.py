"""Articles that come, change and go: a store holds what a build of its articles would make, whatever the way to it."""

import datetime as dt
import os
import random
import resource
import signal
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_reports import Invented, reports

from kg.change import Change, apply, read_stamp, write_stamp
from kg.errors import StoreError
from kg.ids import EVENT, HISTORY_GRAPH, NK, ONTOLOGY_GRAPH
from kg.ontology import Ontology, load
from kg.records import Extract
from kg.shapes import validate
from kg.store import Store
from kg.update import fill, take_history, update

ONTOLOGY = load()
MANY = tuple(reports(60))
BATCHES = st.lists(st.lists(st.integers(0, len(MANY) - 1), min_size=1, max_size=4), min_size=1, max_size=6)


def quads(store: Store, *, but: Collection[str] = ()) -> frozenset[str]:
    """All that the store holds beside the ontology, the index too."""
    without = {ONTOLOGY_GRAPH, *but}
    return frozenset(str(quad) for quad in store.inner if getattr(quad.graph_name, "value", "") not in without)


def built(extracts: Iterable[Extract], ontology: Ontology = ONTOLOGY) -> Store:
    """A store built of the articles at once."""
    store = Store()
    fill(store, ontology, list(extracts))
    return store


def changed(extract: Extract, other: Extract) -> Extract:
    """The article with the text and the claims of another."""
    claims = tuple(replace(claim, article=extract.article.id, iri=f"{claim.iri}-{extract.article.id}") for claim in other.claims)
    return replace(extract, article=replace(other.article, id=extract.article.id), claims=claims, minted=other.minted)


# --- the way does not matter ----------------------------------------------------------------------


@settings(deadline=None)
@given(BATCHES)
def test_articles_that_come_in_any_batches_make_what_a_build_makes(batches: Sequence[Sequence[int]]) -> None:
    store = Store()
    seen: dict[str, Extract] = {}
    for batch in batches:
        come = {MANY[number].article.id: MANY[number] for number in batch}
        update(store, ONTOLOGY, list(come.values()))
        seen |= come
        assert quads(store) == quads(built(seen.values()))


@settings(deadline=None)
@given(st.sets(st.integers(0, len(MANY) - 1), min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_what_is_taken_out_leaves_what_a_build_of_the_rest_makes(numbers: Collection[int], chance: random.Random) -> None:
    extracts = [MANY[number] for number in sorted(numbers)]
    gone = chance.sample(extracts, chance.randint(1, len(extracts)))
    store = built(extracts)
    before = quads(store)
    update(store, ONTOLOGY, gone=[extract.article.id for extract in gone])
    assert quads(store) == quads(built(extract for extract in extracts if extract not in gone))
    update(store, ONTOLOGY, gone)
    assert quads(store) == before


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, len(MANY) - 1)), min_size=1, max_size=6))
def test_articles_that_change_make_what_a_build_of_their_last_texts_makes(changes: Sequence[tuple[int, int]]) -> None:
    extracts = list(MANY[:20])
    store = built(extracts)
    for number, like in changes:
        extracts[number] = changed(extracts[number], MANY[like])
        update(store, ONTOLOGY, [extracts[number]])
    assert quads(store, but=[HISTORY_GRAPH]) == quads(built(extracts))


def test_many_articles_one_by_one_in_two_orders_make_what_a_build_makes() -> None:
    extracts = list(reports(200, seed=3))
    expected = quads(built(extracts))
    for seed in (1, 2):
        store = Store()
        for extract in random.Random(seed).sample(extracts, len(extracts)):
            update(store, ONTOLOGY, [extract])
        assert quads(store) == expected


def test_an_article_put_in_again_changes_nothing() -> None:
    store = built(MANY)
    before = quads(store)
    change = update(store, ONTOLOGY, [MANY[1]])
    assert quads(store) == before
    assert change.versions == []


def test_only_the_events_that_an_article_touches_are_merged_anew() -> None:
    store = built(MANY)
    alone = next(extract for extract in reports(40, 9, Invented(years=[1999])) if len(extract.claims) == 1)
    change = update(store, ONTOLOGY, [replace(alone, article=replace(alone.article, id="alone"))])
    assert len(change.events) == 1
    assert not change.gone_events


# --- versions -------------------------------------------------------------------------------------

FIRST = next(extract for extract in MANY if len(extract.claims) == 2)
VERSIONS = """SELECT ?id ?old ?new ?day ?dropped WHERE { ?version a nk:Version ; prov:specializationOf ?article ; nk:sha256 ?old ;
  nk:replacedBy ?new . ?article dct:identifier ?id OPTIONAL { ?version nk:retrieved ?day } OPTIONAL { ?version nk:dropped ?dropped } }"""


def test_a_text_that_changed_is_noted_with_what_it_no_longer_says() -> None:
    fetched = dt.date(2024, 8, 1)
    first = replace(FIRST, article=replace(FIRST.article, source=replace(FIRST.article.source, retrieved=fetched)))
    edited = replace(FIRST, article=replace(FIRST.article, text="Another text."), claims=FIRST.claims[:1])
    store = built([first])
    update(store, ONTOLOGY, [edited])
    ((article, old, new, day, dropped),) = store.sparql(VERSIONS).rows
    assert (article, day) == (FIRST.article.id, fetched)
    assert old != new
    assert str(dropped).startswith(FIRST.claims[1].type.removeprefix(NK))
    update(store, ONTOLOGY, gone=[FIRST.article.id])
    assert store.sparql(VERSIONS).rows == ()


def test_a_build_takes_over_what_the_former_graph_knew() -> None:
    former = built([FIRST])
    update(former, ONTOLOGY, [replace(FIRST, article=replace(FIRST.article, text="A second text."))])
    third = built([replace(FIRST, article=replace(FIRST.article, text="A third text."))])
    take_history(third, former, ONTOLOGY)
    assert len({(old, new) for _, old, new, *_ in third.sparql(VERSIONS).rows}) == 2
    assert {article for article, *_ in third.sparql(VERSIONS).rows} == {FIRST.article.id}


# --- decisions ------------------------------------------------------------------------------------


def decided(*, same: Iterable[tuple[str, str]] = (), different: Iterable[tuple[str, str]] = ()) -> Ontology:
    return replace(ONTOLOGY, same=frozenset(frozenset(p) for p in same), different=ONTOLOGY.different | {frozenset(p) for p in different})


def test_a_decision_on_events_wins_and_survives_a_rebuild_and_another_way() -> None:
    one, other = sorted(built(MANY).events(), key=lambda event: (-len(event.claims), event.iri))[:2]
    joined = decided(same=[(one.iri, other.iri)])
    again = built(MANY, joined)
    assert [e.claims for e in again.events() if one.claims[0] in e.claims] == [tuple(sorted({*one.claims, *other.claims}))]
    store = Store()
    for extract in MANY[::-1]:
        update(store, joined, [extract])
    assert quads(store) == quads(again)


def test_claims_decided_to_be_of_different_events_part_them() -> None:
    event = max(built(MANY).events(), key=lambda event: len(event.claims))
    first, second = event.claims[:2]
    parted = built(MANY, decided(different=[(first, second)]))
    homes = [event.iri for event in parted.events() for claim in event.claims if claim in (first, second)]
    assert len(set(homes)) == 2
    assert all(home.startswith(EVENT) for home in homes)


# --- crashes --------------------------------------------------------------------------------------

KILLS = 50


def fill_slowly(path: Path, extracts: Sequence[Extract]) -> None:
    """In a process of its own: put in the articles that are not there yet, three at a time."""
    with Store(path) as store:
        there = {article.id for article in store.articles()}
        missing = [extract for extract in extracts if extract.article.id not in there]
        for at in range(0, len(missing), 3):
            update(store, ONTOLOGY, missing[at : at + 3])


def test_killed_fifty_times_a_store_opens_is_valid_and_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    extracts = list(reports(400, seed=5))
    chance = random.Random(7)
    killed = 0
    for number in range(KILLS * 4):
        pid = os.fork()
        if pid == 0:
            fill_slowly(tmp_path / "s", extracts)
            os._exit(0)
        time.sleep(chance.uniform(0.02, 0.25))
        os.kill(pid, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
        with Store(tmp_path / "s") as store:
            ids = {article.id for article in store.articles()}
            there = [extract for extract in extracts if extract.article.id in ids]
            if number % 10 == 0:
                assert quads(store) == quads(built(there))
            if len(there) == len(extracts) and killed < KILLS:
                update(store, ONTOLOGY, gone=[extract.article.id for extract in there[:200]])
        if killed == KILLS:
            break
    assert killed == KILLS
    fill_slowly(tmp_path / "s", extracts)
    with Store(tmp_path / "s") as store:
        assert quads(store) == quads(built(extracts))
        store.load_ontology(ONTOLOGY.folder)
        assert validate(store, None) == ()


def test_a_full_disk_leaves_the_article_out_and_the_rest_as_it_was(tmp_path: Path) -> None:
    extracts = list(reports(300, seed=5))
    with Store(tmp_path / "s") as store:
        update(store, ONTOLOGY, extracts[:5])
        before = quads(store)
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            with Store(tmp_path / "s") as store:
                resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, resource.RLIM_INFINITY))
                update(store, ONTOLOGY, extracts[5:])
        except StoreError as error:
            code = 0 if "cannot be written to" in str(error) else 2
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with Store(tmp_path / "s") as store:
        assert quads(store) == before
        update(store, ONTOLOGY, extracts[5:])
        assert quads(store) == quads(built(extracts))


def test_readers_go_on_while_a_store_is_written_to(tmp_path: Path) -> None:
    extracts = list(reports(80, seed=5))
    with Store(tmp_path / "s") as store:
        update(store, ONTOLOGY, extracts[:40])
        with Store(tmp_path / "s", read_only=True) as reader:
            before = quads(reader)
            for extract in extracts[40:]:
                update(store, ONTOLOGY, [extract])
            assert quads(reader) == before
            with pytest.raises(StoreError, match="another process has it open"):
                Store(tmp_path / "s")
        with Store(tmp_path / "s", read_only=True) as reader:
            assert quads(reader) == quads(built(extracts))


def test_the_stamp_is_kept_and_no_export_holds_it(tmp_path: Path) -> None:
    store = built(MANY[:3])
    assert read_stamp(store) is None
    write_stamp(store, "abc")
    apply(store, Change(gone_articles=[MANY[0].article.id]), ONTOLOGY)
    assert read_stamp(store) == "abc"
    store.dump(tmp_path / "all.nq", "n-quads")
    assert "abc" not in (tmp_path / "all.nq").read_text()
