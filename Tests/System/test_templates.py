"""The CloudFormation templates: what each choice of a parameter makes, changes in place, and leaves behind."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from lab.cloud import Cloud
from lab.deployment import TEMPLATES, Deployment
from support.inventory import inventory
from templates.pairs import pairwise

IMAGE = "ecrmirror:1.0.0-amd64"
REQUIRED = {"Image": IMAGE, "Vpc": "vpc-1", "Subnets": "subnet-1,subnet-2"}
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:registries-Ab12Cd"
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
WRITABLE = "arn:aws:ecr:*:123456789012:repository/mirror/*,arn:aws:ecr:*:210987654321:repository/*"
CACHED = "arn:aws:ecr:*:123456789012:repository/docker-hub/*"
GALLERY = "arn:aws:ecr-public::123456789012:repository/*"

# The default of each parameter that a condition reads, then what else it may be.
CHOICES: dict[str, tuple[str, ...]] = {
    "Architecture": ("x86_64", "arm64"),
    "Schedule": ("rate(1 hour)", "cron(0 4 * * ? *)", "none"),
    "MirrorOnPush": ("true", "false"),
    "MirrorOnReplication": ("true", "false"),
    "SecurityGroup": ("", "sg-0123456789abcdef0"),
    "PublicIp": ("DISABLED", "ENABLED"),
    "Capacity": ("SPOT", "ON_DEMAND"),
    "WriteRepositories": ("", WRITABLE),
    "CreateRepositories": ("", CACHED),
    "WritePublicRepositories": ("", GALLERY),
    "AuthSecretArn": ("", SECRET),
    "AuthParameter": ("", "/registries/auth", "auth"),
    "MirrorTable": ("", "adopted-mirrors"),
    "HistoryTable": ("", "adopted-history"),
    "TablesOnDelete": ("keep", "delete"),
    "AlarmEmail": ("", "ops@example.com"),
    "AlarmTopicArn": ("", TOPIC),
    "CloudWatchDashboard": ("true", "false"),
    "KmsKeyArn": ("", KEY),
}
DEFAULTS = {parameter: values[0] for parameter, values in CHOICES.items()}

# Resources that are there in some cases only, and in which.
OPTIONAL: dict[str, Callable[[dict[str, str]], bool]] = {
    "Mirrors": lambda chosen: not chosen["MirrorTable"],
    "History": lambda chosen: not chosen["HistoryTable"],
    "AuthSecret": lambda chosen: not chosen["AuthSecretArn"] and not chosen["AuthParameter"],
    "JobSecurityGroup": lambda chosen: not chosen["SecurityGroup"],
    "SpotCapacity": lambda chosen: chosen["Capacity"] == "SPOT",
    "OnDemandCapacity": lambda chosen: chosen["Capacity"] == "ON_DEMAND",
    **dict.fromkeys(("Timer", "TimerPermission"), lambda chosen: chosen["Schedule"] != "none"),
    **dict.fromkeys(
        (
            *("PushRule", "Pushes", "DeadLetters", "PushesPolicy", "PushFunction", "PushSource", "PushLogs"),
            *("PushRole", "DeadLetterAlarm", "PushAlarm"),
        ),
        lambda chosen: chosen["MirrorOnPush"] == "true",
    ),
    **dict.fromkeys(("AlarmTopic", "AlarmTopicPolicy"), lambda chosen: not chosen["AlarmTopicArn"]),
    "AlarmMail": lambda chosen: bool(chosen["AlarmEmail"]) and not chosen["AlarmTopicArn"],
    "Dashboard": lambda chosen: chosen["CloudWatchDashboard"] == "true",
}


@pytest.fixture(scope="module")
def adopted(emulator) -> None:
    """The tables that stacks adopt."""
    dynamodb = emulator.client("dynamodb")
    for name, keys in {"adopted-mirrors": ["Source"], "adopted-history": ["Mirror", "At"]}.items():
        dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        )


def logical_ids(template: str) -> set[str]:
    text = (TEMPLATES / template).read_text()
    resources = text[text.index("\nResources:") : text.index("\nOutputs:")]
    return set(re.findall(r"^  ([A-Z][A-Za-z]+):$", resources, re.MULTILINE))


def table(cloud: Cloud, name: str) -> dict[str, Any]:
    return cloud.dynamodb.describe_table(TableName=name)["Table"]


def definition(cloud: Cloud, name: str) -> dict[str, Any]:
    """The newest active revision, which a job that names none gets."""
    found = cloud.batch.describe_job_definitions(jobDefinitionName=name, status="ACTIVE")["jobDefinitions"]
    return max(found, key=lambda revision: revision["revision"])


def statements(cloud: Cloud, policy: str) -> list[dict[str, Any]]:
    version = cloud.iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
    document = cloud.iam.get_policy_version(PolicyArn=policy, VersionId=version)["PolicyVersion"]["Document"]
    return document["Statement"]


# Any two choices, whatever they are, are together in one of these.
@pytest.mark.parametrize("chosen", pairwise(CHOICES), ids=lambda chosen: "-".join(v[:6] for v in chosen.values() if v))
def test_every_choice_makes_what_it_says_and_nothing_is_left(cloud: Cloud, deployment, adopted, chosen):
    before = inventory(cloud)
    made = deployment().create(**REQUIRED, **chosen)

    resources = made.resources()
    absent = {name for name, wanted in OPTIONAL.items() if not wanted(chosen)}
    assert set(resources) == logical_ids("mirror.yaml") - absent
    check_settings(made, chosen)
    check_jobs(cloud, made, chosen)
    check_roles(cloud, made, chosen)

    kept = set()
    if chosen["TablesOnDelete"] == "keep":
        kept = {("table", resources[name]) for name in ("Mirrors", "History") if name in resources}
    made.delete()
    assert inventory(cloud) - before == kept
    assert before <= inventory(cloud)


def check_settings(made: Deployment, chosen: dict[str, str]) -> None:
    """Everything that the programs need, and nothing that they do not know."""
    resources, name = made.resources(), made.name
    expected = {
        "account": made.emulator.account,
        "region": made.emulator.region,
        "mirrorTable": chosen["MirrorTable"] or resources["Mirrors"],
        "historyTable": chosen["HistoryTable"] or resources["History"],
        "mirrorQueue": f"{name}-mirror",
        "controlQueue": f"{name}-control",
        "mirrorJob": f"{name}-mirror",
        "controlJob": f"{name}-control",
        "logGroup": f"/ecrmirror/{name}/jobs",
        "auth": chosen["AuthSecretArn"] or chosen["AuthParameter"],
        "scheduleFunction": resources["ScheduleFunction"],
    }
    if "AuthSecret" in resources:
        expected["auth"] = made.outputs()["AuthSecretName"]
        assert expected["auth"].startswith(f"arn:aws:secretsmanager:{made.emulator.region}:")
    if "Timer" in resources:
        expected["timer"] = resources["Timer"]
    if "DeadLetters" in resources:
        expected["deadLetterQueue"] = resources["DeadLetters"]
    if chosen["CreateRepositories"]:
        expected["createRepositories"] = {}
    assert made.settings() == expected


def check_jobs(cloud: Cloud, made: Deployment, chosen: dict[str, str]) -> None:
    resources, image = made.resources(), f"{made.emulator.account}.dkr.ecr.us-east-1.amazonaws.com/{IMAGE}"
    for kind, command in {"control": ["control"], "mirror": ["mirror", "--", "Ref::source", "Ref::dest"]}.items():
        job = definition(cloud, f"{made.name}-{kind}")
        container = job["containerProperties"]
        assert container["command"] == ["ecrmirror-batch", *command]
        assert container["image"] == image
        assert container["environment"] == [{"name": "ECRMIRROR_STACK", "value": made.name}]
        assert container["runtimePlatform"]["cpuArchitecture"] == chosen["Architecture"].upper()
        assert container["networkConfiguration"] == {"assignPublicIp": chosen["PublicIp"]}
        assert container["logConfiguration"]["options"]["awslogs-group"] == f"/ecrmirror/{made.name}/jobs"
        assert job["retryStrategy"]["attempts"] == 3
    for function in ("ScheduleFunction", "PushFunction"):
        if function in resources:
            configuration = cloud.lambda_.get_function(FunctionName=resources[function])
            assert configuration["Configuration"]["Architectures"] == [chosen["Architecture"]]
            assert configuration["Code"]["ImageUri"] == image

    # A queue with a second environment would go on to it when the first is full: past the limit, at another price.
    mirroring = {"SPOT": "SpotCapacity", "ON_DEMAND": "OnDemandCapacity"}[chosen["Capacity"]]
    for kind, capacity, kept in (
        ("mirror", mirroring, {"SPOT": "FARGATE_SPOT", "ON_DEMAND": "FARGATE"}[chosen["Capacity"]]),
        ("control", "ControlCapacity", "FARGATE"),
    ):
        queue = cloud.batch.describe_job_queues(jobQueues=[f"{made.name}-{kind}"])["jobQueues"][0]
        assert [item["computeEnvironment"] for item in queue["computeEnvironmentOrder"]] == [resources[capacity]]
        reasons = {item["reason"] for item in queue["jobStateTimeLimitActions"]}
        assert "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY" in reasons
        found = cloud.batch.describe_compute_environments(computeEnvironments=[resources[capacity]])
        computing = found["computeEnvironments"][0]["computeResources"]
        assert computing["type"] == kept
        assert computing["maxvCpus"] == (int(chosen.get("MaxVcpus", 8)) if kind == "mirror" else 1)
        assert computing["securityGroupIds"] == [chosen["SecurityGroup"] or resources["JobSecurityGroup"]]
        assert computing["subnets"] == ["subnet-1", "subnet-2"]


def check_roles(cloud: Cloud, made: Deployment, chosen: dict[str, str]) -> None:
    resources = made.resources()
    role = cloud.iam.get_role_policy(RoleName=resources["MirrorRole"], PolicyName="own")["PolicyDocument"]
    writable = {
        action: statement["Resource"]
        for statement in role["Statement"]
        for action in statement["Action"]
        if action.endswith(":PutImage")
    }
    everything = f"arn:aws:ecr:*:{made.emulator.account}:repository/*"
    assert writable.pop("ecr:PutImage") == (chosen["WriteRepositories"] or everything).split(",")
    gallery = {"ecr-public:PutImage": [GALLERY]} if chosen["WritePublicRepositories"] else {}
    assert writable == gallery

    found = {str(item["Action"]): item["Resource"] for item in statements(cloud, resources["UseRegistries"])}
    if chosen["AuthSecretArn"] or not chosen["AuthParameter"]:
        assert found["secretsmanager:GetSecretValue"] == made.settings()["auth"]
        parameters = []
    else:
        assert "secretsmanager:GetSecretValue" not in found
        parameters = [f"/{chosen['AuthParameter'].removeprefix('/')}"]
    prefix = f"arn:aws:ssm:us-east-1:{made.emulator.account}:parameter"
    assert found["ssm:GetParameter"] == [f"{prefix}{name}" for name in [f"/ecrmirror/{made.name}", *parameters]]
    assert ("kms:Decrypt" in found) == bool(chosen["KmsKeyArn"])
    making = {
        "UseRegistries": ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        "OperatorPolicy": [
            *("ecr:BatchImportUpstreamImage", "ecr:CreateRepository", "ecr:PutLifecyclePolicy", "ecr:TagResource")
        ],
    }
    wanted = [CACHED] if chosen["CreateRepositories"] else None
    for policy, actions in making.items():
        found = {str(item["Action"]): item["Resource"] for item in statements(cloud, resources[policy])}
        assert found.get(str(actions)) == wanted
    of_jobs = {str(item["Action"]): item["Resource"] for item in role["Statement"]}
    assert of_jobs.get("['ecr:PutLifecyclePolicy', 'ecr:TagResource']") == wanted
    assert of_jobs.get("ecr:DescribeRepositoryCreationTemplates") == ("*" if wanted else None)


def test_tables_expire_rows_can_be_restored_and_are_encrypted(cloud: Cloud, deployment):
    made = deployment().create(**REQUIRED, KmsKeyArn=KEY, TablesOnDelete="delete")
    for name in ("Mirrors", "History"):
        described = table(cloud, made.resources()[name])
        assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert described["SSEDescription"]["KMSMasterKeyArn"] == KEY
        expiry = cloud.dynamodb.describe_time_to_live(TableName=described["TableName"])["TimeToLiveDescription"]
        assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "Expires"}
        backups = cloud.dynamodb.describe_continuous_backups(TableName=described["TableName"])
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    history = table(cloud, made.resources()["History"])
    [index] = history["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "ByMonth"
    assert {key["KeyType"]: key["AttributeName"] for key in index["KeySchema"]} == {"HASH": "Month", "RANGE": "At"}
    made.delete()


def test_a_new_image_is_a_new_revision_under_the_same_names(cloud: Cloud, deployment):
    made = deployment().create(**REQUIRED)
    before, settings = made.resources(), made.settings()
    revision = definition(cloud, f"{made.name}-mirror")["revision"]

    made.update(**{**REQUIRED, "Image": "ecrmirror:1.1.0-amd64"})

    after = made.resources()
    assert {name for name in before if before[name] != after[name]} == {"ControlJob", "MirrorJob"}
    assert made.settings() == settings
    newest = definition(cloud, f"{made.name}-mirror")
    assert newest["revision"] == revision + 1
    # Jobs that wait, or are tried again, are of the revision before.
    former = cloud.batch.describe_job_definitions(jobDefinitions=[before["MirrorJob"], before["ControlJob"]])
    assert [item["status"] for item in former["jobDefinitions"]] == ["ACTIVE", "ACTIVE"]
    assert newest["containerProperties"]["image"].endswith("/ecrmirror:1.1.0-amd64")
    for name in ("ScheduleFunction", "PushFunction"):
        code = cloud.lambda_.get_function(FunctionName=after[name])["Code"]
        assert code["ImageUri"].endswith("/ecrmirror:1.1.0-amd64")


def test_a_new_schedule_changes_the_timer_in_place(cloud: Cloud, deployment):
    made = deployment().create(**REQUIRED)
    timer = made.settings()["timer"]
    made.update(**REQUIRED, Schedule="cron(30 2 * * ? *)")
    assert made.settings()["timer"] == timer
    assert cloud.events.describe_rule(Name=timer)["ScheduleExpression"] == "cron(30 2 * * ? *)"

    made.update(**REQUIRED, Schedule="none")
    assert "timer" not in made.settings()
    assert timer not in [rule["Name"] for rule in cloud.events.list_rules()["Rules"]]


@pytest.mark.parametrize(
    "change",
    [{parameter: value} for parameter, values in CHOICES.items() for value in values[1:]]
    + [{"JobSize": "xlarge", "JobStorage": "100", "JobTimeout": "3600", "MaxVcpus": "32"}, {"LogRetention": "7"}],
    ids=lambda change: "-".join(change),
)
def test_every_parameter_changes_in_place_and_back(cloud: Cloud, deployment, adopted, change):
    before = inventory(cloud)
    made = deployment().create(**REQUIRED)
    tables = {name: made.resources()[name] for name in ("Mirrors", "History")}

    made.update(**REQUIRED, **change)

    chosen = {**DEFAULTS, **change}
    absent = {name for name, wanted in OPTIONAL.items() if not wanted(chosen)}
    assert set(made.resources()) == logical_ids("mirror.yaml") - absent
    check_settings(made, chosen)
    check_jobs(cloud, made, chosen)
    check_roles(cloud, made, chosen)

    made.update(**REQUIRED)
    check_settings(made, DEFAULTS)
    check_jobs(cloud, made, DEFAULTS)
    again = {("table", made.resources()[name]) for name in tables}
    made.delete()
    # A table that another one took the place of is kept too, and so are former revisions of job definitions.
    left = {(kind, name) for kind, name in inventory(cloud) - before if kind != "job definition"}
    assert left == again | {("table", name) for name in tables.values()}


def test_tables_keep_their_rows_when_the_stack_goes_and_another_adopts_them(cloud: Cloud, deployment):
    first = deployment().create(**REQUIRED)
    tables = {"MirrorTable": first.resources()["Mirrors"], "HistoryTable": first.resources()["History"]}
    row = {"Source": {"S": "docker.io/library/alpine:3.20"}, "Destination": {"S": "127.0.0.1:5000/alpine"}}
    cloud.dynamodb.put_item(TableName=tables["MirrorTable"], Item=row)
    first.delete()
    assert table(cloud, tables["MirrorTable"])["TableStatus"] == "ACTIVE"

    second = deployment().create(**REQUIRED, **tables, TablesOnDelete="delete")
    assert second.settings()["mirrorTable"] == tables["MirrorTable"]
    second.delete()
    # What was adopted is not the stack's to delete.
    assert cloud.dynamodb.get_item(TableName=tables["MirrorTable"], Key={"Source": row["Source"]})["Item"] == row
    for name in tables.values():
        cloud.dynamodb.delete_table(TableName=name)


def test_tables_go_with_the_stack_when_it_was_told_so_first(cloud: Cloud, deployment):
    before = inventory(cloud)
    made = deployment().create(**REQUIRED)
    made.update(**REQUIRED, TablesOnDelete="delete")
    made.delete()
    assert inventory(cloud) == before


def test_a_name_too_long_for_batch_is_refused_with_words_and_leaves_nothing(cloud: Cloud, deployment):
    before = inventory(cloud)
    made = deployment()
    made.name = (made.name + "-" + 120 * "n")[:121]
    with pytest.raises(RuntimeError, match="should match valid pattern"):
        made.create(**REQUIRED, TablesOnDelete="delete")
    made.delete()
    assert inventory(cloud) == before
    made.name = made.name[:120]
    made.create(**REQUIRED, TablesOnDelete="delete").delete()


def test_a_creation_that_fails_leaves_nothing(cloud: Cloud, deployment):
    before = inventory(cloud)
    made = deployment()
    # The second stack of a name's queue cannot be made.
    cloud.batch.create_job_queue(
        jobQueueName=f"{made.name}-mirror",
        priority=1,
        computeEnvironmentOrder=[{"order": 1, "computeEnvironment": cloud.environment()}],
    )
    occupied = inventory(cloud)
    with pytest.raises(RuntimeError, match="MirrorQueue"):
        made.create(**REQUIRED)
    assert inventory(cloud) == occupied
    assert before < occupied


@pytest.mark.parametrize(
    "wrong",
    [
        {"Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/ecrmirror:1"},
        {"Image": "ecrmirror"},
        {"Image": "ecrmirror:latest-amd64"},
        {"Image": "ecrmirror:main"},
        {"Schedule": "hourly"},
        {"Schedule": "rate(1 hours)"},
        {"Schedule": "cron(0 4 * * *)"},
        {"JobTimeout": "30"},
        {"JobStorage": "20"},
        {"JobSize": "tiny"},
        {"LogRetention": "8"},
        {"SecurityGroup": "default"},
        {"AuthSecretArn": "registries"},
        {"AlarmEmail": "ops"},
        {"KmsKeyArn": "alias/mine"},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_a_wrong_parameter_is_refused_before_anything_is_made(cloud: Cloud, deployment, wrong):
    before = inventory(cloud)
    with pytest.raises(Exception, match=next(iter(wrong))):
        deployment().create(**{**REQUIRED, **wrong})
    assert inventory(cloud) == before


def test_the_cloudwatch_dashboard_draws_what_the_stack_has(cloud: Cloud, deployment):
    for on_push in ("true", "false"):
        made = deployment().create(**REQUIRED, MirrorOnPush=on_push, TablesOnDelete="delete")
        name = f"ecrmirror-{made.name}-us-east-1"
        body = json.loads(cloud.cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
        [alarms] = [widget["properties"]["alarms"] for widget in body["widgets"] if widget["type"] == "alarm"]
        known = {alarm["AlarmArn"] for alarm in cloud.cloudwatch.describe_alarms()["MetricAlarms"]}
        assert set(alarms) == {arn for arn in known if f":{made.name}-" in arn}
        made.delete()
