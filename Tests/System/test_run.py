"""Unattended: one run at a time, a refusal that says why, and a clean end."""

import json
import signal

from lab.images import make_image
from support.proxy import Hold, status


def test_one_run_mirrors_everything_and_the_next_has_nothing_to_do(account, source, destination, client):
    image = make_image("app")
    client(source).push(image, "app", "1", "2", "3")
    for tag in "123":
        account.ecrmirror("add", f"{source.host}/app:{tag}", f"{destination.host}/app")
    account.ecrmirror("run", "--once")
    assert set(account.states().values()) == {"in-sync"}
    account.ecrmirror("run", "--once")
    assert len(account.jobs()) == 3
    runs = [item for item in account.ecrmirror("history", "--json").json["items"] if item["kind"] == "run"]
    assert [run["submitted"] for run in runs] == [0, 3]


def test_a_run_is_refused_while_jobs_of_the_last_one_work_and_names_them(account, source, destination, proxy, client):
    client(source).push(make_image("app"), "app", "1.0")
    front = proxy(destination.host)
    hold = Hold()
    front.when(hold, method="PUT", path="/manifests/1.0")
    account.ecrmirror("add", f"{source.host}/app:1.0", f"{front.host}/app")
    account.ecrmirror("run", "--once", "--no-wait")
    hold.wait_until_reached()
    refused = account.ecrmirror("run", "--once", exit=1)
    assert account.jobs()[0]["name"] in refused.stderr
    assert f"{source.host}/app:1.0" in refused.stderr
    hold.release()
    account.wait_for_job("SUCCEEDED")
    account.ecrmirror("run", "--once")


def test_a_run_is_refused_while_another_one_looks_and_names_it(account, source, destination, proxy, client):
    client(source).push(make_image("app"), "app", "1.0")
    front = proxy(source.host)
    hold = Hold()
    front.when(hold, method="HEAD")
    account.ecrmirror("add", f"{front.host}/app:1.0", f"{destination.host}/app")
    with account.start("run", "--once") as first:
        hold.wait_until_reached()
        refused = account.ecrmirror("run", "--once", exit=1)
        assert str(first.pid) in refused.stderr
        hold.release()
        assert first.wait(60) == 0, first.stderr.read()
    account.ecrmirror("run", "--once")


def test_a_run_that_was_killed_blocks_the_next_for_a_while_only(account, source, destination, proxy, client):
    client(source).push(make_image("app"), "app", "1.0")
    front = proxy(source.host)
    hold = Hold()
    front.when(hold, method="HEAD")
    account.ecrmirror("add", f"{front.host}/app:1.0", f"{destination.host}/app")
    with account.start("run", "--once") as first:
        hold.wait_until_reached()
        first.kill()
    hold.release()
    refused = account.ecrmirror("run", "--once", exit=1)
    # Until when is said: a person can wait for it.
    assert "lease" in refused.stderr


def test_every_interval_a_run_and_an_end_on_sigterm(account, source, destination, client):
    client(source).push(make_image("one"), "app", "latest")
    account.ecrmirror("add", f"{source.host}/app:latest", f"{destination.host}/app")
    with account.start("run", "--every", "1s") as unattended:
        account.wait_for(lambda: client(destination).digest("app", "latest"), "the first copy")
        moved = client(source).push(make_image("two"), "app", "latest")
        account.wait_for(lambda: client(destination).digest("app", "latest") == moved, "the second copy")
        unattended.send_signal(signal.SIGTERM)
        _, errors = unattended.communicate(timeout=60)
        assert unattended.returncode == 0, errors
    account.wait_for(lambda: not account.processes(), "the end of everything")


def test_sigterm_ends_a_run_that_waits_for_a_registry(account, source, destination, proxy, client):
    client(source).push(make_image("app"), "app", "1.0")
    front = proxy(source.host)
    hold = Hold()
    front.when(hold, method="HEAD")
    account.ecrmirror("add", f"{front.host}/app:1.0", f"{destination.host}/app")
    with account.start("run", "--every", "1h") as unattended:
        hold.wait_until_reached()
        unattended.send_signal(signal.SIGTERM)
        # The registry never answers: only a look that is given up lets it end so soon.
        assert unattended.wait(15) == 0, unattended.stderr.read()
    hold.release()


def test_batch_control_is_one_run(account, source, destination, client):
    digest = client(source).push(make_image("app"), "app", "1.0")
    account.ecrmirror("add", f"{source.host}/app:1.0", f"{destination.host}/app")
    account.run("ecrmirror-batch", "control", "--local", account.store, "--run", "by-hand")
    account.wait_for_job("SUCCEEDED")
    assert client(destination).digest("app", "1.0") == digest
    assert account.jobs()[0]["run"] == "by-hand"


def test_logs_are_json_lines_where_asked_for_and_those_of_jobs_stay_readable(account, source, destination, client):
    client(source).push(make_image("app"), "app", "1.0")
    account.ecrmirror("add", f"{source.host}/app:1.0", f"{destination.host}/app")
    said = account.ecrmirror("run", "--once", ECRMIRROR_LOG_FORMAT="json").stderr
    lines = [json.loads(line) for line in said.splitlines()]
    assert lines
    assert all({"timestamp", "level", "message", "label"} <= line.keys() for line in lines), said
    log = account.ecrmirror("logs", account.jobs()[0]["id"]).stdout
    assert " info copied and verified " in log
    assert "source=" not in log


def test_a_job_by_hand_says_its_source_and_run_on_every_json_line(account, source, destination, client):
    client(source).push(make_image("app"), "app", "1.0")
    image = f"{source.host}/app:1.0"
    words = ("mirror", "--local", account.store, image, f"{destination.host}/app")
    said = account.run("ecrmirror-batch", *words, AWS_EXECUTION_ENV="AWS_ECS_FARGATE", ECRMIRROR_RUN="r1").stdout
    lines = [json.loads(line) for line in said.splitlines()]
    assert lines
    assert {(line["source"], line["run"], line["level"]) for line in lines} == {(image, "r1", "INFO")}


# https://github.com/plexsystems/sinker/issues/55
MISSING_REPOSITORY = json.dumps(
    {
        "errors": [
            {
                "code": "NAME_UNKNOWN",
                "message": "The repository with name 'app' does not exist in the registry with id '123456789012'",
            }
        ]
    }
).encode()


def test_what_a_person_must_mend_is_tried_less_and_less_until_something_changes(
    account, source, destination, proxy, client
):
    client(source).push(make_image("app"), "app", "1.0")
    front = proxy(destination.host)
    front.when(status(404, MISSING_REPOSITORY, content_type="application/json"), method="POST", path="/blobs/uploads")
    account.ecrmirror("add", f"{source.host}/app:1.0", f"{front.host}/app")
    account.ecrmirror("run", "--once", exit=1)
    (job,) = account.jobs()
    assert (job["state"], len(job["attempts"])) == ("FAILED", 1)
    (there,) = account.ecrmirror("status", "--json").json["entries"][0]["destinations"]
    assert there["state"] == "failed" and there["failures"] == 1
    assert "create the repository at the destination" in there["error"]
    assert "next try in" in account.ecrmirror("status", "--plain").stdout
    # A run leaves it alone.
    left = account.ecrmirror("run", "--once", exit=1)
    assert "1 waits for the next retry" in left.stdout + left.stderr
    assert len(account.jobs()) == 1
    with account.screen() as screen:
        screen.wait("app:1.0")
        screen.press("Enter")
        screen.wait("after 1 job failed")
    # A row that was edited is tried at once, and so is what a person asks for.
    places = [word for name in ("app", "other") for word in ("--destination", f"{front.host}/{name}")]
    account.ecrmirror("edit", f"{source.host}/app:1.0", *places)
    account.ecrmirror("run", "--once", exit=1)
    assert len(account.jobs()) == 2
    account.ecrmirror("mirror", f"{source.host}/app:1.0", exit=1)
    assert len(account.jobs()) == 3
    (there, _) = account.ecrmirror("status", "--json").json["entries"][0]["destinations"]
    assert there["failures"] == 2
