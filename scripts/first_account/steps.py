"""The steps in their order: what each does, and what must be seen (cfn/first-account.md)."""

import json
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import ClientError

from .account import HUNG, IMAGES, PREFIX, REPOSITORY, STACK, Account
from .report import StepFailed

OWN, COPY, UPSTREAM = PREFIX, f"{PREFIX}/copy", f"{PREFIX}/upstream"
FAILURES = f"{PREFIX}-failures"
VERSION = "1.0.0"


def who(account: Account) -> None:
    """Credentials, a region, and nothing of these names."""
    if not account.region:
        raise StepFailed("no region is set: export AWS_REGION")
    account.number = account.sts.get_caller_identity()["Account"]
    if not (account.options.binaries / "ecrmirror").exists():
        raise StepFailed(
            f"{account.options.binaries} has no ecrmirror: run `make build`, then see `swift build --show-bin-path`"
        )
    account.report.saw(f"signed in, {account.region}")
    for name in (STACK, IMAGES):
        if status := account.status(name):
            raise StepFailed(f"there is a stack {name} already ({status}): clean up with --clean-up")
    if names := repositories(account):
        raise StepFailed(f"there are repositories already: {', '.join(names)}: clean up with --clean-up")
    account.report.saw("nothing is in the way")


def repositories(account: Account) -> list[str]:
    pages = account.ecr.get_paginator("describe_repositories").paginate()
    names = [item["repositoryName"] for page in pages for item in page["repositories"]]
    return [name for name in names if name == PREFIX or name.startswith(f"{PREFIX}/")]


def network(account: Account) -> None:
    """Public subnets of the default VPC, or those given."""
    options = account.options
    if not options.vpc:
        found = account.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        if not found:
            raise StepFailed("there is no default VPC: give --vpc and --subnets (public ones)")
        options.vpc = found[0]["VpcId"]
        wanted = [{"Name": "vpc-id", "Values": [options.vpc]}, {"Name": "default-for-az", "Values": ["true"]}]
        subnets = account.ec2.describe_subnets(Filters=wanted)["Subnets"]
        options.subnets = ",".join(subnet["SubnetId"] for subnet in subnets)
    if not options.subnets:
        raise StepFailed(f"{options.vpc} has no default subnets: give --subnets (public ones)")
    account.report.saw(f"{options.vpc} with {len(options.subnets.split(','))} subnets")


def image(account: Account) -> None:
    """The build makes an image for each processor and an index; with --image it is there."""
    if account.options.image:
        account.report.saw(f"{account.options.image} was given, nothing is built")
        return
    account.deploy(IMAGES, "images.yaml", RepositoryName=OWN)
    account.report.saw(f"stack {IMAGES} is there")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source.zip"
        archive = ["git", "-C", str(REPOSITORY), "archive", "--format", "zip", "--output", str(source), "HEAD"]
        subprocess.run(archive, check=True, timeout=HUNG)
        account.s3.upload_file(str(source), account.outputs(IMAGES)["SourceBucket"], "source.zip")
    started = account.stepfunctions.start_execution(
        stateMachineArn=account.resource(IMAGES, "Builds"), input=json.dumps({"tag": VERSION})
    )["executionArn"]
    account.report.saw("source.zip is uploaded, the build has begun: some 15 minutes")

    def ended() -> dict | None:
        found = account.stepfunctions.describe_execution(executionArn=started)
        return None if found["status"] == "RUNNING" else found

    execution = account.until("the end of the build", ended)
    if execution["status"] != "SUCCEEDED":
        account.report.detail("the execution", json.dumps(execution, indent=1, default=str))
        detail_logs(account, f"/ecrmirror/{IMAGES}/builds")
        raise StepFailed(f"the build is {execution['status']}: {execution.get('cause', '')[:500]}")
    for tag in (VERSION, f"{VERSION}-amd64", f"{VERSION}-arm64"):
        if account.digest(OWN, tag) is None:
            raise StepFailed(f"the build succeeded, and {OWN}:{tag} is not there")
    account.report.saw(f"{OWN} has {VERSION}, {VERSION}-amd64 and {VERSION}-arm64")
    account.options.image = f"{OWN}:{VERSION}-amd64"


def stack(account: Account) -> None:
    """mirror.yaml deploys, and its programs find it."""
    options = account.options
    account.deploy(
        *(STACK, "mirror.yaml"),
        **{"Image": options.image, "Vpc": options.vpc, "Subnets": options.subnets, "PublicIp": "ENABLED"},
        **{"Schedule": "none", "TablesOnDelete": "delete"},
    )
    account.report.saw(f"stack {STACK} is there")
    parameter = account.ssm.get_parameter(Name=f"/ecrmirror/{STACK}")["Parameter"]["Value"]
    account.found = json.loads(parameter)
    account.report.saw("its settings are readable")


def doctor(account: Account) -> None:
    """Nothing failed."""
    account.ecrmirror("doctor")
    account.report.saw("ecrmirror doctor finds nothing that failed")


def mirror(account: Account) -> None:
    """A job on Fargate copies an image from outside into ECR, digest for digest, and its log can be read."""
    for name in (UPSTREAM, COPY):
        account.ecr.create_repository(repositoryName=name)
    account.ecrmirror("add", account.options.source, f"{account.registry}/{UPSTREAM}")
    began = time.monotonic()
    account.ecrmirror("mirror", account.options.source)
    account.report.saw(f"{account.options.source} was mirrored in {time.monotonic() - began:.0f} s")
    account.ecrmirror("check")
    account.report.saw("it is in sync")
    job = account.batch.list_jobs(jobQueue=account.found["mirrorQueue"], jobStatus="SUCCEEDED")["jobSummaryList"][0]
    if not account.ecrmirror("logs", job["jobId"]).strip():
        raise StepFailed(f"the job {job['jobId']} has no log")
    account.report.saw("its log is readable")


def push(account: Account) -> None:
    """A push to ECR is mirrored by itself: EventBridge, SQS, Lambda, Batch."""
    account.ecrmirror("add", f"{account.registry}/{UPSTREAM}:pushed", f"{account.registry}/{COPY}")
    tag = account.options.source.rpartition(":")[2]
    [found] = account.ecr.batch_get_image(repositoryName=UPSTREAM, imageIds=[{"imageTag": tag}])["images"]
    account.ecr.put_image(
        repositoryName=UPSTREAM,
        imageManifest=found["imageManifest"],
        imageManifestMediaType=found["imageManifestMediaType"],
        imageTag="pushed",
    )
    began, wanted = time.monotonic(), found["imageId"]["imageDigest"]
    account.until("the pushed image at its destination", lambda: account.digest(COPY, "pushed") == wanted)
    account.report.saw(f"a push was mirrored in {time.monotonic() - began:.0f} s, with nobody asking")


def run(account: Account) -> None:
    """The function starts a control job, which looks at everything and succeeds."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = account.lambda_.invoke(
        FunctionName=account.found["scheduleFunction"],
        Payload=json.dumps({"id": "f1257acc-0000-4000-8000-000000000000", "time": now}),
    )
    said = answer["Payload"].read().decode()
    account.report.detail("the function's answer", said)
    if "FunctionError" in answer:
        raise StepFailed(f"the function failed: {said[:500]}")
    queue = account.found["controlQueue"]

    def ended() -> str | None:
        for status in ("SUCCEEDED", "FAILED"):
            if account.batch.list_jobs(jobQueue=queue, jobStatus=status)["jobSummaryList"]:
                return status
        return None

    if account.until("the end of the control job", ended) == "FAILED":
        detail_logs(account, account.found["logGroup"])
        raise StepFailed("the control job failed")
    account.report.saw("a run looked at every mirror and succeeded")


def failure(account: Account) -> None:
    """A job that fails is told on the failure topic."""
    topic = account.outputs(STACK)["FailureTopicName"]
    url = account.sqs.create_queue(QueueName=FAILURES)["QueueUrl"]
    arn = account.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        **{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"},
        **{"Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": topic}}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    account.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    account.batch.submit_job(
        jobName="first-account",
        jobQueue=account.found["mirrorQueue"],
        jobDefinition=account.found["mirrorJob"],
        parameters={"source": f"{account.registry}/{UPSTREAM}:missing", "dest": f"{account.registry}/{COPY}"},
    )
    receive = {"QueueUrl": url, "WaitTimeSeconds": min(20, int(account.options.poll))}
    [message] = account.until(
        "the failure on the topic", lambda: account.sqs.receive_message(**receive).get("Messages", [])
    )
    account.report.detail("the message", message["Body"])
    if f"{UPSTREAM}:missing" not in message["Body"]:
        raise StepFailed("what the topic told does not name the mirror that failed")
    account.report.saw("a job that failed was told on the failure topic")


def alarms(account: Account) -> None:
    """No alarm of the stack but that of the failed job has gone off."""
    found = account.cloudwatch.describe_alarms(AlarmNamePrefix=f"{STACK}-")["MetricAlarms"]
    if not found:
        raise StepFailed("the stack has no alarms")
    off = [alarm for alarm in found if alarm["StateValue"] == "ALARM" and "MirrorAlarm" not in alarm["AlarmName"]]
    if off:
        raise StepFailed("; ".join(f"{alarm['AlarmName']}: {alarm['StateReason']}" for alarm in off))
    account.report.saw(f"{len(found)} alarms, and none goes off that should not")


def detail_logs(account: Account, group: str) -> None:
    """The newest lines of a log group, for the report's file."""
    try:
        streams = account.logs.describe_log_streams(logGroupName=group)["logStreams"][-3:]
        for stream in streams:
            events = account.logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], limit=200)
            account.report.detail(stream["logStreamName"], "\n".join(event["message"] for event in events["events"]))
    except ClientError as error:
        account.report.detail(group, str(error))


def clean_up(account: Account) -> None:
    """Everything that was made is deleted, and nothing of it is left."""
    account.number = account.number or account.sts.get_caller_identity()["Account"]
    account.delete(STACK)
    if account.status(IMAGES):
        bucket = account.outputs(IMAGES).get("SourceBucket")
        if bucket:
            account.s3.delete_object(Bucket=bucket, Key="source.zip")
        account.delete(IMAGES)
    for name in repositories(account):
        account.ecr.delete_repository(repositoryName=name, force=True)
    for url in account.sqs.list_queues(QueueNamePrefix=FAILURES).get("QueueUrls", []):
        account.sqs.delete_queue(QueueUrl=url)
    left = [name for name in (STACK, IMAGES) if account.status(name)] + repositories(account)
    groups = account.logs.describe_log_groups(logGroupNamePrefix=f"/ecrmirror/{PREFIX}")["logGroups"]
    left += [group["logGroupName"] for group in groups]
    if left:
        raise StepFailed(f"still there: {', '.join(left)}")
    account.report.saw("nothing is left")


STEPS = {
    "1. account": who,
    "2. network": network,
    "3. image": image,
    "4. stack": stack,
    "5. doctor": doctor,
    "6. mirror": mirror,
    "7. push": push,
    "8. run": run,
    "9. failure": failure,
    "10. alarms": alarms,
}
