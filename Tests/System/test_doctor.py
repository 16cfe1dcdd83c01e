"""`ecrmirror doctor`: a broken thing is seen, by its name, with what to do; and what is well is said to be."""

import http.server
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from conftest import CREDENTIALS
from lab.images import make_image
from support.proxy import never, status


def checks(account, *options: str, exit: int | None = None, **environment: str) -> dict[str, dict]:
    """What was found, by name; exit 1 is for what failed, and for nothing else."""
    said = account.ecrmirror(*options, "doctor", "--json", exit=exit, **environment)
    found = said.json["checks"]
    failed = [check for check in found if check["status"] == "failed"]
    assert said.exit == (1 if failed else 0), said
    assert said.json["summary"]["failed"] == len(failed)
    for check in found:
        assert check["seen"]
        assert check["advice"] or check["status"] == "ok", check
    return {check["name"]: check for check in found}


def bad(found: dict[str, dict]) -> dict[str, str]:
    return {name: check["status"] for name, check in found.items() if check["status"] != "ok"}


@pytest.fixture
def healthy(anywhere, source, destination, client):
    client(source).push(make_image("app"), "team/app", "1.0")
    anywhere.source, anywhere.destination_host = source.host, destination.host
    anywhere.ecrmirror("add", f"{source.host}/team/app:1.0", f"{destination.host}/copy/app")
    return anywhere


@pytest.fixture
def local(account, source, destination, client):
    client(source).push(make_image("app"), "team/app", "1.0")
    account.source, account.destination_host = source.host, destination.host
    account.ecrmirror("add", f"{source.host}/team/app:1.0", f"{destination.host}/copy/app")
    return account


@pytest.fixture
def deployed(account, stack):
    account.work_on(stack)
    return account


def test_a_healthy_installation_is_well_in_all_its_parts(healthy):
    found = checks(healthy, exit=0)
    assert bad(found) == {}
    registries = {f"registry {host}" for host in (healthy.source, healthy.destination_host)}
    always = {"configuration", "auth file", "mirrors", "history", "timer", "clock", *registries}
    here = {"folder", "store", "worker", "skopeo", "ecrmirror-batch", "registries.conf", "policy.json"}
    there = {"credentials", "stack", "job queues", "dead letters"}
    assert set(found) == always | (here if "--local" in healthy.place else there)
    lines = healthy.ecrmirror("doctor").stdout.splitlines()
    assert lines[-1] == f"{len(found)} checks passed"


def test_nothing_is_changed_by_a_look(local):
    before = local.ecrmirror("status", "--json").json["entries"]
    checks(local)
    assert local.ecrmirror("status", "--json").json["entries"] == before
    assert local.jobs() == []


def test_what_is_not_there_yet_is_no_failure_and_is_not_made(account):
    found = checks(account, exit=0)
    assert bad(found) == {"folder": "warning"}
    assert not account.store.exists()


def test_on_a_terminal_it_is_looked_at_too(local):
    with local.screen("doctor", columns=200) as screen:
        screen.wait("xterm-256color, 200x24, 256 colours, UTF-8")


# On this machine.


def test_a_mistake_in_the_configuration_is_seen_and_the_rest_is_looked_at(local):
    local.configure("worker:\n  parallel: many\n")
    found = checks(local, exit=1)
    assert bad(found) == {"configuration": "failed"}
    assert "line 2" in found["configuration"]["seen"]


@pytest.mark.parametrize(("variable", "name"), [("ECRMIRROR_SKOPEO", "skopeo"), ("ECRMIRROR_BATCH", "ecrmirror-batch")])
def test_a_program_that_is_not_there(local, variable, name):
    found = checks(local, exit=1, **{variable: "/nowhere/program"})
    assert bad(found) == {name: "failed"}
    assert "/nowhere/program" in found[name]["seen"]


@pytest.mark.parametrize(
    ("script", "state"), [("exit 3", "failed"), ("echo skopeo version 1.2.0", "warning"), ("sleep 60", "failed")]
)
def test_a_skopeo_that_fails_or_is_old_or_hangs(local, script, state):
    program = local.folder / "skopeo"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    assert bad(checks(local, ECRMIRROR_SKOPEO=str(program))) == {"skopeo": state}


def test_a_store_that_is_no_database(local):
    for file in local.store.glob("mirrors.db*"):
        file.write_bytes(b"no database " * 1000)
    assert bad(checks(local, exit=1)) == {"store": "failed"}


def test_a_store_that_is_damaged_within(local):
    local.ecrmirror(
        "import", "-", "--format", "csv", stdin="".join(f"127.0.0.1:9/a-{n}:1,127.0.0.1:9/b-{n}\n" for n in range(2000))
    )
    # What was written last is in the write-ahead log until somebody puts it in its place.
    database = sqlite3.connect(local.store / "mirrors.db")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    size = database.execute("PRAGMA page_size").fetchone()[0]
    database.close()
    with (local.store / "mirrors.db").open("r+b") as file:
        for page in range(pages // 2, pages - 1):
            file.seek(page * size)
            file.write(b"\xff" * size)
    found = checks(local, exit=1)
    assert found["store"]["status"] == "failed"


def test_a_file_in_the_place_of_the_folder(account):
    account.store.write_text("")
    assert bad(checks(account, exit=1)) == {"folder": "failed"}


def test_an_auth_file_that_others_may_read_or_that_nobody_can(local):
    local.sign_in("registry.example", "robot", "very-secret")
    file = local.folder / "run/containers/auth.json"
    assert bad(checks(local)) == {}
    file.chmod(0o644)
    found = checks(local, exit=0)
    assert bad(found) == {"auth file": "warning"}
    assert f"chmod 600 {file}" == found["auth file"]["advice"]
    assert "very-secret" not in json.dumps(found)
    file.chmod(0o600)
    file.write_text("{")
    assert checks(local, exit=1)["auth file"]["status"] == "failed"


def test_a_credential_helper_that_is_not_installed(local):
    file = local.folder / "run/containers/auth.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"credHelpers": {"registry.example": "absent"}}))
    found = checks(local, exit=1)
    assert bad(found) == {"auth file": "failed"}
    assert "docker-credential-absent" in found["auth file"]["seen"]


def test_jobs_that_wait_for_a_worker_that_is_gone(local, proxy):
    there = proxy(local.destination_host)
    there.when(never, method="PUT")
    origin = f"{local.source}/team/app:1.0"
    local.ecrmirror("edit", origin, "--destination", f"{there.host}/copy/app")
    local.ecrmirror("mirror", origin, "--no-wait")
    local.wait_for_job("RUNNING")
    local.kill("ecrmirror-batch")

    def is_seen():
        return checks(local)["worker"]["status"] == "failed"

    local.wait_for(is_seen, "the worker that is gone")


def test_rows_that_cannot_be_used_are_named(anywhere, request):
    anywhere.ecrmirror("add", "127.0.0.1:9/a:1", "127.0.0.1:9/b")
    if "--stack" in anywhere.place:
        stack = request.getfixturevalue("stack")
        stack.cloud.dynamodb.put_item(
            TableName=stack.settings["mirrorTable"], Item={"Source": {"S": "UPPER:1"}, "Destination": {"S": "a/b"}}
        )
    else:
        with sqlite3.connect(anywhere.store / "mirrors.db") as database:
            database.execute("UPDATE mirrors SET destinations = '[]'")
    found = checks(anywhere, exit=1)
    assert found["mirrors"]["status"] == "failed"


# Registries.


def test_a_registry_that_is_down(local):
    local.ecrmirror("add", "127.0.0.1:9/a:1", f"{local.destination_host}/a")
    found = checks(local, exit=1)
    assert bad(found) == {"registry 127.0.0.1:9": "failed"}
    assert "cannot be reached" in found["registry 127.0.0.1:9"]["seen"]


def test_what_answers_is_no_registry(local, proxy):
    other = proxy()
    local.ecrmirror("add", f"{other.host}/a:1", f"{local.destination_host}/a")
    assert bad(checks(local, exit=1)) == {f"registry {other.host}": "failed"}


def test_a_registry_that_takes_the_password_and_one_that_does_not(local, basic_registry):
    local.ecrmirror("edit", f"{local.source}/team/app:1.0", "--destination", f"{basic_registry.host}/app")
    name = f"registry {basic_registry.host}"
    assert bad(checks(local, exit=1)) == {name: "failed"}
    local.sign_in(basic_registry.host, CREDENTIALS[0], "wrong-password")
    found = checks(local, exit=1)
    assert bad(found) == {name: "failed"}
    assert "skopeo login" in found[name]["advice"]
    assert "wrong-password" not in json.dumps(found)
    local.sign_in(basic_registry.host, *CREDENTIALS)
    found = checks(local, exit=0)
    assert bad(found) == {}
    assert CREDENTIALS[0] in found[name]["seen"]


def test_pulls_that_run_out(local, proxy):
    hub = proxy(local.source)
    budget = {"ratelimit_limit": "100;w=21600", "ratelimit_remaining": "7;w=21600"}
    digest = "sha256:" + "0" * 64
    hub.when(status(200, Docker_Content_Digest=digest, **budget), method="HEAD")
    local.ecrmirror("add", f"{hub.host}/team/app:1.0", f"{local.destination_host}/a")
    found = checks(local, exit=0)
    assert bad(found) == {f"registry {hub.host}": "warning"}
    assert "7/100 pulls left" in found[f"registry {hub.host}"]["seen"]


def test_a_clock_that_is_wrong(account, proxy, monkeypatch):
    there = proxy()
    # The time that it tells is that of its answers' Date.
    late = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    monkeypatch.setattr(http.server.BaseHTTPRequestHandler, "date_time_string", lambda *_: late)
    there.when(status(200, b"{}"), path="/v2/$")
    account.ecrmirror("add", f"{there.host}/a:1", f"{there.host}/b")
    found = checks(account, exit=1)
    assert bad(found) == {"clock": "failed"}
    assert "behind" in found["clock"]["seen"]


def test_read_only_asks_no_registry(local, proxy):
    there = proxy(local.source)
    local.ecrmirror("add", f"{there.host}/team/app:1.0", f"{local.destination_host}/a")
    found = checks(local, "--read-only", exit=0)
    assert bad(found) == {}
    assert there.requests == []


# A stack.


def test_credentials_that_ended_are_told_once(deployed):
    found = checks(deployed, exit=1, AWS_CREDENTIAL_EXPIRATION="2026-01-01T00:00:00Z")
    assert bad(found) == {"credentials": "failed"}
    assert "2026-01-01" in found["credentials"]["seen"]


def test_a_key_that_aws_does_not_know(deployed):
    found = checks(deployed, exit=1, AWS_ACCESS_KEY_ID="AKIAIOSFODNN7NOBODYS")
    assert bad(found) == {"credentials": "failed"}


def test_a_stack_that_is_not_there(deployed):
    deployed.place = ["--stack", "nowhere"]
    found = checks(deployed, exit=1)
    assert bad(found) == {"stack": "failed"}
    assert "--region" in found["stack"]["advice"]


def test_machinery_that_is_switched_off(deployed, stack):
    cloud = stack.cloud
    stack.update(Schedule="rate(30 days)", MirrorOnPush="true")
    cloud.events.disable_rule(Name=stack.settings["timer"])
    cloud.batch.update_job_queue(jobQueue=stack.settings["mirrorQueue"], state="DISABLED")
    cloud.sqs.send_message(QueueUrl=stack.settings["deadLetterQueue"], MessageBody="{}")
    found = checks(deployed, exit=1)
    assert bad(found) == {"job queues": "failed", "timer": "warning", "dead letters": "warning"}
    assert "disabled" in found["job queues"]["seen"]


def test_tables_that_are_gone(deployed, stack):
    stack.cloud.dynamodb.delete_table(TableName=stack.settings["historyTable"])
    assert bad(checks(deployed, exit=1))["history"] == "failed"
    stack.cloud.dynamodb.delete_table(TableName=stack.settings["mirrorTable"])
    assert bad(checks(deployed, exit=1))["mirrors"] == "failed"


def test_what_may_not_be_seen_is_a_warning_that_names_the_action(deployed, stack):
    cloud = stack.cloud
    stack.update(MirrorOnPush="true")
    name = cloud.unique("stranger")
    cloud.iam.create_user(UserName=name)
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["ssm:GetParameter", "dynamodb:*"], "Resource": "*"}],
    }
    cloud.iam.put_user_policy(UserName=name, PolicyName="little", PolicyDocument=json.dumps(policy))
    key = cloud.iam.create_access_key(UserName=name)["AccessKey"]
    deployed.work_on(stack, {"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]})
    found = checks(deployed, exit=0)
    assert bad(found) == {"job queues": "warning", "dead letters": "warning"}
    assert "batch:DescribeJobQueues" in found["job queues"]["seen"]
