"""ECR's repositories by its API: who may make them, with what, and what is told of them; and a registry's settings."""

import pytest
from botocore.exceptions import ClientError

from lab.client import Client
from lab.images import make_image

OTHER = "210987654321"


@pytest.fixture
def ecr(cloud):
    return cloud.ecr


def sign_in(cloud) -> Client:
    return Client(f"127.0.0.1:{cloud.emulator.port}", credentials=cloud.registry_credentials())


def code(refused) -> str:
    return refused.value.response["Error"]["Code"]


def statement(*actions: str, resource: str = "*") -> dict:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def filters(*patterns: str) -> list[dict]:
    return [{"filterType": "WILDCARD", "filter": pattern} for pattern in patterns]


@pytest.mark.parametrize(
    ("rule", "patterns", "moves"),
    [
        ("MUTABLE", (), {"1.0": True, "latest": True}),
        ("IMMUTABLE", (), {"1.0": False, "latest": False}),
        ("IMMUTABLE_WITH_EXCLUSION", ("lat*t", "dev-*"), {"1.0": False, "latest": True}),
        ("MUTABLE_WITH_EXCLUSION", ("1.*",), {"1.0": False, "latest": True}),
    ],
)
def test_filters_say_which_tags_may_be_moved(cloud, ecr, rule, patterns, moves):
    name = cloud.unique("repository")
    given = {"imageTagMutabilityExclusionFilters": filters(*patterns)} if patterns else {}
    ecr.create_repository(repositoryName=name, imageTagMutability=rule, **given)
    [told] = ecr.describe_repositories(repositoryNames=[name])["repositories"]
    assert told["imageTagMutability"] == rule
    assert told.get("imageTagMutabilityExclusionFilters", []) == filters(*patterns)
    registry = sign_in(cloud)
    for tag, may_move in moves.items():
        registry.push(make_image("one", architectures=("amd64",)), name, tag)
        other = make_image("other", architectures=("amd64",))
        if may_move:
            registry.push(other, name, tag)
        else:
            with pytest.raises(Exception, match="immutable"):
                registry.push(other, name, tag)


@pytest.mark.parametrize(
    "settings",
    [
        {"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"},
        {"imageTagMutability": "IMMUTABLE", "imageTagMutabilityExclusionFilters": filters("a")},
        {"imageTagMutability": "MUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": filters("*a*b*")},
    ],
    ids=["no filters", "filters for none", "too many wildcards"],
)
def test_settings_that_do_not_go_together_are_refused(cloud, ecr, settings):
    with pytest.raises(ecr.exceptions.InvalidParameterException):
        ecr.create_repository(repositoryName=cloud.unique("repository"), **settings)


def test_a_repository_is_made_once(cloud, ecr):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    with pytest.raises(ecr.exceptions.RepositoryAlreadyExistsException):
        ecr.create_repository(repositoryName=name)


def test_one_name_that_is_not_there_fails_the_call_for_all_and_is_named(cloud, ecr):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    with pytest.raises(ecr.exceptions.RepositoryNotFoundException, match="'no/such' does not exist in the registry"):
        ecr.describe_repositories(repositoryNames=[name, "no/such"])


def test_policies_hold_for_each_repository_that_is_named(cloud, ecr):
    names = [cloud.unique("repository") for _ in range(2)]
    for name in names:
        ecr.create_repository(repositoryName=name)
    arn = ecr.describe_repositories(repositoryNames=names[:1])["repositories"][0]["repositoryArn"]
    user = cloud.emulator.client("ecr", cloud.user(statement("ecr:DescribeRepositories", resource=arn)))
    assert len(user.describe_repositories(repositoryNames=names[:1])["repositories"]) == 1
    with pytest.raises(ClientError) as refused:
        user.describe_repositories(repositoryNames=names)
    assert code(refused) == "AccessDeniedException"


def test_tags_and_keys_ask_for_more_than_making_a_repository(cloud, ecr):
    key = cloud.key([])
    maker = cloud.emulator.client("ecr", cloud.user(statement("ecr:CreateRepository")))
    name = cloud.unique("repository")
    with pytest.raises(ClientError) as refused:
        maker.create_repository(repositoryName=name, tags=[{"Key": "team", "Value": "web"}])
    assert (code(refused), cloud.emulator.denials()[-1]["action"]) == ("AccessDeniedException", "ecr:TagResource")
    encryption = {"encryptionType": "KMS", "kmsKey": key}
    with pytest.raises(ClientError) as refused:
        maker.create_repository(repositoryName=name, encryptionConfiguration=encryption)
    assert code(refused) == "KmsException"
    ecr.create_repository(
        repositoryName=name, encryptionConfiguration=encryption, tags=[{"Key": "team", "Value": "web"}]
    )


def test_another_account_lets_repositories_be_made_by_its_registrys_policy(cloud, ecr):
    name = cloud.unique("repository")
    wish = {"registryId": OTHER, "repositoryName": name}
    with pytest.raises(ClientError) as refused:
        ecr.create_repository(**wish)
    assert code(refused) == "AccessDeniedException"
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{cloud.emulator.account}:root"},
            "Action": ["ecr:CreateRepository", "ecr:DescribeRepositories"],
            "Resource": f"arn:aws:ecr:*:{OTHER}:repository/*",
        },
    }
    cloud.emulator.control("POST", "registries/policy", {"account": OTHER, "policy": policy})
    made = ecr.create_repository(**wish)["repository"]
    assert (made["registryId"], made["repositoryArn"].split(":")[4]) == (OTHER, OTHER)
    assert ecr.describe_repositories(registryId=OTHER, repositoryNames=[name])["repositories"] == [made]
    with pytest.raises(ecr.exceptions.RepositoryNotFoundException):
        ecr.describe_repositories(repositoryNames=[name])


def test_a_push_makes_a_repository_where_a_template_is_for_that(cloud, ecr, deploy):
    prefix, image = cloud.unique("prefix"), make_image("one", architectures=("amd64",))
    properties = {
        "Prefix": prefix,
        "AppliedFor": ["CREATE_ON_PUSH"],
        "ImageTagMutability": "IMMUTABLE",
    }
    _, status, _ = deploy(Template={"Type": "AWS::ECR::RepositoryCreationTemplate", "Properties": properties})
    assert status == "CREATE_COMPLETE"
    [told] = ecr.describe_repository_creation_templates(prefixes=[prefix])["repositoryCreationTemplates"]
    assert (told["prefix"], told["appliedFor"]) == (prefix, ["CREATE_ON_PUSH"])
    sign_in(cloud).push(image, f"{prefix}/app", "1.0")
    [made] = ecr.describe_repositories(repositoryNames=[f"{prefix}/app"])["repositories"]
    assert made["imageTagMutability"] == "IMMUTABLE"
    with pytest.raises(Exception, match="NAME_UNKNOWN"):
        sign_in(cloud).push(image, f"{prefix}-not/app", "1.0")


def test_an_accounts_settings_are_told_and_set(ecr):
    assert ecr.get_account_setting(name="BLOB_MOUNTING")["value"] == "DISABLED"
    ecr.put_account_setting(name="BLOB_MOUNTING", value="ENABLED")
    assert ecr.get_account_setting(name="BLOB_MOUNTING")["value"] == "ENABLED"
    ecr.put_account_setting(name="BLOB_MOUNTING", value="DISABLED")
    with pytest.raises(ecr.exceptions.InvalidParameterException):
        ecr.put_account_setting(name="BLOB_MOUNTING", value="MAYBE")


def test_layers_are_mounted_where_the_account_lets_them(cloud, ecr):
    first, second = cloud.unique("repository"), cloud.unique("repository")
    for name in (first, second):
        ecr.create_repository(repositoryName=name)
    registry, image = sign_in(cloud), make_image("one", architectures=("amd64",))
    registry.push(image, first, "1.0")
    digest = next(iter(image.blobs))
    mount = f"/v2/{second}/blobs/uploads/?mount={digest}&from={first}"
    assert registry.request("POST", mount)[0] == 202
    ecr.put_account_setting(name="BLOB_MOUNTING", value="ENABLED")
    assert registry.request("POST", mount)[0] == 201
    ecr.put_account_setting(name="BLOB_MOUNTING", value="DISABLED")


def test_the_public_gallery_makes_repositories_of_ones_own_registry(cloud):
    name = cloud.unique("repository")
    arn = f"arn:aws:ecr-public::{cloud.emulator.account}:repository/"
    user = cloud.user(
        statement("ecr-public:CreateRepository", resource=f"{arn}{name}"), statement("ecr-public:DescribeRegistries")
    )
    public = cloud.emulator.client("ecr-public", user, "us-east-1")
    [registry] = public.describe_registries()["registries"]
    made = public.create_repository(repositoryName=name)["repository"]
    assert made["repositoryUri"] == f"public.ecr.aws/{registry['aliases'][0]['name']}/{name}"
    with pytest.raises(public.exceptions.RepositoryAlreadyExistsException):
        public.create_repository(repositoryName=name)
    with pytest.raises(ClientError) as refused:
        public.create_repository(repositoryName=f"{name}-other")
    assert code(refused) == "AccessDeniedException"
    with pytest.raises(ClientError) as refused:
        cloud.emulator.client("ecr-public", region="eu-west-1").create_repository(repositoryName=name)
    assert code(refused) == "UnsupportedCommandException"
