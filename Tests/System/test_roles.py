"""Least privilege, proven: every path works with the template's policies enforced, and no action can be left out."""

import base64
import contextlib
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from conftest import CREDENTIALS, HTPASSWD
from lab.client import Client
from lab.cloud import Cloud
from lab.emulator import Emulator
from lab.images import make_image
from lab.registry import Registry
from lab.stack import Stack
from support.account import Account
from support.powers import Power, listed, managed_policy, role_policies

# Seconds after which a path counts as hung: a watchdog.
HUNG = 60
SLEEPER = "adhoc-sleeper"


def documented_key_policy(emulator: Emulator) -> list[dict[str, Any]]:
    """What cfn/README.md says that a key's policy needs, beside the account itself."""
    text = (Path(__file__).resolve().parents[2] / "cfn/README.md").read_text()
    found = re.search(r"```json\n(.*?\"events.amazonaws.com\".*?)```", text, re.DOTALL)
    assert found, "cfn/README.md has no key policy"
    return json.loads(f"[{found[1].replace('REGION', emulator.region).replace('ACCOUNT', emulator.account)}]")


class World:
    """A stack in an account where AWS has its real names, with mirrors between ECR and a registry outside."""

    def __init__(self, emulator: Emulator, folder, programs, outside: Registry):
        emulator.set(
            images={"*ecrmirror*": programs},
            functions={"*ecrmirror*": programs / "ecrmirror-lambda"},
            time_scale=20,
        )
        self.emulator = emulator
        self.cloud = Cloud(emulator, folder)
        # Who may not use the key may use nothing that it encrypts: its powers are proven like all others.
        self.key = self.cloud.key(documented_key_policy(emulator))
        self.stack = Stack(
            self.cloud,
            Schedule="rate(30 days)",
            MirrorOnPush="true",
            TablesOnDelete="delete",
            KmsKeyArn=self.key,
        )
        self.settings = self.stack.settings
        self.resources = {name: self.stack.resource(name) for name in ("PushFunction", "Pushes")}
        queue = self.resources["Pushes"]
        answer = self.cloud.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        self.pushes = answer["Attributes"]["QueueArn"]
        # As long as that a function that failed keeps its messages.
        self.cloud.sqs.set_queue_attributes(QueueUrl=self.resources["Pushes"], Attributes={"VisibilityTimeout": "20"})
        self.outside = outside
        self.ecr = f"{emulator.account}.dkr.ecr.{emulator.region}.amazonaws.com"
        self.count = 0
        for repository in ("team/app", "team/all", "mirror/app", "mirror/all"):
            self.cloud.ecr.create_repository(repositoryName=repository)
        auth = base64.b64encode(":".join(CREDENTIALS).encode()).decode()
        self.auth = json.dumps({"auths": {outside.host: {"auth": auth}}})
        self.cloud.secretsmanager.put_secret_value(SecretId=self.settings["auth"], SecretString=self.auth)
        users = {"ReaderPolicy": ("ReaderPolicy",), "OperatorPolicy": ("ReaderPolicy", "OperatorPolicy")}
        self.people = {name: self.person(folder / name, programs, *policies) for name, policies in users.items()}

    def person(self, folder, programs, *policies: str, stack: Stack | None = None) -> tuple[str, Account]:
        """A user with policies of a stack, and the account in which their programs run."""
        stack = stack or self.stack
        name = self.cloud.unique("user")
        self.cloud.iam.create_user(UserName=name)
        for policy in policies:
            self.cloud.iam.attach_user_policy(UserName=name, PolicyArn=stack.resource(policy))
        key = self.cloud.iam.create_access_key(UserName=name)["AccessKey"]
        account = Account(folder, programs)
        account.work_on(stack, {"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]})
        return name, account

    def role(self, logical: str) -> str:
        return self.stack.resource(logical)

    # What every path begins with.

    def renew(self) -> None:
        """New images to copy, rows of which nothing is known, and nothing of what went before."""
        self.stop_jobs()
        wait(self.is_purged, "the end of messages")
        self.emulator.clear_faults()
        history = self.settings["historyTable"]
        for item in self.cloud.dynamodb.scan(TableName=history)["Items"]:
            key = {name: item[name] for name in ("Mirror", "At")}
            self.cloud.dynamodb.delete_item(TableName=history, Key=key)
        for item in self.cloud.dynamodb.scan(TableName=self.settings["mirrorTable"])["Items"]:
            self.cloud.dynamodb.delete_item(TableName=self.settings["mirrorTable"], Key={"Source": item["Source"]})
        self.count += 1
        self.push("team/app", "app")
        self.push("team/all", "all")
        # No row names what was pushed: nothing comes of it.
        self.settle()
        app = [{"S": f"{self.ecr}/mirror/app"}, {"S": f"{self.outside.host}/app"}]
        everything = {"M": {"include": {"L": [{"S": "*"}]}}}
        self.put(f"{self.ecr}/team/app:1", Destination={"L": app})
        # Of so many tags was seen something that it lies in parts.
        parts = {"M": {"#parts": {"M": {"At": {"L": [{"N": "1"}] * 256}}}}}
        self.put(f"{self.ecr}/team/all", Destination={"S": f"{self.ecr}/mirror/all"}, Tags=everything, Observed=parts)
        self.put("public.ecr.aws/team/app:1", Destination={"S": f"{self.ecr}/mirror/app:gallery"})
        self.emulator.control("POST", "functions/recycle")
        self.emulator.clear_denials()

    def is_purged(self) -> bool:
        """A message that a function has in its hands comes back first."""
        self.cloud.sqs.purge_queue(QueueUrl=self.resources["Pushes"])
        return self.waiting() == 0

    def put(self, source: str, **attributes: Any) -> None:
        item = {"Source": {"S": source}, **attributes}
        self.cloud.dynamodb.put_item(TableName=self.settings["mirrorTable"], Item=item)

    def push(self, repository: str, name: str) -> None:
        image = make_image(f"{name} {self.count}", layers=1, layer_bytes=1000)
        Client(self.stack.registry, credentials=self.cloud.registry_credentials()).push(image, repository, "1")

    def settle(self) -> None:
        """Waits until nothing waits and nothing runs."""
        wait(lambda: self.waiting() == 0 and not self.live(), "the end of what was pushed")

    def waiting(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.cloud.sqs.get_queue_attributes(QueueUrl=self.resources["Pushes"], AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def live(self, sleepers: bool = False) -> list[dict[str, Any]]:
        """Jobs that have not ended, without those that only sleep."""
        jobs = [job for kind in ("control", "mirror") for job in self.stack.jobs(kind)]
        living = [job for job in jobs if job["status"] not in ("SUCCEEDED", "FAILED")]
        return [job for job in living if sleepers or job["jobName"] != SLEEPER]

    def stop_jobs(self) -> None:
        for job in self.live(sleepers=True):
            self.cloud.batch.terminate_job(jobId=job["jobId"], reason="the test is over")
        wait(lambda: not self.live(sleepers=True), "the end of jobs")

    def sleeper(self, **more: Any) -> str:
        """A job that others see at work."""
        job = self.cloud.submit(
            self.settings["mirrorQueue"],
            self.settings["mirrorJob"],
            name=SLEEPER,
            parameters={"source": f"{self.ecr}/team/sleep:1", "dest": f"{self.ecr}/mirror/app:sleep"},
            containerOverrides={"command": ["sleep", "600"]},
            **more,
        )
        if not more:
            wait(lambda: self.cloud.job(job)["status"] in ("RUNNING", "FAILED"), "the job to run")
        return job

    # The paths, each begun by an administrator or a person.

    def run(self) -> None:
        """A run that is refused while a job is at work, and one that starts."""
        self.sleeper()
        self.invoke()
        self.stop_jobs()
        self.invoke()

    def invoke(self) -> None:
        event = json.dumps({"id": self.cloud.unique("event"), "time": "2026-11-24T00:00:00Z"})
        self.cloud.lambda_.invoke(FunctionName=self.settings["scheduleFunction"], Payload=event)

    def control(self) -> None:
        self.sleeper()
        """A run, and a job for one source as the predecessor's controller has it."""
        one = {"command": ["ecrmirror-batch", "control", f"{self.ecr}/team/all"]}
        for overrides in ({}, one):
            job = self.cloud.submit(
                self.settings["controlQueue"],
                self.settings["controlJob"],
                name="control-test",
                containerOverrides=overrides,
            )
            wait(lambda job=job: self.is_over(job), "the control job's end")

    def request(self) -> None:
        # Lambda asks for what polling takes when a mapping is made; this one is there already.
        with contextlib.suppress(ClientError):
            self.cloud.lambda_.create_event_source_mapping(
                FunctionName=self.resources["PushFunction"], EventSourceArn=self.pushes
            )
        self.sleeper()
        for source in (f"{self.ecr}/team/app:1", f"{self.ecr}/team/all:1", "public.ecr.aws/team/app:1"):
            body = json.dumps({"source": source})
            self.cloud.sqs.send_message(QueueUrl=self.resources["Pushes"], MessageBody=body)

    def mirror(self) -> None:
        """A job that loses its host in the middle, and copies in its second attempt; a tag of ECR's is moved by it."""
        self.push("mirror/app", "before")
        self.emulator.fault("registry:PutManifest", delay=2, times=1)
        before = self.emulator.requests().get("registry:PutManifest", 0)
        job = self.cloud.submit(
            self.settings["mirrorQueue"],
            self.settings["mirrorJob"],
            name="adhoc-test",
            parameters={
                "source": f"{self.ecr}/team/app:1",
                "dest": f"{self.ecr}/mirror/app:1,{self.outside.host}/app:1,public.ecr.aws/team/app:1",
            },
            containerOverrides={"environment": [{"name": "ECRMIRROR_MIRROR", "value": f"{self.ecr}/team/app:1"}]},
        )

        def is_pushing() -> bool:
            return self.emulator.requests().get("registry:PutManifest", 0) > before or self.is_over(job)

        wait(is_pushing, "the job to push")
        if not self.is_over(job):
            self.emulator.interrupt(job)

    def is_over(self, job: str) -> bool:
        return self.cloud.job(job)["status"] in ("SUCCEEDED", "FAILED")

    def look(self) -> None:
        """What somebody does who may only see."""
        _, account = self.people["ReaderPolicy"]
        job = self.sleeper()
        some = (f"job {job}", f"logs {job}", f"history {self.ecr}/team/app:1")
        for command in ("status", "jobs", "history", "doctor", *some):
            account.ecrmirror("--read-only", *command.split(), exit=None)
        before = self.emulator.requests()
        asked = (
            # Whether anything changed, before it is read again.
            "dynamodb:GetItem",
            *("events:DescribeRule", "batch:DescribeComputeEnvironments", "sqs:GetQueueAttributes"),
        )

        def has_asked(_) -> bool:
            now = self.emulator.requests()
            return all(now.get(name, 0) > before.get(name, 0) for name in asked)

        with account.screen("--read-only") as screen:
            screen.wait(lambda screen: has_asked(screen) or self.emulator.denials())

    def operate(self) -> None:
        """What somebody does who may change things, beyond looking."""
        _, account = self.people["OperatorPolicy"]
        new = f"{self.ecr}/team/new:1"
        for command in (
            f"add {new} {self.ecr}/mirror/app:new",
            f"disable {new}",
            f"rm {new}",
            "check",
            "mirror --all --no-wait",
            "run --once",
            "timer pause",
            "timer resume",
            "doctor",
        ):
            account.ecrmirror(*command.split(), exit=None)
        with account.screen() as screen:
            screen.wait("aws.com/team")
            screen.press("R")
            screen.answer("y")
            screen.wait(re.compile(r"is starting in AWS|cannot run"))
        running = self.sleeper()
        waiting = self.sleeper(dependsOn=[{"jobId": running}])
        for job in (waiting, running):
            account.ecrmirror("cancel", job, exit=None)


def wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + HUNG
    while not condition():
        assert time.monotonic() < deadline, f"{what} never came"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def world(programs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    htpasswd = folder / "htpasswd"
    htpasswd.write_text(HTPASSWD)
    auth = {"htpasswd": {"realm": "test", "path": str(htpasswd)}}
    with Emulator(real_names=True) as emulator, Registry(folder / "outside", auth=auth) as outside:
        yield World(emulator, folder, programs, outside)


# Who holds which policies, and the path on which all that is in them is used.
HOLDERS: dict[str, Callable[[World], None]] = {
    "ScheduleRole": World.run,
    "PushRole": World.request,
    "ControlRole": World.control,
    "MirrorRole": World.mirror,
    "ExecutionRole": World.mirror,
    "ReaderPolicy": World.look,
    "OperatorPolicy": World.operate,
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_path_needs_nothing_that_its_policies_lack(world: World, holder: str):
    world.renew()
    HOLDERS[holder](world)
    world.settle()
    assert world.emulator.denials() == []


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_path_needs_everything_that_its_policies_have(world: World, holder: str):
    if holder in world.people:
        name, _ = world.people[holder]
        principal = f":user/{name}"
        policies = {holder: managed_policy(world.cloud, world.stack.resource(holder))}
    else:
        role = world.role(holder)
        principal = f":assumed-role/{role}/"
        policies = role_policies(world.cloud, role)
    superfluous: list[str] = []
    for place, policy in policies.items():
        for power in policy.powers(place):
            world.renew()
            with policy.without(power):
                HOLDERS[holder](world)

                def denied(power: Power = power) -> bool:
                    return any(
                        principal in denial["principal"] and denial["action"] == power.action
                        for denial in world.emulator.denials()
                    )

                def over(denied: Callable[[], bool] = denied) -> bool:
                    return denied() or (world.waiting() == 0 and not world.live())

                wait(over, f"the end of {holder} without {power}")
                if not denied():
                    superfluous.append(str(power))
    assert not superfluous, "superfluous: " + ", ".join(superfluous)


# Actions that the Service Authorization Reference binds to no resource.
UNBOUND = {
    *("batch:DescribeJobs", "batch:ListJobs", "batch:DescribeJobQueues", "batch:DescribeComputeEnvironments"),
    *("ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"),
    "ecr:GetAccountSetting",
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_every_action_is_bound_to_its_resource(world: World, holder: str):
    if holder in world.people:
        policies = {holder: managed_policy(world.cloud, world.stack.resource(holder))}
    else:
        policies = role_policies(world.cloud, world.role(holder))
    statements = [item for policy in policies.values() for item in listed(policy.document["Statement"])]
    assert statements
    for statement in statements:
        actions = set(listed(statement["Action"]))
        assert not any("*" in action for action in actions)
        if "*" in listed(statement["Resource"]):
            assert actions <= UNBOUND
        for resource in listed(statement["Resource"]):
            if actions == {"kms:Decrypt"}:
                # Through services that ask as their caller, and not by itself.
                assert resource == world.key and statement["Condition"]["StringLike"].keys() == {"kms:ViaService"}
                continue
            # What is everybody's is images to look at; jobs have no names of their own.
            everybodys = resource == "*" or resource.startswith("arn:aws:ecr:*:") or resource.endswith(":job/*")
            assert everybodys or world.stack.name in resource or resource.endswith("/ecrmirror"), resource


@pytest.fixture(scope="module")
def narrow(world: World) -> Stack:
    """A stack whose jobs write to some repositories only, and sign in with a parameter."""
    for repository in ("open/app", "closed/app"):
        world.cloud.ecr.create_repository(repositoryName=repository)
    world.cloud.ssm.put_parameter(Name="/registries/auth", Type="SecureString", Value=world.auth)
    return Stack(
        world.cloud,
        Schedule="none",
        MirrorOnPush="false",
        TablesOnDelete="delete",
        AuthParameter="/registries/auth",
        WriteRepositories=f"arn:aws:ecr:*:{world.emulator.account}:repository/open/*",
    )


def copying(world: World, stack: Stack, destination: str, **options: Any) -> str:
    """A job of a stack that copies there, with options of a row."""
    rest = {"name": "ECRMIRROR_REQUEST", "value": json.dumps({"options": options})}
    return world.cloud.submit(
        stack.settings["mirrorQueue"],
        stack.settings["mirrorJob"],
        name="adhoc-test",
        parameters={"source": f"{world.ecr}/team/app:1", "dest": destination},
        containerOverrides={"environment": [rest]},
    )


def test_jobs_write_only_where_the_stack_lets_them_and_sign_in_with_its_parameter(world: World, narrow: Stack):
    cloud = world.cloud
    world.renew()
    places = [f"{world.ecr}/open/app:1", f"{world.outside.host}/open/app:1", f"{world.ecr}/closed/app:1"]
    jobs = [copying(world, narrow, place) for place in places]
    assert [cloud.ended(job)["status"] for job in jobs] == ["SUCCEEDED", "SUCCEEDED", "FAILED"]
    denied = {(denial["action"], denial["resource"].rpartition(":")[2]) for denial in world.emulator.denials()}
    assert denied == {("ecr:InitiateLayerUpload", "repository/closed/app")}
    # Refused is no reason to try again.
    assert len(cloud.job(jobs[-1])["attempts"]) == 1


@pytest.mark.parametrize("logical", ["UseRegistries", "OperatorPolicy"])
def test_nobody_signs_in_with_a_parameter_that_their_policy_leaves_out(
    world: World, narrow: Stack, tmp_path, programs, logical: str
):
    world.renew()
    source, destination = f"{world.ecr}/team/app:1", f"{world.outside.host}/parameter/app:1"
    if logical == "OperatorPolicy":
        _, operator = world.person(tmp_path / "operator", programs, "ReaderPolicy", logical, stack=narrow)
        operator.ecrmirror("add", source, destination)

        def use() -> None:
            operator.ecrmirror("check", exit=None)
    else:

        def use() -> None:
            world.cloud.ended(copying(world, narrow, destination))

    use()
    assert world.emulator.denials() == []
    parameter = f"arn:aws:ssm:{world.emulator.region}:{world.emulator.account}:parameter/registries/auth"
    with managed_policy(world.cloud, narrow.resource(logical)).without_resource(parameter):
        use()
    assert {(denial["action"], denial["resource"]) for denial in world.emulator.denials()} == {
        ("ssm:GetParameter", parameter)
    }


# What a job may do beyond copying where the stack lets it make repositories.
MAKING = {
    *("ecr:CreateRepository", "ecr:DescribeRepositoryCreationTemplates", "ecr:PutLifecyclePolicy", "ecr:TagResource"),
}


def test_jobs_that_may_make_repositories_need_all_that_lets_them_and_nothing_else(world: World):
    world.renew()
    cloud, place = world.cloud, f"arn:aws:ecr:*:{world.emulator.account}:repository/new/*"
    stack = Stack(cloud, Schedule="none", MirrorOnPush="false", TablesOnDelete="delete", CreateRepositories=place)
    rule = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 9}
    policy = {"rules": [{"rulePriority": 1, "selection": rule, "action": {"type": "expire"}}]}
    settings = {"tags": {"team": "web"}, "lifecyclePolicyText": json.dumps(policy)}

    def make() -> list[str]:
        """With the settings of a template or of ECR, and with the row's own."""
        places = [f"{world.ecr}/{cloud.unique('new/app')}:1" for _ in range(2)]
        jobs = [copying(world, stack, places[0]), copying(world, stack, places[1], createRepository=settings)]
        return [cloud.ended(job)["status"] for job in jobs]

    assert make() == ["SUCCEEDED", "SUCCEEDED"]
    assert world.emulator.denials() == []
    found = set()
    for name, held in role_policies(cloud, stack.resource("MirrorRole")).items():
        for power in held.powers(name):
            if power.action not in MAKING:
                continue
            found.add(power.action)
            world.emulator.clear_denials()
            with held.without(power):
                assert "FAILED" in make()
            assert power.action in {denial["action"] for denial in world.emulator.denials()}
    assert found == MAKING
    # And nothing of it where the parameter is empty.
    others = role_policies(cloud, world.role("MirrorRole")).items()
    assert not MAKING & {power.action for name, held in others for power in held.powers(name)}
