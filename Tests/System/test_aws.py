"""The whole way in AWS: timer and push through Lambda and Batch to a copied image, on the emulated account."""

import base64
import contextlib
import json
import os
import signal
from collections import Counter

import pytest

from lab.client import Client
from lab.images import INDEX, make_image
from lab.stack import Stack
from support.proxy import Hold, status


def invoke(stack: Stack, event: dict | None = None) -> dict:
    """Calls the schedule function as its timer would; what it answers, or its error."""
    answer = stack.cloud.lambda_.invoke(
        FunctionName=stack.settings["scheduleFunction"],
        Payload=json.dumps(event or {"id": stack.cloud.unique("event")}),
    )
    return json.load(answer["Payload"])


def ecr(stack: Stack, repository: str) -> Client:
    """The account's registry, with a repository made and a token."""
    with contextlib.suppress(stack.cloud.ecr.exceptions.RepositoryAlreadyExistsException):
        stack.cloud.ecr.create_repository(repositoryName=repository)
    return Client(stack.registry, credentials=stack.cloud.registry_credentials())


def run_records(account) -> list[dict]:
    return [item for item in account.ecrmirror("history", "--json").json["items"] if item["kind"] == "run"]


@pytest.fixture
def aws(account, stack):
    account.work_on(stack)
    return account


def test_a_scheduled_run_brings_in_step_what_drifted_and_leaves_the_rest_alone(aws, stack, source, destination, client):
    image = make_image("app")
    client(source).push(image, "app", "same", "moved", "new", "off", "over")
    client(destination).push(image, "app", "same")
    client(destination).push(make_image("before"), "app", "moved")
    for tag in ("same", "moved", "new", "gone"):
        aws.ecrmirror("add", f"{source.host}/app:{tag}", f"{destination.host}/app")
    aws.ecrmirror("add", f"{source.host}/app:off", f"{destination.host}/app", "--disabled")
    aws.ecrmirror("add", f"{source.host}/app:over", f"{destination.host}/app", "--expires", "2020-01-01")
    broken = {"Source": {"S": "broken row"}, "Destination": {"N": "7"}}
    stack.cloud.dynamodb.put_item(TableName=stack.settings["mirrorTable"], Item=broken)

    answer = invoke(stack)
    assert answer["started"], answer
    stack.until_idle()
    assert [job["status"] for job in stack.jobs("control")] == ["SUCCEEDED"]
    assert {job["status"] for job in stack.jobs()} == {"SUCCEEDED"}
    assert [len(job["images"]) for job in aws.jobs()] == [2]
    for tag in ("same", "moved", "new"):
        assert client(destination).digest("app", tag) == image.digest
    for tag in ("off", "over"):
        assert client(destination).digest("app", tag) is None
    states = aws.states()
    here = f"{destination.host}/app"
    assert {states[f"{here}:{tag}"] for tag in ("same", "moved", "new")} == {"in-sync"}
    assert states[f"{here}:gone"] == "source-missing"
    assert (states[f"{here}:off"], states[f"{here}:over"]) == ("disabled", "expired")
    run = run_records(aws)[0]
    assert (run["submitted"], run["id"]) == (1, answer["run"])
    # A broken row is left as it is, and said so.
    assert stack.rows()["broken row"] == broken
    assert stack.cloud.emulator.denials() == []

    before = stack.rows()
    assert invoke(stack)["started"]
    stack.until_idle()
    assert len(stack.jobs()) == 1
    assert stack.rows() == before


def test_a_run_is_refused_while_a_job_of_the_last_one_lives_and_names_it(
    aws, stack, source, destination, proxy, client
):
    client(source).push(make_image("app"), "app", "1")
    front, hold = proxy(destination.host), Hold()
    front.when(hold, method="PUT", path="/manifests/1$")
    aws.ecrmirror("add", f"{source.host}/app:1", f"{front.host}/app")
    assert invoke(stack)["started"]
    hold.wait_until_reached()
    aws.wait_for(lambda: stack.jobs("control")[0]["status"] == "SUCCEEDED", "the control job's end")
    refused = invoke(stack)
    assert refused["errorType"] == "Run.Refused"
    assert stack.jobs()[0]["jobName"] in refused["errorMessage"]
    hold.release()
    stack.until_idle()
    assert invoke(stack)["started"]
    stack.until_idle()
    assert len(stack.jobs("control")) == 2


def test_two_deliveries_of_one_event_start_one_run(aws, stack):
    event = {"id": "twice", "time": "2026-11-24T00:00:00Z"}
    first, second = invoke(stack, event), invoke(stack, event)
    assert (first["started"], second["started"]) == (True, False)
    stack.until_idle()
    assert not invoke(stack, event)["started"]
    assert len(stack.jobs("control")) == 1


def test_the_timer_starts_runs(aws, stack, source, destination, client):
    image = make_image("app")
    client(source).push(image, "app", "1")
    aws.ecrmirror("add", f"{source.host}/app:1", f"{destination.host}/app")
    stack.update(Schedule="rate(1 hour)")
    stack.cloud.emulator.fire(stack.settings["timer"])
    aws.wait_for(lambda: client(destination).digest("app", "1") == image.digest, "the copy")
    stack.until_idle()
    assert run_records(aws)[0]["submitted"] == 1


@pytest.fixture
def pushed(account, cloud):
    """A stack that mirrors on push, its account, and the account's ECR with the repository `team/app`."""
    stack = Stack(cloud, Schedule="none", MirrorOnPush="true")
    account.work_on(stack)
    return stack, account, ecr(stack, "team/app")


def test_a_push_to_ecr_starts_exactly_one_job(pushed, destination, client):
    stack, account, registry = pushed
    account.ecrmirror("add", f"{stack.registry}/team/app:1", f"{destination.host}/app")
    digest = registry.push(make_image("app"), "team/app", "1", "other")
    account.wait_for(lambda: client(destination).digest("app", "1") == digest, "the copy")
    stack.until_idle()
    assert [job["jobName"].split("-")[0] for job in stack.jobs()] == ["push"]
    assert account.states() == {f"{destination.host}/app:1": "in-sync"}
    assert client(destination).digest("app", "other") is None
    assert stack.cloud.emulator.denials() == []


@pytest.mark.parametrize("wanted", ["true", "false"])
def test_a_replication_to_ecr_starts_a_job_where_that_is_wanted(account, cloud, destination, client, wanted):
    stack = Stack(cloud, Schedule="none", MirrorOnPush="true", MirrorOnReplication=wanted)
    account.work_on(stack)
    registry = ecr(stack, "team/app")
    account.ecrmirror("add", f"{stack.registry}/team/app:1", f"{destination.host}/app")
    account.ecrmirror("add", f"{stack.registry}/team/app:2", f"{destination.host}/app")
    cloud.emulator.set(replicas={"team/*": "eu-west-1"})
    digest = registry.push(make_image("app"), "team/app", "1")
    cloud.emulator.set(replicas={})
    # One after the other: what a push brings shows that the other event was not waited for in vain.
    registry.push(make_image("pushed"), "team/app", "2")
    account.wait_for(lambda: client(destination).digest("app", "2"), "the copy of what was pushed")
    queue = stack.outputs["PushQueueUrl"]
    account.wait_for(lambda: waiting(stack, queue) == 0, "the queue to be worked off")
    stack.until_idle()
    assert client(destination).digest("app", "1") == (digest if wanted == "true" else None)
    assert stack.cloud.emulator.denials() == []


def test_doubles_plain_requests_and_what_nobody_mirrors_start_no_second_job(pushed, source, destination, proxy, client):
    stack, account, _ = pushed
    digest = client(source).push(make_image("app"), "app", "1")
    front, hold = proxy(destination.host), Hold()
    front.when(hold, method="PUT", path="/manifests/1$")
    account.ecrmirror("add", f"{source.host}/app:1", f"{front.host}/app")
    queue = stack.outputs["PushQueueUrl"]
    for body in ([{"source": f"{source.host}/app:1"}] * 3) + [{"source": f"{source.host}/nobody:1"}]:
        stack.cloud.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(body))
    hold.wait_until_reached()
    stack.cloud.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"source": f"{source.host}/app:1"}))
    account.wait_for(lambda: waiting(stack, queue) == 0, "the queue to be worked off")
    hold.release()
    stack.until_idle()
    assert client(destination).digest("app", "1") == digest
    assert len(stack.jobs()) == 1
    assert waiting(stack, stack.settings["deadLetterQueue"]) == 0


def test_events_that_come_late_or_say_nothing_of_a_tag_change_nothing(pushed, destination, client):
    stack, account, registry = pushed
    account.ecrmirror("add", f"{stack.registry}/team/app:2", f"{destination.host}/app")
    older = registry.push(make_image("older"), "team/app", "2")
    newer = registry.push(make_image("newer"), "team/app", "2")
    account.wait_for(lambda: client(destination).digest("app", "2") == newer, "the newer copy")
    queue = stack.outputs["PushQueueUrl"]
    account.wait_for(lambda: waiting(stack, queue) == 0, "the end of both pushes")
    stack.until_idle()
    before = len(stack.jobs())
    detail = {"result": "SUCCESS", "repository-name": "team/app", "action-type": "PUSH", "image-digest": older}
    for more in ({"image-tag": "2"}, {}, {"image-tag": "2", "action-type": "DELETE"}, {"image-tag": "gone"}):
        event = {
            "source": "aws.ecr",
            "detail-type": "ECR Image Action",
            "account": stack.settings["account"],
            "region": stack.settings["region"],
            "detail": {**detail, **more},
        }
        stack.cloud.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    account.wait_for(lambda: waiting(stack, queue) == 0, "the queue to be worked off")
    stack.until_idle()
    assert len(stack.jobs()) == before <= 2
    assert client(destination).digest("app", "2") == newer
    assert waiting(stack, stack.settings["deadLetterQueue"]) == 0


def test_logs_are_shown_although_their_service_throttles_and_fails(aws, stack, source, destination, client):
    client(source).push(make_image("app"), "app", "1")
    aws.ecrmirror("add", f"{source.host}/app:1", f"{destination.host}/app")
    aws.ecrmirror("mirror", "--all")
    for fault in (
        {"status": 400, "code": "ThrottlingException"},
        {"status": 503, "code": "ServiceUnavailableException"},
    ):
        stack.cloud.emulator.fault("logs:GetLogEvents", times=2, **fault)
        assert "copied and verified" in aws.ecrmirror("logs", aws.jobs()[0]["id"]).stdout


@pytest.mark.parametrize("fault", [{"status": 400, "code": "Throttling"}, {"status": 500, "code": "InternalFailure"}])
def test_a_role_is_assumed_although_sts_throttles_and_fails(aws, cloud, stack, fault):
    name = cloud.unique("reader")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    may = {"Effect": "Allow", "Action": ["ssm:*", "dynamodb:*", "batch:*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn = cloud.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    cloud.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
    configuration = aws.folder / "home/.aws/config"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(f"[profile reader]\nrole_arn = {arn}\ncredential_source = Environment\n")
    cloud.emulator.fault("sts:AssumeRole", times=2, **fault)
    assert aws.ecrmirror("--profile", "reader", "status", "--json").json["entries"] == []
    assert cloud.emulator.requests()["sts:AssumeRole"] == 3


def test_poison_goes_to_the_dead_letter_queue_and_its_neighbours_are_done(pushed, source, destination, client):
    stack, account, _ = pushed
    stack.cloud.sqs.set_queue_attributes(QueueUrl=stack.outputs["PushQueueUrl"], Attributes={"VisibilityTimeout": "1"})
    digest = client(source).push(make_image("app"), "app", "1")
    account.ecrmirror("add", f"{source.host}/app:1", f"{destination.host}/app")
    queue = stack.outputs["PushQueueUrl"]
    for body in ("nonsense", json.dumps({"source": f"{source.host}/app:1"})):
        stack.cloud.sqs.send_message(QueueUrl=queue, MessageBody=body)
    account.wait_for(lambda: client(destination).digest("app", "1") == digest, "the copy")
    account.wait_for(lambda: waiting(stack, stack.settings["deadLetterQueue"]) == 1, "the dead letter")


def waiting(stack: Stack, queue: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = stack.cloud.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


FAULTS = [
    ("dynamodb:*", {"status": 400, "code": "ThrottlingException"}),
    ("dynamodb:*", {"status": 500, "code": "InternalServerError"}),
    ("batch:*", {"status": 429, "code": "TooManyRequestsException"}),
    ("batch:*", {"status": 503, "code": "ServerException"}),
    ("batch:SubmitJob", {"status": 500, "code": "ServerException", "performed": True}),
    ("ssm:*", {"status": 400, "code": "ThrottlingException"}),
    ("ssm:*", {"status": 500, "code": "InternalServerError"}),
    ("secretsmanager:*", {"status": 500, "code": "InternalServiceError"}),
    ("ecr:*", {"status": 500, "code": "ServerException"}),
    ("registry:*", {"status": 429, "retry_after": 0}),
]


@pytest.mark.parametrize(("operation", "fault"), FAULTS, ids=[f"{name} {f['status']}" for name, f in FAULTS])
def test_a_run_bears_with_services_that_throttle_and_fail(pushed, source, destination, client, operation, fault):
    stack, account, registry = pushed
    digest = client(source).push(make_image("app"), "app", "1")
    registry.push(make_image("base"), "team/app", "seed")
    account.ecrmirror("add", f"{source.host}/app:1", f"{destination.host}/app", f"{stack.registry}/team/app")
    stack.cloud.emulator.fault(operation, every=2, times=6, **fault)
    # Lambda tries an event three times.
    event = {"id": stack.cloud.unique("event")}
    assert any("errorType" not in invoke(stack, event) for _ in range(3))
    stack.until_idle()
    stack.cloud.emulator.clear_faults()
    assert len(stack.jobs("control")) == 1
    assert client(destination).digest("app", "1") == registry.digest("team/app", "1") == digest
    assert len(stack.jobs()) == 1
    assert set(account.states().values()) == {"in-sync"}


def test_credentials_that_end_during_a_job_are_renewed(aws, stack, source, destination, proxy, client):
    digest = client(source).push(make_image("app"), "app", "1")
    front, hold = proxy(destination.host), Hold()
    front.when(hold, method="PUT", path="/manifests/1$")
    aws.ecrmirror("add", f"{source.host}/app:1", f"{front.host}/app")
    aws.ecrmirror("mirror", "--all", "--no-wait")
    hold.wait_until_reached()
    stack.cloud.emulator.expire_credentials()
    hold.release()
    stack.until_idle()
    assert [job["status"] for job in stack.jobs()] == ["SUCCEEDED"]
    assert aws.states() == {f"{front.host}/app:1": "in-sync"}
    assert client(destination).digest("app", "1") == digest


def test_a_job_that_is_cancelled_ends_and_says_so(aws, stack, source, destination, proxy, client):
    client(source).push(make_image("app"), "app", "1")
    front, hold = proxy(destination.host), Hold()
    front.when(hold, method="PUT", path="/manifests/1$")
    aws.ecrmirror("add", f"{source.host}/app:1", f"{front.host}/app")
    aws.ecrmirror("mirror", "--all", "--no-wait")
    hold.wait_until_reached()
    job = aws.jobs()[0]
    aws.ecrmirror("cancel", job["id"])
    stack.until_idle()
    hold.release()
    ended = aws.jobs()[0]
    assert ended["state"] == "CANCELLED"
    assert ended["reason"].startswith("cancelled by ")
    assert aws.states() == {f"{front.host}/app:1": "missing"}
    record = aws.ecrmirror("history", "--json").json["items"][0]
    assert record["cancelled"] and record["error"] == ended["reason"]
    assert [one["outcome"] for one in record["destinations"]] == ["cancelled"]


def test_tags_of_an_ecr_repository_are_listed_rather_than_looked_at_one_by_one(aws, stack, source, client):
    image, repository = make_image("app"), stack.cloud.unique("listed")
    tags = [f"t{number}" for number in range(12)]
    client(source).push(image, "app", *tags)
    ecr(stack, repository).push(image, repository, *tags[:10])
    here = f"{stack.registry}/{repository}"
    for tag in tags:
        aws.ecrmirror("add", f"{source.host}/app:{tag}", here)
    checked = aws.ecrmirror("check", "--json", exit=3).json
    states = aws.states()
    assert [states[f"{here}:{tag}"] for tag in tags] == ["in-sync"] * 10 + ["missing"] * 2
    asked = checked["requests"][stack.registry]
    # Two looks before the list, perhaps refused before they are signed in, the list, and a look at each tag it lacks.
    assert asked["floor"] == 1 and 3 <= asked["sent"] < len(tags), asked
    assert stack.cloud.emulator.denials() == []


def test_a_job_that_is_stopped_in_the_console_is_told_as_stopped(aws, stack, source, destination, proxy, client):
    client(source).push(make_image("app"), "app", "1")
    front, hold = proxy(destination.host), Hold()
    front.when(hold, method="PUT", path="/manifests/1$")
    aws.ecrmirror("add", f"{source.host}/app:1", f"{front.host}/app")
    aws.ecrmirror("mirror", "--all", "--no-wait")
    hold.wait_until_reached()
    stack.cloud.batch.terminate_job(jobId=aws.jobs()[0]["id"], reason="too slow for me")
    stack.until_idle()
    hold.release()
    ended = aws.jobs()[0]
    assert (ended["state"], ended["reason"]) == ("CANCELLED", "too slow for me")
    mirror = aws.ecrmirror("status", "--json").json["entries"][0]["destinations"][0]
    assert (mirror["state"], mirror["error"]) == ("missing", "too slow for me")


def test_an_attempt_that_fails_or_loses_its_host_is_tried_again(aws, stack, source, destination, proxy, client):
    digest = client(source).push(make_image("app"), "app", "1")
    front, hold = proxy(destination.host), Hold()
    front.when(hold, method="PUT", path="/manifests/1$", times=1)
    aws.ecrmirror("add", f"{source.host}/app:1", f"{front.host}/app")
    aws.ecrmirror("mirror", "--all", "--no-wait")
    hold.wait_until_reached()
    stack.cloud.emulator.interrupt(aws.jobs()[0]["id"])
    front.when(status(500), path="/blobs/uploads/", times=8)
    # Not before: a job that ends well within the grace it is given has succeeded.
    aws.wait_for(lambda: any(one["reason"] for one in aws.jobs()[0]["attempts"]), "the end of the first attempt")
    hold.release()
    stack.until_idle()
    job = aws.jobs()[0]
    assert job["state"] == "SUCCEEDED"
    assert len(job["attempts"]) >= 2
    assert client(destination).digest("app", "1") == digest
    jobs = [item for item in aws.ecrmirror("history", "--json").json["items"] if item["kind"] == "job"]
    assert [item["attempts"] for item in jobs] == [len(job["attempts"])]


@pytest.mark.parametrize("ending", ["spot", "killed"])
def test_a_job_of_many_images_that_ends_in_its_middle_copies_each_once(
    aws, stack, source, destination, proxy, client, ending
):
    """Ten images are done, eight under way, and two not begun with."""
    front, hold = proxy(destination.host), Hold()
    front.when(hold, method="PUT", path="/manifests/1$")
    front.when(lambda handler: handler.pass_on(), method="PUT", path="/manifests/1$", times=10)
    digests = {f"app{number}": make_image(f"app{number}") for number in range(20)}
    for name, image in digests.items():
        digests[name] = client(source).push(image, name, "1")
    rows = "".join(f"{source.host}/{name}:1,{front.host}/{name}\n" for name in digests)
    aws.ecrmirror("import", "-", "--format", "csv", stdin="source,destination\n" + rows)
    assert invoke(stack)["started"]
    hold.wait_until_reached()

    def puts() -> list[int]:
        asked = Counter((request.method, request.path) for request in front.requests)
        return [asked["PUT", f"/v2/{name}/manifests/1"] for name in digests]

    aws.wait_for(lambda: sum(puts()) == 18, "the copies that are not held, and those that are")
    job = aws.jobs()[0]
    assert len(job["images"]) == 20 and len(stack.jobs()) == 1
    aws.wait_for(lambda: sorted(Counter(aws.states().values()).values()) == [2, 8, 10], "the report of all that")
    assert Counter(aws.states().values()) == {"in-sync": 10, "copying": 8, "queued": 2}
    if ending == "spot":
        stack.cloud.emulator.interrupt(job["id"])
    else:
        for process in stack.cloud.emulator.processes():
            os.kill(process, signal.SIGKILL)
    # Not before: a job that ends well within the grace it is given has succeeded.
    aws.wait_for(lambda: any(one["stoppedAt"] for one in aws.jobs()[0]["attempts"]), "the end of the first attempt")
    hold.release()
    stack.until_idle()
    job = aws.jobs()[0]
    assert (job["state"], len(job["attempts"])) == ("SUCCEEDED", 2)
    for name, digest in digests.items():
        assert client(destination).digest(name, "1") == digest
    assert sorted(puts()) == [1] * 12 + [2] * 8
    assert set(aws.states().values()) == {"in-sync"}
    records = [item for item in aws.ecrmirror("history", "--json").json["items"] if item["kind"] == "job"]
    assert sorted(item["source"] for item in records) == sorted(f"{source.host}/{name}:1" for name in digests)
    assert Counter(item["attempts"] for item in records) == {1: 12, 2: 8}
    # Of one image, however many lines of others come after it; its last, of those that are asked for.
    first = next(item["source"] for item in reversed(records) if item["attempts"] == 1)
    of_one = ["logs", job["id"], "--attempt", "1", "--image", first]
    lines = aws.ecrmirror(*of_one).stdout.splitlines()
    assert len(lines) > 2 and all(f"image={first}" in line for line in lines)
    assert aws.ecrmirror(*of_one, "--lines", "2").stdout.splitlines() == lines[-2:]
    assert stack.cloud.emulator.denials() == []


def test_a_job_signs_in_with_the_stacks_secret_and_shows_it_nowhere(aws, stack, source, basic_registry, client):
    from conftest import CREDENTIALS

    digest = client(source).push(make_image("app"), "app", "1")
    auth = base64.b64encode(":".join(CREDENTIALS).encode()).decode()
    stack.cloud.secretsmanager.put_secret_value(
        SecretId=stack.settings["auth"], SecretString=json.dumps({"auths": {basic_registry.host: {"auth": auth}}})
    )
    aws.ecrmirror("add", f"{source.host}/app:1", f"{basic_registry.host}/app")
    assert invoke(stack)["started"]
    stack.until_idle()
    assert Client(basic_registry.host, credentials=CREDENTIALS).digest("app", "1") == digest
    job = aws.jobs()[0]
    log = aws.ecrmirror("logs", job["id"]).stdout
    assert "copying" in log
    for text in (log, json.dumps(stack.cloud.job(job["id"]), default=str)):
        assert CREDENTIALS[1] not in text and auth not in text


def test_thousands_of_rows_are_looked_at_once_each_and_a_quiet_run_writes_almost_nothing(aws, stack, proxy):
    # What a row costs shows on these; how tables of several pages are read is held by TableSeamTests.
    count = 4_000
    digest = make_image("app").digest
    headers = {"Docker_Content_Digest": digest, "Content_Type": INDEX}
    front, back = proxy(), proxy()
    for place in (front, back):
        place.when(status(200, **headers), method="HEAD")
    stack.put_rows(
        {"Source": {"S": f"{front.host}/app:{number}"}, "Destination": {"S": f"{back.host}/app"}}
        for number in range(count)
    )
    aws.run("ecrmirror-batch", "control", "--stack", stack.name)
    assert (front.count("HEAD"), back.count("HEAD"), front.count("GET"), back.count("GET")) == (count, count, 0, 0)
    assert stack.jobs() == []
    assert run_records(aws)[0]["found"] == {"in-sync": count}

    stack.cloud.emulator.clear_requests()
    aws.run("ecrmirror-batch", "control", "--stack", stack.name)
    calls = stack.cloud.emulator.requests()
    assert calls["dynamodb:UpdateItem"] <= 3, calls
    assert sum(calls.values()) < 100, calls


def test_commands_tell_what_is_wrong_with_a_stack(account, cloud, stack):
    account.work_on(stack)
    account.place = ["--stack", "nowhere"]
    assert "no SSM parameter /ecrmirror/nowhere" in account.ecrmirror("status", exit=1).stderr
    account.work_on(stack, cloud.user())
    assert "not authorized" in account.ecrmirror("status", exit=1).stderr
    account.work_on(stack, {"accessKeyId": "AKIAWRONG", "secretAccessKey": "hush"})
    wrong = account.ecrmirror("status", exit=1).stderr
    assert "SSM refused GetParameter" in wrong and "hush" not in wrong
    account.work_on(stack)
    account.place = ["--stack", stack.name, "--local", str(account.store)]
    assert "cannot be combined" in account.ecrmirror("status", exit=64).stderr
    account.place = ["--stack", stack.name, "--profile", "none"]
    assert "no AWS profile 'none'" in account.ecrmirror("status", exit=1).stderr


def test_an_import_that_fails_half_way_is_taken_back_or_says_what_is_so_and_is_finished_by_the_next(
    aws, stack, tmp_path
):
    def write(tag: str, count: int) -> str:
        path = tmp_path / f"{tag}.csv"
        rows = [f"docker.io/team/app-{number}:1,registry.example.com/app-{number}:{tag}" for number in range(count)]
        path.write_text("source,destination\n" + "\n".join(rows) + "\n")
        return str(path)

    def destinations() -> list[str]:
        entries = json.loads(aws.ecrmirror("status", "--json").stdout)["entries"]
        return sorted(entry["destinations"][0]["reference"].rpartition(":")[2] for entry in entries)

    fault = {"status": 400, "code": "AccessDeniedException", "message": "no"}
    emulator = stack.cloud.emulator
    aws.ecrmirror("import", write("old", 150))
    # Of 250 rows the second hundred is refused: 100 changes are undone.
    emulator.fault("dynamodb:TransactWriteItems", after=1, times=1, **fault)
    failed = aws.ecrmirror("import", write("new", 250), exit=1)
    assert "were undone, so nothing is changed" in failed.stderr, failed.stderr
    assert destinations() == ["old"] * 150
    # For good: neither the rest nor its undoing.
    emulator.clear_faults()
    emulator.fault("dynamodb:TransactWriteItems", after=1, **fault)
    failed = aws.ecrmirror("import", write("new", 250), exit=1)
    assert "of 250 rows 100 were written before, and could not be undone" in failed.stderr, failed.stderr
    emulator.clear_faults()
    assert destinations() == ["new"] * 100 + ["old"] * 50
    finished = aws.ecrmirror("import", write("new", 250))
    assert "added 100, changed 50, 100 unchanged" in finished.stderr
    assert destinations() == ["new"] * 250
