"""Files converted by a Dask cluster: real schedulers and workers on free ports of this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import COMMAND, Completed
from servers import BUCKET, SECRET, moto

pytest.importorskip("distributed", reason="pip install '.[test-cluster]' brings it")

pytestmark = pytest.mark.cluster

OLD, NEW = b"x,y\n-1,2\n-3,oops\n", b"x,y\n-0.01,2\n-0.03,oops\n"
DASK = [sys.executable, "-P", "-m", "dask"]
SLOW = """
import time
from leakyrelu_cli.run import one_file
def slow(*arguments, convert=one_file.Conversion._convert):
    time.sleep(%s)
    convert(*arguments)
if one_file.Conversion._convert.__name__ != "slow":  # a worker may load it several times
    one_file.Conversion._convert = slow
"""
"""What a worker loads to take its time."""

HIDDEN = """
import sys
class Hider:
    def find_spec(self, name, *_):
        if name == "leakyrelu_cli":
            raise ModuleNotFoundError("No module named 'leakyrelu_cli'", name=name)
sys.meta_path.insert(0, Hider())
"""


def wait_for(happens: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self.start("scheduler", "--port", "0")
        wait_for(lambda: self.file.exists() and self.file.read_text(), "no scheduler")
        self.address: str = json.loads(self.file.read_text())["address"]

    def start(self, *words: str) -> Process:
        command = [*DASK, *words, "--scheduler-file", str(self.file), "--host", "127.0.0.1"]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        self._processes.append(process)
        return process

    def add(self, *words: str) -> Process:
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder))
        return self.start("worker", *options, *words)

    def add_slow(self, seconds: float) -> Process:
        """A worker that takes so long for each file."""
        (self.folder / "slow.py").write_text(SLOW % seconds)
        return self.add("--preload", str(self.folder / "slow.py"))

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


Process = subprocess.Popen[bytes]


@contextmanager
def running(folder: Path, workers: int = 1) -> Iterator[Cluster]:
    cluster = Cluster(folder)
    try:
        for _ in range(workers):
            cluster.add()
        yield cluster
    finally:
        cluster.end()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("cluster"), 2) as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(6):
        (tmp_path / f"{number}.csv").write_bytes(OLD)
    return tmp_path


NAMES = [f"{number}.csv" for number in range(6)]


def start(cluster: Cluster, folder: Path, *arguments: str) -> Process:
    command = [*COMMAND, "csv", *arguments, "--dask", cluster.address]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def begun(cluster: Cluster, folder: Path) -> Process:
    """A run over all files that is with the worker."""
    process = start(cluster, folder, *NAMES, "-c", "x", "-i")
    wait_for(lambda: any(name.endswith("-tmp") for name in os.listdir(folder)), "nothing began")
    time.sleep(1)
    return process


def ended(process: Process) -> Completed:
    out, err = process.communicate(timeout=90)
    return Completed((), process.returncode, out, err)


def run(cluster: Cluster, folder: Path, *arguments: str) -> Completed:
    return ended(start(cluster, folder, *arguments))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(
    "arguments",
    [
        (*NAMES, "-c", "x", "-i", "--backup", "~"),
        (*NAMES, "-c", "x", "--output-dir", "out"),
        (*NAMES, "-c", "y", "-i"),
        (*NAMES, "-c", "y", "-i", "--invalid", "fail"),
        (*NAMES, "-c", "y", "--suffix", "_r", "-i", "--invalid", "warn", "--summary"),
        (*NAMES, "-c", "x", "-i", "--dry-run"),
        ("0.csv", "-c", "x", "-o", "new.csv.gz"),
        (*NAMES, "-c", "z", "-i"),
        ("none.csv", "-c", "x", "-i"),
    ],
    ids=" ".join,
)
def test_all_is_said_and_done_as_on_one_machine(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, arguments: tuple[str, ...]
) -> None:
    found = []
    for way in (["--dask", cluster.address], []):
        folder = tmp_path_factory.mktemp("files")
        for name in NAMES:
            (folder / name).write_bytes(OLD)
        done = ended(
            subprocess.Popen(
                [*COMMAND, "csv", *arguments, *way], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        )
        out = folder / "out"
        found.append((done.code, done.out, done.err, contents(folder), contents(out) if out.exists() else None))
    assert found[0] == found[1]


def test_a_scheduler_file_is_as_good_as_an_address(cluster: Cluster, folder: Path) -> None:
    command = [*COMMAND, "csv", *NAMES, "-c", "x", "-i", "--dask", str(cluster.file)]
    subprocess.run(command, cwd=folder, check=True)
    assert set(contents(folder).values()) == {NEW}


def test_a_killed_worker_costs_a_retry_and_no_byte(tmp_path: Path, folder: Path) -> None:
    with running(tmp_path, 0) as cluster:
        first = cluster.add_slow(1)
        process = begun(cluster, folder)
        time.sleep(0.5)
        first.kill()
        cluster.add()
        done = ended(process)
    assert done.code == 0, done
    assert all(b"has no worker that is free" in line for line in done.err.splitlines())  # for a moment, it has none
    assert {name: text for name, text in contents(folder).items() if name in NAMES} == dict.fromkeys(NAMES, NEW)
    assert not [name for name in os.listdir(folder) if "leakyrelu" in name]


def test_workers_are_waited_for_and_that_is_said(tmp_path: Path, folder: Path) -> None:
    with running(tmp_path, 0) as cluster:
        process = start(cluster, folder, *NAMES, "-c", "x", "-i")
        assert process.stderr
        line = process.stderr.readline().decode()
        said = "has no worker that is free to work; waiting for one (Ctrl-C ends)"
        assert line == f"leakyrelu: {cluster.address} {said}\n"
        cluster.add()
        assert ended(process).code == 0
    assert {name: contents(folder)[name] for name in NAMES} == dict.fromkeys(NAMES, NEW)


def failing(cluster: Cluster, folder: Path) -> str:
    """The message of a run that cannot succeed, and leaves all as it was."""
    before = {name: text for name, text in contents(folder).items() if name in NAMES}
    done = run(cluster, folder, *NAMES, "-c", "x", "-i")
    assert done.code == 1, done
    after = {name: text for name, text in contents(folder).items() if name in NAMES or "leakyrelu" in name}
    assert after == before
    *before_it, message = done.err.decode().splitlines()
    assert all("has no worker that is free" in line for line in before_it)  # the worker starts while we ask
    return message


@pytest.mark.parametrize(
    ("preload", "message"),
    [
        (HIDDEN, "a worker has no leakyrelu: install leakyrelu-cli[dask]"),
        ("import leakyrelu_cli as l; l.__version__ = '0.0.9'", "another version: 0.0.9 of leakyrelu is installed on "),
        ("import sys; sys.modules['leakyrelu_cli.cluster'] = None", "a worker has another version of leakyrelu"),
    ],
)
def test_a_worker_without_the_package_or_with_another_version_is_named(
    tmp_path: Path, folder: Path, preload: str, message: str
) -> None:
    (tmp_path / "preload.py").write_text(preload)
    with running(tmp_path, 0) as cluster:
        cluster.add("--preload", str(tmp_path / "preload.py"))
        assert message in failing(cluster, folder)


def test_a_worker_that_does_not_see_the_folder_writes_nowhere(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "elsewhere.py").write_text(
        "import os\nfrom leakyrelu_cli.storage import sink\nopen_ = os.open\n"
        "def opened(path, *rest):\n"
        "    if str(path).endswith('-tmp'):\n        raise FileNotFoundError(2, 'No such file or directory')\n"
        "    return open_(path, *rest)\nsink.os = type('os', (), {**vars(os), 'open': staticmethod(opened)})\n"
    )
    with running(tmp_path, 0) as cluster:
        cluster.add("--preload", str(tmp_path / "elsewhere.py"))
        message = failing(cluster, folder)
    assert "0.csv: No such file or directory; is its folder shared with this machine? (on " in message


def test_a_scheduler_that_dies_is_one_line(tmp_path: Path, folder: Path) -> None:
    with running(tmp_path, 0) as cluster:
        cluster.add_slow(30)
        process = begun(cluster, folder)
        cluster.scheduler.kill()
        done = ended(process)
    assert (done.code, done.err.decode()) == (1, f"leakyrelu: --dask: the scheduler at {cluster.address} is lost\n")
    assert {name: text for name, text in contents(folder).items() if name.endswith(("csv", "-tmp"))} == dict.fromkeys(
        NAMES, OLD
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_cancels_what_waits_and_leaves_all_as_it_was(
    tmp_path: Path, folder: Path, number: signal.Signals, code: int
) -> None:
    with running(tmp_path, 0) as cluster:
        cluster.add_slow(3)
        process = begun(cluster, folder)
        process.send_signal(number)
        done = ended(process)
        assert (done.code, done.err) == (code, b"")
        assert {name: text for name, text in contents(folder).items() if name in NAMES} == dict.fromkeys(NAMES, OLD)
        assert not [name for name in os.listdir(folder) if name.endswith("-tmp")]
        # What is in work goes on until it ends, what waits does not: the cluster is free for others soon.
        since = time.monotonic()
        assert run(cluster, folder, "0.csv", "-c", "x", "-i").code == 0
        assert time.monotonic() - since < 3 * len(NAMES)


def test_objects_are_converted_from_one_place_of_a_store_to_another(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with moto() as store, running(tmp_path, 0) as cluster:
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
        for name, value in {**keys, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{store.port}"}.items():
            monkeypatch.setenv(name, value)
        cluster.add()
        for name in NAMES:
            store.put(f"in/{name}", OLD)
        where = (f"s3://{BUCKET}/in/*.csv", "--output-dir", f"s3://{BUCKET}/out/")
        done = run(cluster, folder, *where, "-c", "x", "--resume")
        assert (done.code, done.err) == (0, b"")
        assert {store.get(f"out/{name}") for name in NAMES} == {NEW}
        done = run(cluster, folder, *where, "-c", "y", "--invalid", "fail")
        assert done.code == 1
        assert done.err.startswith(b"leakyrelu: s3://bucket/in/0.csv:3: column 'y': not a number: 'oops'\n"), done
        assert {store.get(f"out/{name}") for name in NAMES} == {NEW}


def test_nobody_at_the_address_is_one_line(folder: Path) -> None:
    command = [*COMMAND, "csv", *NAMES, "-c", "x", "-i", "--dask", "tcp://127.0.0.1:1"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"leakyrelu: --dask: no scheduler answers at tcp://127.0.0.1:1\n")
