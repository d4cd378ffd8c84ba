"""How long the pages of the explorer take on a graph of ten thousand events, from the request to the last byte.

    python tests/benchmarks/explorer.py [EVENTS]      # default 10000

The events are invented, as those of `questions.py`. `kg serve` runs as a user starts it; each address is asked six times, one after the
other, the first left out, and the median is printed with the size. `fork` is the time of the lightest answer there is, which is what a
request costs before anything is read. What a browser needs to draw comes on top; `make test-web` looks at that.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

import httpx
from invented_reports import LARGE, reports
from questions import _people
from serving import serving

from kg.ontology import load
from kg.store import Store
from kg.update import fill

REPEATS = 6


def main(events: int) -> None:
    """Fill a graph, serve it, ask for each page, print."""
    ontology = load()
    world = replace(LARGE, people=_people(ontology), agreements=sorted(ontology.agreements), years=range(2020, 2026))
    with tempfile.TemporaryDirectory() as folder:
        with Store(Path(folder) / "store") as store:
            store.load_ontology(ontology.folder)
            fill(store, ontology, list(reports(events, 1, world)))
            print(f"{sum(1 for _ in store.events())} events, {len(store.inner)} quads")
        begun = time.perf_counter()
        with serving(Path(folder)) as server, httpx.Client(base_url=server.address, timeout=60) as client:
            print(f"ready after {time.perf_counter() - begun:.1f} s, {_memory(server.process.pid) >> 20} MiB\n\n     ms    KiB  address")
            for address in _addresses(client):
                times = []
                for _ in range(REPEATS):
                    begun = time.perf_counter()
                    reply = client.get(address)
                    times.append(1000 * (time.perf_counter() - begun))
                assert reply.status_code == 200, (address, reply.text)
                print(f"{statistics.median(times[1:]):7.0f} {len(reply.content) >> 10:6}  {address}")


def _addresses(client: httpx.Client) -> list[str]:
    """What an analyst opens: the busiest of each kind, and lists narrowed by names."""
    found = client.get("/api/events?status=all&size=500").json()["events"]
    event = max(found, key=lambda event: event["reports"])
    one, other = [p["id"].rpartition("/")[2] for e in found if e["type"] == "Meeting" for p in e["participants"]][:2]
    return [
        "/api/openapi.json", "/", "/?status=all&page=60", f"/?who={one}", "/?who=Путин&from=2023&to=2024",
        "/?class=StateMedia&country=Russia",
        "/api/timeline?status=all", f"/event/{event['event'].rpartition('/')[2]}", f"/entity/{one}", "/entity/pyongyang",
        f"/pair/{one}/{other}", "/offices", "/office/russian-foreign-minister", "/sources", "/search?q=Kim", "/network",
        f"/api/network?kind=ego&of={one}", "/ask", f"/ask/first_last?who={one}&whom={other}", "/ask/pairs?from=2024&to=2024",
        "/sparql?query=SELECT ?e { ?e a nk:Event } LIMIT 100",
    ]  # fmt: skip


def _memory(pid: int) -> int:
    """Bytes that a process and those that it started have for themselves."""
    tasks = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    lines = [line for task in tasks for line in Path(f"/proc/{task}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:")]
    return sum(int(line.split()[1]) << 10 for line in lines)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
