"""`cfn/repository.yaml`: what each choice of a parameter makes, what its rules delete, and what is refused."""

import json

import pytest

from lab.client import Client
from lab.cloud import Cloud
from lab.deployment import Deployment
from lab.images import make_image
from support.inventory import inventory
from templates.pairs import pairwise

KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
OTHER_KEY = "arn:aws:kms:us-east-1:123456789012:key/66666666-7777-8888-9999-000000000000"

CHOICES: dict[str, tuple[str, ...]] = {
    "TagMutability": ("MUTABLE", "IMMUTABLE"),
    "ScanOnPush": ("true", "false"),
    "KmsKeyArn": ("", KEY),
    "UntaggedDays": ("0", "14"),
    "KeepImages": ("0", "20"),
    "PullAccounts": ("", "210987654321,310987654321"),
    "TemplatePrefix": ("", "mirror"),
    "ReplicateTo": ("", "eu-central-1"),
}
DEFAULTS = {parameter: values[0] for parameter, values in CHOICES.items()}


@pytest.fixture
def registry(cloud: Cloud) -> Client:
    return Client(cloud.emulator.endpoint.removeprefix("http://"), credentials=cloud.registry_credentials())


@pytest.mark.parametrize("chosen", pairwise(CHOICES), ids=lambda chosen: "-".join(v[:6] for v in chosen.values() if v))
def test_a_repository_has_the_settings_that_it_is_given(cloud: Cloud, deployment, chosen):
    before = inventory(cloud)
    name = cloud.unique("mirror/library/alpine")
    made = deployment("repository.yaml").create(RepositoryName=name, **chosen)
    check_repository(cloud, made, name, chosen)

    # A repository's key is for ever; everything else changes in place.
    again = {**DEFAULTS, "KmsKeyArn": chosen["KmsKeyArn"], "KeepImages": "7"}
    made.update(RepositoryName=name, **again)
    check_repository(cloud, made, name, again)

    made.delete()
    assert inventory(cloud) - before == {("repository", name)}
    cloud.ecr.delete_repository(repositoryName=name)


def check_repository(cloud: Cloud, made: Deployment, name: str, chosen: dict[str, str]) -> None:
    repository = cloud.ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    assert made.outputs()["RepositoryArn"] == repository["repositoryArn"]
    assert repository["imageTagMutability"] == chosen["TagMutability"]
    assert repository["imageScanningConfiguration"] == {"scanOnPush": chosen["ScanOnPush"] == "true"}
    wanted = [int(chosen[parameter]) for parameter in ("UntaggedDays", "KeepImages") if chosen[parameter] != "0"]
    if wanted:
        rules = json.loads(cloud.ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])["rules"]
        assert [rule["selection"]["countNumber"] for rule in rules] == wanted
    else:
        with pytest.raises(cloud.ecr.exceptions.LifecyclePolicyNotFoundException):
            cloud.ecr.get_lifecycle_policy(repositoryName=name)
    if chosen["PullAccounts"]:
        policy = json.loads(cloud.ecr.get_repository_policy(repositoryName=name)["policyText"])
        assert policy["Statement"][0]["Principal"]["AWS"] == chosen["PullAccounts"].split(",")
    else:
        with pytest.raises(cloud.ecr.exceptions.RepositoryPolicyNotFoundException):
            cloud.ecr.get_repository_policy(repositoryName=name)
    replication = cloud.ecr.describe_registry()["replicationConfiguration"]["rules"]
    if chosen["ReplicateTo"]:
        [rule] = replication
        assert rule["destinations"][0]["region"] == chosen["ReplicateTo"]
        prefixes = [name, *filter(None, [chosen["TemplatePrefix"]])]
        assert [item["filter"] for item in rule["repositoryFilters"]] == prefixes
    else:
        assert replication == []
    resources = made.resources()
    assert resources.get("Template", "") == chosen["TemplatePrefix"]
    # ECR's own role may use no key of the account's.
    assert ("TemplateRole" in resources) == bool(chosen["TemplatePrefix"] and chosen["KmsKeyArn"])


def single(name: str):
    image = make_image(name, architectures=("amd64",))
    image.manifests.pop()
    return image


def kept(cloud: Cloud, name: str) -> set[str]:
    pages = cloud.ecr.get_paginator("list_images").paginate(repositoryName=name)
    return {image["imageDigest"] for page in pages for image in page["imageIds"]}


def test_by_default_an_image_stays_when_its_tag_moves_however_old_it_is(cloud: Cloud, deployment, registry):
    name = cloud.unique("mirror/alpine")
    made = deployment("repository.yaml").create(RepositoryName=name)
    images = {registry.push(single(word), name, "3.20") for word in ("one", "two")}
    cloud.emulator.sweep_images(days=1000)
    assert kept(cloud, name) == images
    made.delete()


def test_rules_take_untagged_images_by_the_age_of_their_push_and_tagged_ones_by_their_number(
    cloud: Cloud, deployment, registry
):
    name = cloud.unique("mirror/alpine")
    made = deployment("repository.yaml").create(RepositoryName=name, UntaggedDays="14", KeepImages="2")
    left = [registry.push(single(word), name, "latest") for word in ("one", "two", "three")]
    index = make_image("several")
    registry.push(index, name, "1.0")
    cloud.emulator.sweep_images(days=13)
    # Those without a tag do not count, nor do the images of an index: two have tags, and two may stay.
    everything = {*left, *(manifest.digest for manifest in index.manifests)}
    assert kept(cloud, name) == everything
    cloud.emulator.sweep_images(days=15)
    assert kept(cloud, name) == everything - set(left[:2])
    made.delete()


def test_another_key_is_refused_in_words_and_nothing_changes(cloud: Cloud, deployment):
    name = cloud.unique("mirror/alpine")
    made = deployment("repository.yaml").create(RepositoryName=name, KmsKeyArn=KEY, TemplatePrefix="mirror")
    before, resources = inventory(cloud), made.resources()
    with pytest.raises(RuntimeError, match="custom-named resource requires replacing"):
        made.update(RepositoryName=name, KmsKeyArn=OTHER_KEY, TemplatePrefix="mirror")
    assert (inventory(cloud), made.resources()) == (before, resources)
    made.delete()


def test_replication_rules_of_others_are_left_alone(cloud: Cloud, deployment):
    first = deployment("repository.yaml").create(RepositoryName=cloud.unique("one"), ReplicateTo="eu-central-1")
    before, rules = inventory(cloud), cloud.ecr.describe_registry()["replicationConfiguration"]
    refused = deployment("repository.yaml")
    with pytest.raises(RuntimeError, match=r"ReplicationConfiguration' with identifier '[0-9]{12}' already exists"):
        refused.create(RepositoryName=cloud.unique("two"), ReplicateTo="us-west-2", TemplatePrefix="two", KmsKeyArn=KEY)
    assert inventory(cloud) == before
    assert refused.begun() == {"Replication"}
    assert cloud.ecr.describe_registry()["replicationConfiguration"] == rules
    first.delete()


def test_a_kept_repository_is_met_again_by_saying_that_it_is_there(cloud: Cloud, deployment, registry):
    name = cloud.unique("mirror/alpine")
    deployment("repository.yaml").create(RepositoryName=name, KeepImages="5").delete()
    image = registry.push(single("one"), name, "3.20")
    before = inventory(cloud)
    with pytest.raises(RuntimeError, match=f"'{name}' already exists"):
        deployment("repository.yaml").create(RepositoryName=name)
    assert inventory(cloud) == before

    again = deployment("repository.yaml").create(RepositoryName=name, RepositoryExists="true", TemplatePrefix="mirror")
    assert again.resources() == {"Template": "mirror"}
    assert again.outputs()["RepositoryUri"].endswith(f"/{name}")
    again.delete()
    assert (inventory(cloud), kept(cloud, name)) == (before, {image})
