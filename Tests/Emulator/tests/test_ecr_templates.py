"""ECR's resources in stacks: what CloudFormation does not make over what is there, and what ECR does not take."""

import json

REPLICATION = {
    "Type": "AWS::ECR::ReplicationConfiguration",
    "Properties": {
        "ReplicationConfiguration": {
            "Rules": [{"Destinations": [{"Region": "eu-central-1", "RegistryId": "123456789012"}]}]
        }
    },
}
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"


def repository(name: str, **properties) -> dict:
    return {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": name, **properties}}


def test_a_repository_that_is_there_is_not_taken_over(cloud, deploy):
    name = cloud.unique("repository")
    cloud.ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
    _, status, said = deploy(Repository=repository(name))
    assert status == "ROLLBACK_COMPLETE" and f"'{name}' already exists" in said
    [kept] = cloud.ecr.describe_repositories(repositoryNames=[name])["repositories"]
    assert kept["imageTagMutability"] == "IMMUTABLE"


def test_replication_rules_that_are_there_are_not_replaced(cloud, deploy):
    first, status, _ = deploy(Replication=REPLICATION)
    assert status == "CREATE_COMPLETE"
    _, status, said = deploy(Replication=REPLICATION)
    assert status == "ROLLBACK_COMPLETE" and "ReplicationConfiguration' with identifier" in said
    assert len(cloud.ecr.describe_registry()["replicationConfiguration"]["rules"]) == 1
    cloud.cloudformation.delete_stack(StackName=first)


def test_what_nothing_orders_may_be_made_in_any_order(cloud, deploy):
    first, _, _ = deploy(Replication=REPLICATION)
    name = cloud.unique("repository")
    refused, status, _ = deploy(Replication=REPLICATION, Repository=repository(name))
    assert status == "ROLLBACK_COMPLETE"
    events = cloud.cloudformation.describe_stack_events(StackName=refused)["StackEvents"]
    made = [event["ResourceStatus"] for event in events if event["LogicalResourceId"] == "Repository"]
    assert "CREATE_COMPLETE" in made
    cloud.cloudformation.delete_stack(StackName=first)


def test_a_template_with_a_key_needs_a_role(cloud, deploy):
    properties = {
        "Prefix": cloud.unique("prefix"),
        "AppliedFor": ["CREATE_ON_PUSH"],
        "EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": KEY},
    }
    kind = "AWS::ECR::RepositoryCreationTemplate"
    _, status, said = deploy(Template={"Type": kind, "Properties": properties})
    assert status == "ROLLBACK_COMPLETE" and "custom role is required" in said
    role = cloud.role("ecr.amazonaws.com")
    _, status, _ = deploy(Template={"Type": kind, "Properties": {**properties, "CustomRoleArn": role}})
    assert status == "CREATE_COMPLETE"


def test_a_lifecycle_policy_that_ecr_does_not_take_fails_the_stack(cloud, deploy):
    rule = {
        "rulePriority": 1,
        "selection": {"tagStatus": "any", "countType": "sinceImagePulled", "countUnit": "days", "countNumber": 9},
        "action": {"type": "expire"},
    }
    policy = {"LifecyclePolicyText": json.dumps({"rules": [rule]})}
    _, status, said = deploy(Repository=repository(cloud.unique("repository"), LifecyclePolicy=policy))
    assert status == "ROLLBACK_COMPLETE" and "cannot be used with action 'expire'" in said
