"""Jobs: they outlive what submitted them, survive crashes, and never run twice at once."""

import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.client import Client
from lab.images import Image, make_image
from support.account import Account
from support.proxy import Hold, Proxy, garbage, immutable, status

# Failed jobs are tried again at once: the tests need no pause between tries.
IMPATIENT = "worker:\n  backoff: 0s\n  attempts: 2\n  grace: 5s\n"


@dataclass
class Copy:
    """A mirror whose copy waits, half done, for the test."""

    account: Account
    origin: str
    reference: str
    image: Image
    front: Proxy
    hold: Hold
    destination: Client

    def start(self) -> str:
        """Submits the job and waits until it copies; its id."""
        job = self.submit()
        self.hold.wait_until_reached()
        return job

    def submit(self) -> str:
        return self.account.ecrmirror("mirror", self.origin, "--no-wait").stdout.split()[0]

    def is_there(self) -> bool:
        return self.destination.digest("copy", "1.0") == self.image.digest

    def finished(self) -> dict:
        job = self.account.wait_for_job("SUCCEEDED")
        assert self.is_there()
        return job


@pytest.fixture
def copy(account: Account, source, destination, proxy: Callable[..., Proxy], client) -> Copy:
    image = make_image("app", layer_bytes=50_000)
    client(source).push(image, "app", "1.0")
    front = proxy(destination.host)
    hold = Hold()
    front.when(hold, method="PUT", path="/manifests/1.0")
    origin, reference = f"{source.host}/app:1.0", f"{front.host}/copy:1.0"
    account.configure(IMPATIENT)
    account.ecrmirror("add", origin, reference)
    return Copy(account, origin, reference, image, front, hold, client(destination))


def test_a_job_goes_on_after_the_command_that_submitted_it(copy):
    job = copy.start()
    assert copy.account.jobs()[0]["state"] == "RUNNING"
    assert copy.account.states() == {copy.reference: "copying"}
    assert copy.account.destination(copy.reference)["job"] == job
    assert not copy.is_there()
    copy.hold.release()
    assert copy.finished()["id"] == job


def test_a_job_goes_on_after_its_waiting_command_was_killed(copy):
    with copy.account.start("mirror", copy.origin) as command:
        copy.hold.wait_until_reached()
        command.kill()
    copy.hold.release()
    assert len(copy.finished()["attempts"]) == 1


def test_a_job_goes_on_after_its_terminal_was_closed(copy):
    with copy.account.screen("mirror", copy.origin) as screen:
        copy.hold.wait_until_reached()
        screen.close()
    copy.hold.release()
    assert len(copy.finished()["attempts"]) == 1


def test_a_job_goes_on_after_its_dashboard_was_killed(copy):
    with copy.account.screen() as screen:
        screen.wait("unknown")
        screen.press("m")
        copy.hold.wait_until_reached()
        screen.signal(signal.SIGKILL)
        screen.wait_for_end()
    copy.hold.release()
    assert len(copy.finished()["attempts"]) == 1
    with copy.account.screen() as screen:
        screen.wait("in-sync")


def test_nothing_runs_once_the_queue_is_empty(copy):
    copy.start()
    assert copy.account.processes("worker")
    copy.hold.release()
    copy.finished()
    copy.account.wait_for(lambda: not copy.account.processes(), "the end of the worker")


def test_a_killed_job_is_tried_again(copy):
    copy.start()
    assert copy.account.kill("ecrmirror-batch mirror")
    copy.hold.release()
    job = copy.finished()
    assert [attempt["exitCode"] for attempt in job["attempts"]] == [None, 0]
    assert "signal 9" in job["attempts"][0]["reason"]


def test_a_killed_skopeo_is_tried_again(copy):
    copy.start()
    assert copy.account.kill("skopeo copy")
    copy.hold.release()
    assert len(copy.finished()["attempts"]) == 2


def test_a_job_that_lost_its_worker_is_taken_over_and_not_run_twice(copy):
    copy.start()
    assert copy.account.kill("ecrmirror-batch worker")
    # Whoever looks after the queue next starts a worker.
    again = copy.account.ecrmirror("mirror", copy.origin, "--no-wait").stdout.split()[0]
    assert again == copy.account.jobs()[0]["id"]
    copy.account.wait_for(lambda: copy.account.processes("ecrmirror-batch worker"), "a new worker")
    assert len(copy.account.processes("ecrmirror-batch mirror")) == 1
    copy.hold.release()
    assert len(copy.finished()["attempts"]) == 1
    assert copy.front.count("PUT", "manifest") == len(copy.image.manifests)


def test_after_a_crash_of_everything_the_job_is_found_dead_and_tried_again(copy):
    job = copy.start()
    copy.account.kill()
    assert copy.account.processes() == []
    copy.hold.release()
    with copy.account.start("mirror", copy.origin) as command:
        assert command.wait(60) == 0, command.stderr.read()
    done = copy.finished()
    assert done["id"] == job
    assert [attempt["reason"] for attempt in done["attempts"]] == ["process found dead", None]


def test_after_a_crash_the_unattended_run_takes_the_job_up(copy):
    job = copy.start()
    copy.account.kill()
    copy.hold.release()
    copy.account.ecrmirror("run", "--once")
    assert copy.finished()["id"] == job


@pytest.mark.parametrize("command", [["run", "--once"], ["mirror", "--all"]], ids=" ".join)
def test_after_a_crash_a_job_that_has_become_needless_ends_too(copy, command):
    copy.start()
    copy.account.kill()
    copy.front.behave()
    copy.destination.push(copy.image, "copy", "1.0")
    copy.account.ecrmirror(*command)
    copy.account.wait_for(lambda: copy.account.jobs()[0]["state"] == "SUCCEEDED", "the end of the job", within=10)


def test_a_worker_that_is_asked_to_end_leaves_its_job_to_the_next_one(copy):
    job = copy.start()
    for pid in copy.account.processes("ecrmirror-batch worker"):
        os.kill(pid, signal.SIGTERM)
    copy.account.wait_for(lambda: not copy.account.processes(), "the end of the worker and its job")
    copy.hold.release()
    copy.account.ecrmirror("mirror", copy.origin)
    assert copy.finished()["id"] == job


def test_many_requests_for_one_mirror_make_one_job(copy):
    commands = [copy.account.start("mirror", copy.origin, "--no-wait") for _ in range(4)]
    said = [command.communicate(timeout=60) for command in commands]
    assert [command.returncode for command in commands] == [0] * 4, said
    assert len({output.split()[0] for output, _ in said}) == 1
    copy.hold.wait_until_reached()
    assert len(copy.account.processes("ecrmirror-batch mirror")) == 1
    # Each command starts a worker; those that find another one at work end.
    copy.account.wait_for(
        lambda: len(copy.account.processes("ecrmirror-batch worker")) == 1, "the end of all workers but one"
    )
    copy.hold.release()
    copy.finished()
    assert len(copy.account.jobs()) == 1


def test_a_cancelled_job_stops_and_its_drift_remains(copy):
    job = copy.start()
    copy.account.ecrmirror("cancel", job)
    assert copy.account.wait_for_job("CANCELLED")["id"] == job
    copy.account.wait_for(lambda: not copy.account.processes(), "the end of skopeo")
    assert not copy.is_there()
    # Nobody looked since: what the job saw of it stays, and the history tells of one job, by its name.
    assert copy.account.states() == {copy.reference: "missing"}
    records = copy.account.ecrmirror("history", "--json").json["items"]
    assert [(one["job"], one["cancelled"]) for one in records if one["kind"] == "job"] == [(job, True)]
    copy.account.ecrmirror("check", exit=3)
    assert copy.account.states() == {copy.reference: "missing"}


def test_a_job_that_takes_too_long_is_stopped_and_not_tried_again(copy):
    copy.account.configure(IMPATIENT + "  timeout: 1s\n")
    # On a busy machine a second may be over before skopeo has come to the copy.
    copy.submit()
    job = copy.account.wait_for_job("FAILED")
    assert len(job["attempts"]) == 1
    assert "time" in job["reason"]


def test_the_log_is_followed_to_the_end_of_the_job(copy):
    job = copy.start()
    with copy.account.start("logs", job, "--follow") as follower:
        first = follower.stdout.readline()
        copy.hold.release()
        rest = follower.stdout.read()
        assert follower.wait(60) == 0, follower.stderr.read()
    log = first + rest
    assert "copying" in log and "copied" in log
    assert log == copy.account.ecrmirror("logs", job).stdout


def test_history_keeps_what_was_there_before_and_after(copy):
    before = copy.destination.push(make_image("before"), "copy", "1.0")
    copy.start()
    copy.hold.release()
    copy.finished()
    items = copy.account.wait_for(
        lambda: copy.account.ecrmirror("history", copy.origin, "--json").json["items"], "a history"
    )
    (item,) = [item for item in items if item["kind"] == "job"]
    (place,) = item["destinations"]
    assert (place["before"], place["after"]) == (before, copy.image.digest)
    assert item["succeeded"] and item["attempts"] == 1


def test_a_job_shows_its_progress(copy):
    job = copy.start()
    seen = copy.account.wait_for(lambda: copy.account.ecrmirror("job", job, "--json").json["progress"], "a progress")
    assert seen["phase"] in ("looking", "copying")
    copy.hold.release()
    copy.finished()


@pytest.fixture
def front(copy) -> Proxy:
    """The destination, that does as it is told instead of waiting."""
    copy.front.behave()
    return copy.front


def test_an_immutable_tag_blocks_and_is_not_tried_again(copy, front):
    front.when(immutable, method="PUT", path="/manifests/1.0")
    copy.account.ecrmirror("mirror", copy.origin, exit=1)
    seen = copy.account.destination(copy.reference)
    assert seen["state"] == "blocked"
    assert "immutable" in seen["error"]
    (job,) = copy.account.jobs()
    assert [attempt["exitCode"] for attempt in job["attempts"]] == [3]
    # The unattended run does not come back to it; a person may.
    copy.account.ecrmirror("run", "--once", exit=None)
    assert len(copy.account.jobs()) == 1


@pytest.mark.parametrize("code", [400, 409])
def test_a_manifest_refused_in_unknown_words_is_final_where_the_tag_exists(copy, front, code):
    """jib#3057: registries say in words of their own that a tag may not be overwritten."""
    copy.destination.push(make_image("before"), "copy", "1.0")
    words = b'{"errors":[{"code":"UNKNOWN","message":"tag protected by policy 7"}]}'
    front.when(status(code, words, Content_Type="application/json"), method="PUT", path="/manifests/1.0")
    copy.account.ecrmirror("mirror", copy.origin, exit=1)
    seen = copy.account.destination(copy.reference)
    assert seen["state"] == "failed"
    assert "already" in seen["error"] and "may be immutable" in seen["error"] and "policy 7" in seen["error"]
    (job,) = copy.account.jobs()
    assert [attempt["exitCode"] for attempt in job["attempts"]] == [3]
    copy.account.ecrmirror("run", "--once", exit=None)
    assert len(copy.account.jobs()) == 1


@pytest.mark.parametrize(
    ("behaviour", "tries"),
    [
        (status(403, b'{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}'), 1),
        (status(403, b"no"), 1),
        (status(401), 1),
        (status(500, b"out of order"), 2),
        (status(404), 2),
    ],
    ids=["403", "403-plain", "401", "500", "404"],
)
def test_a_destination_that_refuses_the_copy_fails_with_its_reason(copy, front, behaviour, tries):
    front.when(behaviour, method="POST", path="/blobs/uploads/")
    copy.account.ecrmirror("mirror", copy.origin, exit=1)
    (job,) = copy.account.jobs()
    assert job["state"] == "FAILED"
    assert len(job["attempts"]) == tries
    seen = copy.account.destination(copy.reference)
    assert seen["state"] == "failed"
    assert seen["error"]
    assert not copy.is_there()
    copy.account.ecrmirror("check", exit=3)


@pytest.mark.parametrize(
    "behaviour", [status(429, Retry_After="0"), status(503), garbage], ids=["429", "503", "garbage"]
)
def test_a_manifest_that_is_refused_once_arrives_all_the_same(copy, front, behaviour):
    front.when(behaviour, method="PUT", path="/manifests/1.0", times=1)
    copy.account.ecrmirror("mirror", copy.origin)
    assert copy.is_there()


def test_a_store_can_be_read_while_a_job_runs(copy):
    copy.start()
    commands = [copy.account.start("status", "--json") for _ in range(4)]
    for command in commands:
        _, errors = command.communicate(timeout=60)
        assert command.returncode == 0, errors
    copy.hold.release()
    copy.finished()


def test_a_missing_skopeo_is_a_reason(copy):
    copy.account.ecrmirror("mirror", copy.origin, exit=1, ECRMIRROR_SKOPEO="/nowhere/skopeo")
    assert "skopeo" in copy.account.destination(copy.reference)["error"]


def test_batch_mirror_takes_the_predecessors_arguments(copy, destination):
    copy.front.behave()
    done = subprocess.run(
        [copy.account.programs / "ecrmirror-batch", "mirror", copy.origin, f"{copy.reference},{destination.host}/two"],
        env={**copy.account.environment, "ECRMIRROR_LOCAL": str(copy.account.store)},
        cwd=Path("/"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert copy.is_there()
    assert Client(destination.host).digest("two", "1.0") == copy.image.digest
