"""The server itself, over real sockets: what it refuses, how it bounds an answer, and that it goes on whatever is asked."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from sample import put
from serving import Server, serving

import kg
from kg.store import Store
from kg.web.app import HEADERS, LARGEST_BODY, LARGEST_URL

# Some days of a processor, and more memory than there is.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GREEDY = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?b ?c ?d ?e ?f { ?a ?b ?c . ?d ?e ?f } }"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    with Store(folder / "store") as store:
        put(store)
    return folder


@pytest.fixture(scope="module")
def server(graph: Path) -> Iterator[Server]:
    with serving(graph, "--seconds", "2") as found:
        yield found


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, timeout=30) as found:
        yield found


def test_pages_say_what_the_browser_may_load(client: httpx.Client) -> None:
    for path in ("/", "/static/explorer.css", "/nowhere", "/api/events"):
        headers = client.get(path).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy


def test_head_is_get_without_a_body(client: httpx.Client) -> None:
    reply = client.head("/")
    assert (reply.status_code, reply.content) == (200, b"") and reply.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(client: httpx.Client, method: str) -> None:
    assert client.request(method, "/").status_code == 405
    assert client.request(method, "/static/explorer.css").status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/%2e%2e%2f%2e%2e%2fpyproject.toml", "/static//etc/passwd",
     "/static/", "/static/..", "/../../etc/passwd", "/%00", "/entity/%00", "/static/%00"],
)  # fmt: skip
def test_no_path_leads_out_of_the_files_that_are_served(server: Server, path: str) -> None:
    # As it stands: a client would take the dots out.
    reply = send(server, f"GET {path} HTTP/1.1\r\nHost: {urlsplit(server.address).netloc}\r\nConnection: close\r\n\r\n".encode())
    assert reply.split(b" ")[1] in (b"404", b"400") and b"import" not in reply and b"root:" not in reply


def send(server: Server, data: bytes) -> bytes:
    parts = urlsplit(server.address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def test_a_request_in_the_name_of_another_host_is_refused(client: httpx.Client) -> None:
    """Or else any site could read the graph by a name of its own that leads here."""
    assert client.get("/", headers={"Host": "example.org"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:1"}).status_code == 200


def test_what_is_too_long_is_refused(client: httpx.Client) -> None:
    assert client.get(f"/?who={'a' * LARGEST_URL}").status_code == 414
    headers = {"Content-Type": "application/sparql-query"}
    assert client.post("/sparql", content=b"#" * (LARGEST_BODY + 1), headers=headers).status_code == 413
    assert client.post("/sparql", content=b"ASK {}".ljust(LARGEST_BODY), headers=headers).status_code == 200
    assert client.get("/?" + "&".join(f"a{n}=1" for n in range(101))).status_code == 400


def test_what_another_site_asks_behind_a_visitors_back_is_refused(client: httpx.Client) -> None:
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert client.get("/sparql?query=ASK{}", headers=cross | {"Sec-Fetch-Mode": "no-cors"}).status_code == 403
    assert client.post("/sparql", data={"query": "ASK{}"}, headers=cross | {"Sec-Fetch-Mode": "navigate"}).status_code == 403
    assert client.get("/", headers=cross | {"Sec-Fetch-Mode": "navigate"}).status_code == 200


@pytest.mark.parametrize("query", ["who=%ff", "who=%ed%a0%80"])
def test_bytes_that_are_no_text_are_refused(client: httpx.Client, query: str) -> None:
    assert client.get(f"/?{query}").status_code == 400


def test_an_answer_that_takes_too_long_ends_and_is_said_to(client: httpx.Client) -> None:
    reply = client.get("/sparql", params={"query": ENDLESS})
    assert (reply.status_code, reply.text) == (503, "no answer within 2 seconds; ask for less\n")
    assert client.get("/").status_code == 200


def test_an_answer_that_takes_too_much_memory_ends_and_is_said_to(graph: Path) -> None:
    with serving(graph, "--seconds", "60") as server, httpx.Client(base_url=server.address, timeout=90) as client:
        reply = client.get("/sparql", params={"query": GREEDY})
        assert (reply.status_code, reply.text) == (
            503,
            "the answer needs more memory than a request may have, or the query is nested too deep; ask for less\n",
        )
        assert client.get("/").status_code == 200


def test_slow_answers_do_not_stop_quick_ones(graph: Path) -> None:
    """More than there are children: pages have one that no query may take."""
    with (
        serving(graph, "--seconds", "10") as server,
        httpx.Client(base_url=server.address, timeout=60) as client,
        ThreadPoolExecutor(20) as threads,
    ):
        slow = [threads.submit(client.get, "/sparql", params={"query": ENDLESS}) for _ in range(6)]
        quick = [threads.submit(client.get, "/entity/kim-jong-un") for _ in range(6)]
        assert {reply.result().status_code for reply in quick} == {200}
        assert {reply.result().status_code for reply in slow} == {503}


def test_a_crowd_is_answered_or_told_to_come_again(graph: Path) -> None:
    with (
        serving(graph, "--seconds", "20") as server,
        httpx.Client(base_url=server.address, timeout=60) as client,
        ThreadPoolExecutor(90) as threads,
    ):
        replies = list(threads.map(lambda _: client.get("/search"), range(240)))
        assert client.get("/").status_code == 200
    assert {reply.status_code for reply in replies} <= {200, 503} and any(reply.status_code == 200 for reply in replies)
    assert all(reply.headers["retry-after"] == "1" for reply in replies if reply.text.startswith("too many"))


def test_the_answer_to_a_client_that_has_gone_is_given_up(graph: Path) -> None:
    """Long before its time is over: or else four such clients would keep all others waiting."""
    with serving(graph, "--seconds", "300") as server, httpx.Client(base_url=server.address, timeout=60) as client:
        parts = urlsplit(server.address)
        for _ in range(8):
            with socket.create_connection((parts.hostname, parts.port)) as connection:
                connection.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
                time.sleep(0.2)
        assert client.get("/").status_code == 200


def test_an_interrupt_does_not_wait_for_answers(graph: Path) -> None:
    with serving(graph, "--seconds", "300") as server, socket.create_connection(urlsplit(server.address).netloc.split(":")) as connection:  # type: ignore[arg-type]
        connection.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        time.sleep(0.5)


def test_no_module_is_taken_from_the_folder_in_which_it_is_started(graph: Path, tmp_path: Path) -> None:
    """As the command `kg` does it: a download may have a `yaml.py` in it."""
    (tmp_path / "yaml.py").write_text("raise SystemExit('taken from here')")
    code = "import sys; sys.path.pop(0); from kg.web.pool import Pool; from pathlib import Path; Pool(Path(sys.argv[1])).close()"
    environment = {**os.environ, "PYTHONPATH": str(Path(kg.__file__).parent.parent)}
    run = subprocess.run(
        [sys.executable, "-c", code, str(graph)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    "data",
    [b"\x00\xff\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"],
)
def test_what_is_no_http_is_refused(server: Server, data: bytes) -> None:
    assert send(server, data).startswith((b"HTTP/1.1 400", b"HTTP/1.1 505"))


def test_what_is_built_meanwhile_is_not_seen_and_does_not_disturb(graph: Path, tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    shutil.copytree(graph, folder)
    with serving(folder) as server, httpx.Client(base_url=server.address) as client:
        before = client.get("/?status=all").text
        shutil.rmtree(folder)
        assert client.get("/?status=all").text == before


@pytest.mark.skipif(sys.platform != "linux", reason="it is found through /proc")
def test_without_the_process_that_holds_the_graph_the_server_says_so(graph: Path) -> None:
    with serving(graph) as server, httpx.Client(base_url=server.address) as client:
        (nursery,) = (Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")).read_text().split()
        os.kill(int(nursery), signal.SIGKILL)
        # It has ended only when the last of its threads has.
        given_up = time.monotonic() + 20
        while "start the server anew" not in (reply := client.get("/")).text:
            assert reply.status_code == 503 and time.monotonic() < given_up, reply.text
            time.sleep(0.05)
        assert reply.status_code == 503


@pytest.mark.skipif(sys.platform != "linux", reason="it is found through /proc")
def test_a_server_that_is_killed_takes_its_other_process_along(graph: Path) -> None:
    command = [sys.executable, "-m", "kg", "serve", str(graph), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() and process.stdout.readline()
        (nursery,) = (Path(f"/proc/{process.pid}/task/{process.pid}/children")).read_text().split()
        process.kill()
    wait_for_end(nursery)


def wait_for_end(process: str) -> None:
    """Until a process has ended, be it that nobody has asked for its exit code yet; not for ever."""
    given_up = time.monotonic() + 20
    while Path(f"/proc/{process}").exists() and not _is_zombie(process):
        assert time.monotonic() < given_up, f"process {process} goes on"
        time.sleep(0.05)


def _is_zombie(process: str) -> bool:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(("options", "reason"), [((), "there is no graph here; kg build makes one"), (("--port", "70000"), "70000")])
def test_what_cannot_be_served_is_one_line(tmp_path: Path, options: tuple[str, ...], reason: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "kg", "serve", str(tmp_path), "--port", "0", *options], capture_output=True, text=True, check=False
    )
    assert run.returncode in (1, 2) and run.stdout == ""
    assert reason in run.stderr and run.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_one_line(server: Server, graph: Path) -> None:
    port = str(urlsplit(server.address).port)
    run = subprocess.run([sys.executable, "-m", "kg", "serve", str(graph), "--port", port], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"kg: error: 127.0.0.1:{port}: Address already in use\n"
