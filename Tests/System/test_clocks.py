"""Clocks that jump: what a false time left in a store keeps nobody from work."""

import signal
import sqlite3
import time

import pytest

from lab.images import make_image
from support.proxy import Hold, status

TEN_YEARS = 10 * 365 * 86400


@pytest.fixture
def waiting(anywhere, source, destination, proxy, client):
    """`start()` gives a run that waits for its registry, which lets others pass; the one mirror is in step."""
    image = make_image("app")
    client(source).push(image, "app", "1.0")
    client(destination).push(image, "app", "1.0")
    front, hold = proxy(source.host), Hold()
    front.when(hold, method="HEAD")
    anywhere.ecrmirror("add", f"{front.host}/app:1.0", f"{destination.host}/app")

    def start():
        run = anywhere.start("run", "--once")
        hold.wait_until_reached()
        front.behave()
        return run

    return start


def test_the_lease_of_a_run_that_was_killed_is_broken_on_request_and_told_of(anywhere, waiting):
    with waiting() as run:
        run.send_signal(signal.SIGKILL)
    refused = anywhere.ecrmirror("run", "--once", exit=1)
    assert f"process {run.pid} on " in refused.stderr and "--break-lease" in refused.stderr
    said = anywhere.ecrmirror("run", "--once", "--break-lease").stderr
    assert f"process {run.pid} on " in said and "that process is no longer alive" in said
    assert "no run holds the lease" in anywhere.ecrmirror("run", "--once", "--break-lease").stderr


def test_before_a_lease_is_broken_it_is_said_that_its_process_lives(anywhere, waiting):
    with waiting() as run:
        said = anywhere.ecrmirror("run", "--once", "--break-lease").stderr
        assert f"process {run.pid} on " in said and "that process is still alive" in said
        run.kill()


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        ("ecrmirror run, process 1 on another-host", "whether it is still alive cannot be determined from here"),
        ("somebody", "whether it is still alive cannot be determined from here"),
    ],
)
def test_of_a_process_on_another_host_nothing_is_claimed(account, holder, words):
    account.make_store()
    with sqlite3.connect(account.store / "mirrors.db") as store:
        lease = ("r1", holder, int((time.time() + 50) * 1000))
        store.execute("INSERT INTO lease (one, run, holder, expires) VALUES (1, ?, ?, ?)", lease)
    assert holder in account.ecrmirror("run", "--once", exit=1).stderr
    said = account.ecrmirror("run", "--once", "--break-lease").stderr
    assert holder in said and words in said


def test_a_lease_of_a_false_time_blocks_no_run(account):
    account.make_store()
    with sqlite3.connect(account.store / "mirrors.db") as store:
        lease = ("r1", "a run of ten years ahead", int((time.time() + TEN_YEARS) * 1000))
        store.execute("INSERT INTO lease (one, run, holder, expires) VALUES (1, ?, ?, ?)", lease)
    account.ecrmirror("run", "--once")
    assert "r1" not in account.ecrmirror("timer").stdout


def test_a_job_that_waits_until_a_false_time_is_tried_as_soon_as_a_worker_comes(
    account, source, destination, proxy, client
):
    client(source).push(make_image("app"), "app", "1.0")
    front = proxy(destination.host)
    front.when(status(500), method="POST", path="/blobs/uploads/")
    account.configure("worker:\n  backoff: 1h\n")
    origin = f"{source.host}/app:1.0"
    account.ecrmirror("add", origin, f"{front.host}/app")
    account.ecrmirror("mirror", origin, "--no-wait")
    account.wait_for_job("RUNNABLE")
    account.kill("ecrmirror-batch worker")
    front.behave()
    with sqlite3.connect(account.store / "mirrors.db", timeout=30) as store:
        store.execute("UPDATE jobs SET not_before = ?", (int((time.time() + TEN_YEARS) * 1000),))
    account.ecrmirror("mirror", origin, "--no-wait")
    assert len(account.wait_for_job("SUCCEEDED")["attempts"]) == 2


def test_a_queue_that_lost_its_worker_goes_on_when_a_dashboard_is_opened(account, source, destination, proxy, client):
    client(source).push(make_image("app"), "app", "1.0")
    front, hold = proxy(destination.host), Hold()
    front.when(hold, method="PUT", path="/manifests/1.0")
    account.ecrmirror("add", f"{source.host}/app:1.0", f"{front.host}/app")
    account.ecrmirror("mirror", "--all", "--no-wait")
    hold.wait_until_reached()
    worker = "ecrmirror-batch worker"
    account.kill(worker)
    with account.screen() as screen:
        screen.wait("copying")
        account.wait_for(lambda: account.processes(worker), "a worker of the dashboard")
        hold.release()
        screen.wait("in-sync")
