"""The dashboard while what it reads is not to be had: it says what, what to do and when it tries again, and goes on."""

import json
import re

import pytest

from lab.images import make_image
from lab.line import Line
from lab.stack import Stack
from support.screen import Screen

ROW = "r.example/app:1"


@pytest.fixture
def aws(account, stack):
    """An account whose commands work on a stack with one mirror."""
    account.work_on(stack)
    account.ecrmirror("add", ROW, "d.example/app")
    return account


def words(screen: Screen) -> str:
    return " ".join(screen.text.split())


def wait_for_outage(screen: Screen, title: str, *advice: str) -> None:
    """Until the screen says what is wrong, when it is tried again, and what to do; and still shows what it knew."""
    screen.wait(re.compile(rf"{title}, retrying in \d+s"))
    for word in advice:
        screen.wait(lambda screen, word=word: word in words(screen))
    assert ROW in screen.text


def wait_until_it_goes_on(screen: Screen) -> None:
    """Nothing is pressed for it."""
    screen.wait("working again after")
    screen.wait(lambda screen: "retrying" not in screen.text and "live" in screen.lines[0])


@pytest.mark.parametrize("source", ["file", "process"])
def test_a_key_that_is_not_known_any_more_and_is_renewed(aws, cloud, source):
    folder = aws.folder / "home/.aws"
    folder.mkdir()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        aws.environment.pop(name, None)
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}

    def sign_in() -> str:
        key = cloud.user(everything)
        if source == "file":
            text = f"aws_access_key_id = {key['accessKeyId']}\naws_secret_access_key = {key['secretAccessKey']}\n"
            (folder / "credentials").write_text(f"[default]\n{text}")
        else:
            document = {"Version": 1, "AccessKeyId": key["accessKeyId"], "SecretAccessKey": key["secretAccessKey"]}
            (folder / "key.json").write_text(json.dumps(document))
            (folder / "config").write_text(f"[default]\ncredential_process = cat {folder}/key.json\n")
        return key["accessKeyId"]

    key = sign_in()
    with aws.screen() as screen:
        screen.wait(ROW)
        user = cloud.iam.get_access_key_last_used(AccessKeyId=key)["UserName"]
        cloud.iam.delete_access_key(UserName=user, AccessKeyId=key)
        wait_for_outage(screen, "signed out of AWS", "sign in again, or use another profile with --profile")
        # What one tries says the same.
        screen.press("x")
        screen.wait(lambda screen: f"error: cannot disable {ROW}: signed out of AWS: DynamoDB refused" in words(screen))
        screen.press("6")
        screen.wait(re.compile(r"> sign-in .*sign in again"))
        screen.press("1")
        sign_in()
        wait_until_it_goes_on(screen)


def test_a_session_that_ends_and_is_begun_again(aws, cloud):
    folder = aws.folder / "home/.aws"
    folder.mkdir()
    key = cloud.emulator.admin
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        aws.environment.pop(name)
    (folder / "config").write_text(f"[default]\ncredential_process = cat {folder}/key.json\n")

    def session(end: str) -> None:
        document = {"Version": 1, "AccessKeyId": key["accessKeyId"], "SecretAccessKey": key["secretAccessKey"]}
        (folder / "key.json").write_text(json.dumps({**document, "Expiration": end}))

    session("2020-01-01T00:00:00Z")
    with aws.screen(rows=10, columns=40) as screen:
        screen.wait(re.compile(r"signed out of AWS, retrying in \ds"))
        screen.wait(lambda screen: "get new credentials, and check this machine's clock" in words(screen))
        session("2100-01-01T00:00:00Z")
        screen.wait(lambda screen: "r.example" in screen.text and "retrying" not in screen.text)


def test_a_service_that_refuses_for_a_while(aws, cloud):
    message = "User: arn:aws:iam::1:user/u is not authorized to perform: dynamodb:GetItem on resource: t"
    with aws.screen() as screen:
        screen.wait(ROW)
        cloud.emulator.fault("dynamodb:*", status=400, code="AccessDeniedException", message=message)
        wait_for_outage(
            screen,
            "not allowed",
            "allow dynamodb:GetItem in a policy of this user or role, or use another one with --profile",
        )
        cloud.emulator.clear_faults()
        wait_until_it_goes_on(screen)
        screen.press("q")
        assert screen.wait_for_end() == 0


def test_a_network_that_is_lost_and_back(aws, cloud):
    with Line(cloud.emulator.endpoint.removeprefix("http://")) as line:
        aws.environment["AWS_ENDPOINT_URL"] = f"http://{line.host}"
        with aws.screen() as screen:
            screen.wait(ROW)
            line.cut()
            wait_for_outage(screen, "no connection", "check that this machine's network or proxy reaches 127.0.0.1")
            screen.wait(re.compile(r"data \d+s old"))
            # The screen lives meanwhile; `r` tries at once, and is told the same.
            screen.press("?")
            screen.wait("Keys of the view Mirrors")
            screen.press("q", "r")
            screen.wait("no connection, retrying")
            line.mend()
            wait_until_it_goes_on(screen)


def test_a_table_that_is_deleted_and_made_again(account, cloud):
    table = cloud.mirror_table()
    stack = Stack(cloud, Schedule="none", MirrorOnPush="false", MirrorTable=table)
    account.work_on(stack)
    account.ecrmirror("add", ROW, "d.example/app")
    description = cloud.dynamodb.describe_table(TableName=table)["Table"]
    with account.screen() as screen:
        screen.wait(ROW)
        cloud.dynamodb.delete_table(TableName=table)
        # Whoever does not want to wait for a look at the table itself presses r.
        screen.press("r")
        wait_for_outage(
            screen, "not found", f"there is no usable table {table} in us-east-1", "restore it or deploy the stack"
        )
        cloud.dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            **{part: description[part] for part in ("KeySchema", "AttributeDefinitions")},
        )
        wait_until_it_goes_on(screen)
        # It is another one, and empty.
        screen.wait("no mirrors yet")


def test_an_outage_is_told_in_plain_lines_too(aws, cloud):
    with aws.screen("--linear", TERM="dumb") as screen:
        screen.wait("Mirrors, 1.")
        cloud.emulator.fault("dynamodb:*", status=500, code="InternalServerError")
        screen.wait("error: AWS error: DynamoDB refused GetItem")
        cloud.emulator.clear_faults()
        screen.wait("working again after")
        screen.press("quit", "Enter")
        assert screen.wait_for_end() == 0


def test_a_history_and_a_log_that_cannot_be_read_for_a_while(aws, cloud, stack, source, destination, client):
    client(source).push(make_image("app"), "app", "1")
    aws.ecrmirror("add", f"{source.host}/app:1", f"{destination.host}/app")
    aws.ecrmirror("mirror", f"{source.host}/app:1")
    cloud.emulator.fault("logs:GetLogEvents", status=400, code="AccessDeniedException", message="no")
    with aws.screen(columns=120) as screen:
        screen.wait(ROW)
        screen.press("2", "Enter")
        screen.wait("the log cannot be read: not allowed: CloudWatch Logs refused GetLogEvents")
        cloud.emulator.clear_faults()
        screen.wait("copied and verified")
        assert "cannot be read" not in screen.text
        screen.press("q", "q")
        assert screen.wait_for_end() == 0
