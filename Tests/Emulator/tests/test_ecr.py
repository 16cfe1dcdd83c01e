"""ECR: who may push, the events of a push, and immutable tags."""

import base64
import subprocess

import pytest
from botocore.exceptions import ClientError

from lab.client import Client, Refused
from lab.images import make_image


@pytest.fixture
def ecr(cloud):
    return cloud.ecr


def sign_in(cloud, credentials: dict[str, str] | None = None) -> Client:
    """A client of the registry with a token of the user's, or the administrator's."""
    answer = cloud.emulator.client("ecr", credentials).get_authorization_token()
    user, _, token = base64.b64decode(answer["authorizationData"][0]["authorizationToken"]).decode().partition(":")
    return Client(f"127.0.0.1:{cloud.emulator.port}", credentials=(user, token))


def test_a_pushed_image_is_in_the_api_and_in_the_registry(cloud, ecr):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    registry, image = sign_in(cloud), make_image("one")
    registry.push(image, name, "1.0")
    assert registry.digest(name, "1.0") == image.digest
    tagged = ecr.list_images(repositoryName=name, filter={"tagStatus": "TAGGED"})["imageIds"]
    assert tagged == [{"imageDigest": image.digest, "imageTag": "1.0"}]


def test_the_registry_wants_a_token(cloud):
    client = Client(f"127.0.0.1:{cloud.emulator.port}")
    status, headers, _ = client.request("GET", "/v2/")
    assert status == 401
    assert headers["Www-Authenticate"].startswith("Basic realm=")


def test_a_push_is_told_on_the_event_bus_and_children_of_an_index_have_no_tag(cloud, ecr, events):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    wait = events("aws.ecr", count=3)
    image = make_image("two")
    sign_in(cloud).push(image, name, "2.0")
    details = [event["detail"] for event in wait()]
    assert {detail["action-type"] for detail in details} == {"PUSH"}
    assert {detail["repository-name"] for detail in details} == {name}
    assert sorted((detail["image-digest"], detail.get("image-tag")) for detail in details) == sorted(
        (manifest.digest, "2.0" if manifest.digest == image.digest else None) for manifest in image.manifests
    )


def test_an_image_that_replication_brings_is_told_as_such(cloud, ecr, events):
    name = cloud.unique("repository")
    arn = ecr.create_repository(repositoryName=name)["repository"]["repositoryArn"]
    cloud.emulator.set(replicas={name: "eu-west-1"})
    wait = events("aws.ecr", count=2)
    image = make_image("one", architectures=("amd64",))
    sign_in(cloud).push(image, name, "2.0")
    (event,) = (event for event in wait() if "image-tag" in event["detail"])
    assert (event["detail-type"], event["resources"]) == ("ECR Replication Action", [arn])
    assert event["detail"] == {
        "result": "SUCCESS",
        "repository-name": name,
        "image-digest": image.digest,
        "source-account": cloud.emulator.account,
        "action-type": "REPLICATE",
        "source-region": "eu-west-1",
        "image-tag": "2.0",
    }


@pytest.mark.parametrize("second", ["one", "other"], ids=["the same digest", "another digest"])
def test_an_immutable_tag_is_pushed_once(cloud, ecr, second):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
    registry = sign_in(cloud)
    registry.push(make_image("one"), name, "1.0")
    with pytest.raises(Refused, match="cannot be overwritten because the tag is immutable") as refused:
        registry.push(make_image(second), name, "1.0")
    assert refused.value.status == 400


def test_policies_hold_in_the_registry_too(cloud, ecr):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    reading = {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken", "ecr:Batch*"], "Resource": "*"}
    registry = sign_in(cloud, cloud.user(reading))
    assert registry.digest(name, "1.0") is None
    with pytest.raises(Refused, match="not authorized to perform: ecr:InitiateLayerUpload"):
        registry.push(make_image("one"), name, "1.0")
    denial = cloud.emulator.denials()[-1]
    assert (denial["action"], denial["resource"].endswith(f":repository/{name}")) == ("ecr:InitiateLayerUpload", True)


def test_a_token_expires(cloud, ecr):
    cloud.emulator.set(registry_token_lifetime=0)
    registry = sign_in(cloud)
    cloud.emulator.set(registry_token_lifetime=43200)
    status, _, body = registry.request("GET", "/v2/")
    assert (status, b"has expired" in body) == (403, True)


def test_a_list_has_an_entry_for_each_tag_and_comes_in_pages(cloud, ecr):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    image = make_image("one", architectures=("amd64",))
    sign_in(cloud).push(image, name, "1", "1.0", "1.0.0")
    tagged = {"repositoryName": name, "filter": {"tagStatus": "TAGGED"}}
    first = ecr.list_images(**tagged, maxResults=2)
    second = ecr.list_images(**tagged, maxResults=2, nextToken=first["nextToken"])
    assert "nextToken" not in second
    entries = first["imageIds"] + second["imageIds"]
    assert sorted(entry["imageTag"] for entry in entries) == ["1", "1.0", "1.0.0"]
    assert {entry["imageDigest"] for entry in entries} == {image.digest}
    untagged = ecr.list_images(repositoryName=name, filter={"tagStatus": "UNTAGGED"})["imageIds"]
    assert untagged == [{"imageDigest": image.manifests[0].digest}]


def test_images_are_described_with_their_tags_and_sizes(cloud, ecr):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    image = make_image("one", architectures=("amd64",))
    sign_in(cloud).push(image, name, "1.0")
    child, index = image.manifests
    details = {each["imageDigest"]: each for each in ecr.describe_images(repositoryName=name)["imageDetails"]}
    assert details[index.digest]["imageTags"] == ["1.0"]
    assert details[child.digest]["imageSizeInBytes"] == sum(map(len, image.blobs.values()))
    found = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageTag": "1.0"}, {"imageTag": "2.0"}])
    assert found["images"][0]["imageManifest"].encode() == index.content
    assert [failure["failureCode"] for failure in found["failures"]] == ["ImageNotFound"]
    with pytest.raises(ecr.exceptions.ImageNotFoundException):
        ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": "2.0"}])


@pytest.mark.parametrize("part", ["Layers", "Images"])
def test_a_manifest_that_names_what_is_not_there_is_refused(cloud, ecr, part):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    manifest = make_image("one").manifests[0 if part == "Layers" else -1]
    status, _, body = sign_in(cloud).request(
        "PUT", f"/v2/{name}/manifests/1.0", manifest.content, {"Content-Type": manifest.media_type}
    )
    assert status == 400
    assert f"{part} with digests" in body.decode()


def test_a_repository_that_is_not_there(cloud, ecr):
    with pytest.raises(Refused, match="NAME_UNKNOWN"):
        sign_in(cloud).push(make_image("one"), "no/such", "1.0")
    with pytest.raises(ecr.exceptions.RepositoryNotFoundException):
        ecr.list_images(repositoryName="no/such")


def test_pushes_are_throttled_when_asked_for(cloud, ecr):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    cloud.emulator.set(put_image_rate=2)
    with pytest.raises(Refused, match="TOOMANYREQUESTS"):
        sign_in(cloud).push(make_image("one"), name, "1.0", "1.1", "1.2")


def test_skopeo_copies_into_it(cloud, ecr, tmp_path):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    registry, image = sign_in(cloud), make_image("one")
    registry.push(image, name, "1.0")
    place = f"docker://127.0.0.1:{cloud.emulator.port}/{name}"
    token = base64.b64decode(ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]).decode()
    options = ["--all", "--src-tls-verify=false", "--dest-tls-verify=false", f"--src-creds={token}"]
    command = ["skopeo", "copy", *options, f"--dest-creds={token}", f"{place}:1.0", f"{place}:2.0"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 0, done.stderr
    assert registry.digest(name, "2.0") == image.digest


@pytest.mark.parametrize(
    ("actions", "region", "code"),
    [
        (["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"], "us-east-1", None),
        (["ecr-public:GetAuthorizationToken"], "us-east-1", "AccessDeniedException"),
        (["sts:GetServiceBearerToken"], "us-east-1", "AccessDeniedException"),
        (["ecr-public:*", "sts:*"], "eu-west-1", "UnsupportedCommandException"),
    ],
)
def test_the_public_gallery_gives_tokens(cloud, actions, region, code):
    user = cloud.user({"Effect": "Allow", "Action": actions, "Resource": "*"})
    client = cloud.emulator.client("ecr-public", user, region)
    if code is None:
        token = client.get_authorization_token()["authorizationData"]["authorizationToken"]
        assert base64.b64decode(token).startswith(b"AWS:")
    else:
        with pytest.raises(ClientError) as refused:
            client.get_authorization_token()
        assert refused.value.response["Error"]["Code"] == code
