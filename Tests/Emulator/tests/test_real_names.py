"""AWS under its real names."""

import base64
import os
import socket
import subprocess

import boto3
import pytest
from botocore.config import Config
from botocore.session import Session

from lab.client import Client
from lab.cloud import Cloud
from lab.emulator import APART, Emulator
from lab.images import make_image


@pytest.fixture(scope="module")
def named():
    with Emulator(real_names=True) as emulator:
        yield emulator


def client(emulator: Emulator, service: str, region: str = "us-east-1", **options):
    """A client that knows no endpoint but the service's own."""
    session = Session({name: (None, None, value, None) for name, value in APART.items()})
    return boto3.session.Session(botocore_session=session).client(
        service,
        region_name=region,
        verify=emulator.real_names["SSL_CERT_FILE"],
        aws_access_key_id=emulator.admin["accessKeyId"],
        aws_secret_access_key=emulator.admin["secretAccessKey"],
        config=Config(proxies={"https": emulator.real_names["HTTPS_PROXY"]}, **options),
    )


@pytest.mark.parametrize(
    ("service", "call", "options"),
    [
        ("dynamodb", "list_tables", {}),
        ("batch", "describe_job_queues", {}),
        ("batch", "describe_job_queues", {"use_dualstack_endpoint": True}),
        ("ecr", "describe_repositories", {}),
        ("ecr", "describe_repositories", {"use_fips_endpoint": True}),
        ("sqs", "list_queues", {}),
        ("logs", "describe_log_groups", {}),
        ("ssm", "describe_parameters", {}),
        ("secretsmanager", "list_secrets", {}),
        ("sts", "get_caller_identity", {}),
        ("cloudformation", "list_stacks", {}),
        ("lambda", "list_functions", {}),
        ("events", "list_rules", {}),
    ],
)
def test_services_answer_at_their_own_endpoints(named, service, call, options):
    assert getattr(client(named, service, **options), call)()


def test_skopeo_copies_between_registries_of_two_regions(named, tmp_path):
    tokens, hosts = {}, {}
    for region in ("us-east-1", "eu-central-1"):
        ecr = client(named, "ecr", region)
        repository = ecr.create_repository(repositoryName="team/app")["repository"]
        hosts[region] = repository["repositoryUri"]
        token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        tokens[region] = base64.b64decode(token).decode()
    user, _, secret = tokens["us-east-1"].partition(":")
    image = make_image("one")
    Client(f"127.0.0.1:{named.port}", credentials=(user, secret)).push(image, "team/app", "1.0")
    source, destination = (f"docker://{hosts[region]}:1.0" for region in ("us-east-1", "eu-central-1"))
    credentials = [f"--src-creds={tokens['us-east-1']}", f"--dest-creds={tokens['eu-central-1']}"]
    done = subprocess.run(
        ["skopeo", "copy", "--all", *credentials, source, destination],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **named.real_names},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    listed = client(named, "ecr", "eu-central-1").list_images(repositoryName="team/app", filter={"tagStatus": "TAGGED"})
    assert listed["imageIds"] == [{"imageDigest": image.digest, "imageTag": "1.0"}]


def test_a_token_is_for_its_region_only(named):
    client(named, "ecr", "us-west-2").create_repository(repositoryName="team/app")
    token = client(named, "ecr", "us-east-1").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    registry = Client(f"127.0.0.1:{named.port}")
    path = "/v2/team/app/tags/list"
    for region, expected in (("us-east-1", 200), ("us-west-2", 401)):
        host = f"{named.account}.dkr.ecr.{region}.amazonaws.com"
        status, _, _ = registry.request("GET", path, headers={"Host": host, "Authorization": f"Basic {token}"})
        assert status == expected


def test_jobs_find_the_proxy_and_the_certificates(named, tmp_path):
    cloud = Cloud(named, tmp_path)
    found = dict(line.split("=", 1) for line in cloud.said(cloud.run("env")))
    assert named.real_names.items() <= found.items()


@pytest.mark.parametrize(
    ("request_line", "message"),
    [
        ("CONNECT example.com:443 HTTP/1.1", "leads to AWS only"),
        ("CONNECT sts.amazonaws.com:80 HTTP/1.1", "does not listen at port 80"),
        ("GET http://169.254.169.254/ HTTP/1.1", "knows CONNECT only"),
        ("garbage", "knows CONNECT only"),
    ],
)
def test_the_proxy_leads_nowhere_else(named, request_line, message):

    port = int(named.real_names["HTTPS_PROXY"].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(f"{request_line}\r\n\r\n".encode())
        answer = b""
        while part := connection.recv(4096):
            answer += part
    assert message in answer.decode()
