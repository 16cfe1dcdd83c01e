"""How the emulator starts, and that nothing is left when it ends."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from lab.cloud import Cloud
from lab.emulator import MARK, PYTHON, Emulator
from lab.processes import processes_with


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("ecrmirror-emulator-*"))


def gone(condition, within: float = 20) -> bool:
    """Whether it comes true. `within` is a watchdog."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def busy(tmp_path: Path):
    """An emulator with a running job that left its group, and a folder."""
    before = folders()
    emulator = Emulator()
    cloud = Cloud(emulator, tmp_path)
    job = cloud.submit(cloud.queue(), cloud.definition("sh", "-c", "setsid sleep 1000 & trap '' TERM; sleep 1000"))
    cloud.until(job, "RUNNING")
    assert gone(lambda: len(emulator.processes()) >= 2)
    (folder,) = folders() - before
    yield emulator, folder
    emulator.process.kill()
    emulator.process.wait(20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_all_that_it_started(busy, number):
    emulator, folder = busy
    emulator.process.send_signal(number)
    assert emulator.process.wait(20) == 0
    assert emulator.processes() == []
    assert not folder.exists()


def test_the_end_of_standard_input_ends_it(busy):
    emulator, folder = busy
    emulator.close()
    assert emulator.processes() == []
    assert not folder.exists()


def test_it_says_where_it_listens_and_listens_on_loopback_only():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [PYTHON, "-m", "emulator", "--port", str(port), "--account", "210987654321", "--region", "eu-central-1"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        ready = json.loads(process.stdout.readline())
        assert ready["endpoint"] == f"http://127.0.0.1:{port}"
        assert (ready["account"], ready["region"]) == ("210987654321", "eu-central-1")
        assert set(ready["admin"]) == {"accessKeyId", "secretAccessKey"}
        assert listening(process.pid) == {f"0100007F:{port:04X}"}
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.stdout.close()


def listening(pid: int) -> set[str]:
    """The addresses on which the process listens for TCP, as the kernel writes them."""
    sockets = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.exists() or link.is_symlink()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                found.add(fields[1])
    return found


def test_a_port_that_is_taken_is_an_error_that_says_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [PYTHON, "-m", "emulator", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--time-scale", "0"], "time_scale must be"),
        (["--image", "no-equals-sign"], "is not NAME=VALUE"),
    ],
)
def test_wrong_options_are_usage_errors(arguments, message):
    done = subprocess.run([PYTHON, "-m", "emulator", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert message in done.stderr


def test_nothing_of_the_callers_own_aws_reaches_the_jobs(cloud):
    os.environ["AWS_PROFILE"] = "of-the-developer"
    try:
        with Emulator() as emulator:
            own = Cloud(emulator, cloud.folder)
            assert "AWS_PROFILE" not in "".join(own.said(own.run("env")))
            assert processes_with(MARK, emulator.endpoint) == []
    finally:
        del os.environ["AWS_PROFILE"]
