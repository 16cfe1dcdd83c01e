"""Repositories in ECR: made when missing, on one machine and by a stack's jobs, and tags that may not be moved."""

import json

import pytest

from lab.client import Client
from lab.images import make_image
from lab.stack import Stack

POLICY = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 9,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)


class Place:
    """An account on this machine with AWS credentials, for which the emulator's registry is the account's ECR."""

    def __init__(self, account, cloud):
        self.account, self.cloud = account, cloud
        self.host = f"127.0.0.1:{cloud.emulator.port}"
        account.environment.update(cloud.emulator.environment())
        self.configure("")

    def configure(self, ecr: str) -> None:
        emulator = self.cloud.emulator
        name = f"{emulator.account}.dkr.ecr.{emulator.region}.amazonaws.com"
        self.account.configure(f'registries: {{ecr: {{"{self.host}": {name}}}}}\n{ecr}')

    @property
    def registry(self) -> Client:
        return Client(self.host, credentials=self.cloud.registry_credentials())

    def described(self, name: str) -> dict:
        return self.cloud.ecr.describe_repositories(repositoryNames=[name])["repositories"][0]

    def pushes(self) -> int:
        """Uploads and manifests that the registry was sent."""
        counts = self.cloud.emulator.requests()
        return sum(counts.get(f"registry:{name}", 0) for name in ("StartUpload", "PutManifest"))


@pytest.fixture
def ecr(account, cloud) -> Place:
    return Place(account, cloud)


def test_a_job_makes_a_missing_repository_with_the_settings_and_leaves_immutable_tags_alone(
    ecr, account, cloud, source, client
):
    name = cloud.unique("team/app")
    ecr.configure(
        f"""
ecr:
  createRepositories:
    imageTagMutability: IMMUTABLE_WITH_EXCLUSION
    imageTagMutabilityExclusionFilters: ["dev-*"]
    scanOnPush: true
    tags: {{team: web}}
    lifecyclePolicyText: '{POLICY}'
"""
    )
    first = client(source).push(make_image("app"), "app", "1", "dev-1")
    for tag in ("1", "dev-1"):
        account.ecrmirror("add", f"{source.host}/app:{tag}", f"{ecr.host}/{name}")
    account.ecrmirror("mirror", "--all")
    assert [ecr.registry.digest(name, tag) for tag in ("1", "dev-1")] == [first, first]
    made = ecr.described(name)
    assert made["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert made["imageScanningConfiguration"] == {"scanOnPush": True}
    assert cloud.ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"] == POLICY
    tags = cloud.ecr.list_tags_for_resource(resourceArn=made["repositoryArn"])["tags"]
    assert tags == [{"Key": "team", "Value": "web"}]

    second = client(source).push(make_image("other"), "app", "1", "dev-1")
    cloud.emulator.clear_requests()
    account.ecrmirror("mirror", f"{source.host}/app:1", exit=1)
    assert ecr.pushes() == 0
    blocked = account.destination(f"{ecr.host}/{name}:1")
    assert (blocked["state"], ecr.registry.digest(name, "1")) == ("blocked", first)
    assert "aws ecr put-image-tag-mutability" in blocked["error"] and "filter='dev-*'" in blocked["error"]
    # What a filter excludes is moved.
    account.ecrmirror("mirror", f"{source.host}/app:dev-1")
    assert ecr.registry.digest(name, "dev-1") == second
    # A run leaves what is blocked alone.
    account.ecrmirror("run", "--once", exit=1)
    assert account.destination(f"{ecr.host}/{name}:1")["state"] == "blocked"


def test_without_leave_a_missing_repository_is_a_reason_with_a_way_out(ecr, account, cloud, source, client):
    name = cloud.unique("team/app")
    digest = client(source).push(make_image("app"), "app", "1")
    row, destination = f"{source.host}/app:1", f"{ecr.host}/{name}:1"
    account.ecrmirror("add", row, destination)
    account.ecrmirror("check", exit=3)
    seen = account.destination(destination)
    assert (seen["state"], seen["error"]) == ("missing", f"the repository {ecr.host}/{name} does not exist in ECR")
    account.ecrmirror("mirror", "--all", exit=1)
    failed = account.destination(destination)
    assert failed["state"] == "failed"
    assert f"`ecrmirror create-repository {ecr.host}/{name}`" in failed["error"]
    assert "--read-only was given" in account.ecrmirror("--read-only", "create-repository", "--missing", exit=1).stderr
    wrong = account.ecrmirror("create-repository", "quay.io/team/app", exit=1).stderr
    assert "quay.io is no ECR registry" in wrong
    wrong = account.ecrmirror("edit", row, "--create-repository", '{"imageTagMutability": "NEVER"}', exit=64).stderr
    assert "imageTagMutability must be one of MUTABLE" in wrong
    created = account.ecrmirror("create-repository", "--missing", "--image-tag-mutability", "IMMUTABLE").stderr
    assert f"created the repository {ecr.host}/{name}" in created
    assert ecr.described(name)["imageTagMutability"] == "IMMUTABLE"
    assert "is there already" in account.ecrmirror("create-repository", f"{ecr.host}/{name}").stderr
    account.ecrmirror("mirror", "--all")
    assert ecr.registry.digest(name, "1") == digest


def test_the_doctor_says_whether_repositories_share_layers(ecr, account, cloud, source, client):
    client(source).push(make_image("app"), "app", "1")
    cloud.ecr.create_repository(repositoryName=(name := cloud.unique("team/app")))
    account.ecrmirror("add", f"{source.host}/app:1", f"{ecr.host}/{name}")

    def seen() -> str:
        checks = account.ecrmirror("doctor", "--json", exit=None).json["checks"]
        return next(check["seen"] for check in checks if check["name"] == f"registry {ecr.host}")

    assert "share no layers (`aws ecr put-account-setting --name BLOB_MOUNTING --value ENABLED`" in seen()
    cloud.ecr.put_account_setting(name="BLOB_MOUNTING", value="ENABLED")
    assert "its repositories share layers" in seen()
    cloud.ecr.put_account_setting(name="BLOB_MOUNTING", value="DISABLED")


def test_another_account_has_to_let_its_repositories_be_made(ecr, account, cloud):
    other, name = "210987654321", cloud.unique("team/app")
    host = f"{other}.dkr.ecr.{cloud.emulator.region}.amazonaws.com"
    refused = account.ecrmirror("create-repository", f"{host}/{name}", "--scan-on-push", exit=1).stderr
    assert "allow ecr:CreateRepository in a policy" in refused
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{cloud.emulator.account}:root"},
        "Action": "ecr:CreateRepository",
        "Resource": f"arn:aws:ecr:*:{other}:repository/*",
    }
    policy = {"Version": "2012-10-17", "Statement": statement}
    cloud.emulator.control("POST", "registries/policy", {"account": other, "policy": policy})
    made = account.ecrmirror("create-repository", f"{host}/{name}", "--scan-on-push").stderr
    assert f"created the repository {host}/{name}" in made
    with pytest.raises(cloud.ecr.exceptions.RepositoryNotFoundException):
        cloud.ecr.describe_repositories(repositoryNames=[name])


def test_a_row_lets_its_jobs_create_what_is_missing(ecr, account, cloud, source, client):
    digest = client(source).push(make_image("app"), "app", "1", "2")
    first, second = cloud.unique("team/app"), cloud.unique("team/app")
    settings = '{"imageTagMutability": "IMMUTABLE"}'
    account.ecrmirror("add", f"{source.host}/app:1", f"{ecr.host}/{first}", "--create-repository", settings)
    account.ecrmirror("add", f"{source.host}/app:2", f"{ecr.host}/{second}")
    account.ecrmirror("mirror", "--all", exit=1)
    assert ecr.registry.digest(first, "1") == digest
    assert ecr.described(first)["imageTagMutability"] == "IMMUTABLE"
    account.ecrmirror("edit", f"{source.host}/app:2", "--create-repository", "true")
    account.ecrmirror("mirror", "--all")
    assert ecr.registry.digest(second, "2") == digest


def test_the_dashboard_creates_a_missing_repository_and_mirrors(ecr, account, cloud, source, client):
    name = cloud.unique("team/app")
    digest = client(source).push(make_image("app"), "app", "1")
    account.ecrmirror("add", f"{source.host}/app:1", f"{ecr.host}/{name}:1")
    account.ecrmirror("mirror", "--all", exit=1)
    with account.screen("--view", "problems", rows=24, columns=160) as screen:
        screen.wait("n creates the repository")
        screen.press("f")
        screen.wait(f"Create {ecr.host}/{name}?")
        screen.answer("y")
        account.wait_for(lambda: ecr.registry.digest(name, "1") == digest, "the copy")


def test_a_template_for_pushes_makes_what_is_missing(ecr, account, cloud, source, client, deployment):
    prefix = cloud.unique("prefix")
    deployment("repository.yaml").create(
        RepositoryName=f"{prefix}-other", TemplatePrefix=prefix, TagMutability="IMMUTABLE"
    )
    digest = client(source).push(make_image("app"), "app", "1")
    account.ecrmirror("add", f"{source.host}/app:1", f"{ecr.host}/{prefix}/app")
    # Nobody has to let jobs make anything.
    account.ecrmirror("mirror", "--all")
    assert ecr.registry.digest(f"{prefix}/app", "1") == digest
    ecr.configure("ecr: {createRepositories: true}\n")
    account.ecrmirror("add", f"{source.host}/app:1", f"{ecr.host}/{prefix}/second", exit=None)
    cloud.emulator.clear_requests()
    made = account.ecrmirror("create-repository", f"{ecr.host}/{prefix}/third").stderr
    assert f"the creation template {prefix} makes the repository" in made
    assert "ecr:CreateRepository" not in cloud.emulator.requests()


def test_jobs_of_a_stack_make_repositories_where_its_parameter_lets_them(account, cloud, source, client):
    wanted = f"arn:aws:ecr:*:{cloud.emulator.account}:repository/new/*"
    stack = Stack(cloud, Schedule="none", MirrorOnPush="false", CreateRepositories=wanted)
    account.work_on(stack)
    new, other = cloud.unique("new/app"), cloud.unique("other/app")
    digest = client(source).push(make_image("app"), "app", "1", "2")
    account.ecrmirror("add", f"{source.host}/app:1", f"{stack.registry}/{new}")
    account.ecrmirror("add", f"{source.host}/app:2", f"{stack.registry}/{other}")
    account.ecrmirror("mirror", "--all", exit=1)
    registry = Client(stack.registry, credentials=cloud.registry_credentials())
    assert registry.digest(new, "1") == digest
    refused = account.destination(f"{stack.registry}/{other}:2")
    assert refused["state"] == "failed" and "allow ecr:CreateRepository" in refused["error"]
    [denied] = {(denial["action"], denial["resource"].rpartition(":")[2]) for denial in cloud.emulator.denials()}
    assert denied == ("ecr:CreateRepository", f"repository/{other}")
    # A policy that does not let a job do so is no reason to try again.
    assert {len(stack.cloud.job(job["jobId"])["attempts"]) for job in stack.jobs()} == {1}
