"""`AWS::Batch::*` in stacks."""

import json

import pytest
from botocore.exceptions import ClientError

TEMPLATE = {
    "Parameters": {"Cpus": {"Type": "Number", "Default": 4}, "Word": {"Type": "String", "Default": "one"}},
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                },
                "Policies": [
                    {
                        "PolicyName": "logs",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                                    "Resource": {
                                        "Fn::Sub": "arn:${AWS::Partition}:logs:*:*:log-group:/aws/batch/job:*"
                                    },
                                }
                            ],
                        },
                    }
                ],
            },
        },
        "Environment": {
            "Type": "AWS::Batch::ComputeEnvironment",
            "Properties": {
                "Type": "MANAGED",
                "ReplaceComputeEnvironment": False,
                "ComputeResources": {
                    "Type": "FARGATE",
                    "MaxvCpus": {"Ref": "Cpus"},
                    "Subnets": ["subnet-1"],
                    "SecurityGroupIds": ["sg-1"],
                },
                "Tags": {"Team": "images"},
            },
        },
        "Policy": {"Type": "AWS::Batch::SchedulingPolicy", "Properties": {}},
        "Queue": {
            "Type": "AWS::Batch::JobQueue",
            "Properties": {
                "Priority": "1",
                "SchedulingPolicyArn": {"Fn::GetAtt": ["Policy", "Arn"]},
                "ComputeEnvironmentOrder": [{"Order": 1, "ComputeEnvironment": {"Ref": "Environment"}}],
            },
        },
        "Definition": {
            "Type": "AWS::Batch::JobDefinition",
            "Properties": {
                "Type": "container",
                "PlatformCapabilities": ["FARGATE"],
                "Parameters": {"Word": {"Ref": "Word"}},
                "RetryStrategy": {"Attempts": "2", "EvaluateOnExit": [{"OnExitCode": "3", "Action": "EXIT"}]},
                "ContainerProperties": {
                    "Image": "image:1",
                    "Command": ["sh", "-c", "echo $GIVEN Ref::Word"],
                    "Environment": [{"Name": "GIVEN", "Value": "given"}],
                    "JobRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "ExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "ResourceRequirements": [{"Type": "VCPU", "Value": "0.25"}, {"Type": "MEMORY", "Value": 512}],
                },
            },
        },
    },
    "Outputs": {
        "Queue": {"Value": {"Ref": "Queue"}},
        "QueueArn": {"Value": {"Fn::GetAtt": ["Queue", "JobQueueArn"]}},
        "Definition": {"Value": {"Ref": "Definition"}},
        "Environment": {"Value": {"Fn::GetAtt": ["Environment", "ComputeEnvironmentArn"]}},
    },
}


def deploy(cloud, name: str, template: dict, verb: str = "create", **parameters: str) -> dict[str, str]:
    """The stack's outputs."""
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    call = getattr(cloud.cloudformation, f"{verb}_stack")
    call(StackName=name, TemplateBody=json.dumps(template), Parameters=given, Capabilities=["CAPABILITY_IAM"])
    waiter = cloud.cloudformation.get_waiter(f"stack_{verb}_complete")
    waiter.wait(StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})
    stack = cloud.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_a_stack_is_created_updated_in_place_and_deleted(cloud):
    name = cloud.unique("stack")
    first = deploy(cloud, name, TEMPLATE)
    assert first["Queue"] == first["QueueArn"]
    assert first["Definition"].endswith(":1")
    job = cloud.ended(cloud.submit(first["Queue"], first["Definition"]))
    assert cloud.said(job) == ["given one"]
    tags = cloud.batch.list_tags_for_resource(resourceArn=first["Environment"])["tags"]
    assert (tags["Team"], tags["aws:cloudformation:stack-name"]) == ("images", name)

    second = deploy(cloud, name, TEMPLATE, "update", Cpus="8", Word="two")
    assert (second["Queue"], second["Environment"]) == (first["Queue"], first["Environment"])
    assert second["Definition"].endswith(":2")
    environments = cloud.batch.describe_compute_environments(computeEnvironments=[second["Environment"]])
    assert environments["computeEnvironments"][0]["computeResources"]["maxvCpus"] == 8
    job = cloud.ended(cloud.submit(second["Queue"], second["Definition"]))
    assert cloud.said(job) == ["given two"]
    old = cloud.batch.describe_job_definitions(jobDefinitions=[first["Definition"]])["jobDefinitions"]
    assert [definition["status"] for definition in old] == ["INACTIVE"]

    cloud.cloudformation.delete_stack(StackName=name)
    waiter = cloud.cloudformation.get_waiter("stack_delete_complete")
    waiter.wait(StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})
    assert not cloud.batch.describe_job_queues(jobQueues=[first["Queue"]])["jobQueues"]
    assert not cloud.batch.describe_compute_environments(computeEnvironments=[first["Environment"]])[
        "computeEnvironments"
    ]


@pytest.mark.parametrize(
    ("resource", "properties", "reason"),
    [
        ("Definition", {"Nonsense": 1}, "unsupported property Properties.Nonsense"),
        ("Definition", {"Timeout": {"AttemptDurationSeconds": 5}}, "at least 60 seconds"),
        ("Queue", {"ComputeEnvironmentOrder": []}, "1 to 3 compute environments"),
    ],
)
def test_a_template_that_batch_refuses_fails_with_its_reason(cloud, resource, properties, reason):
    template = json.loads(json.dumps(TEMPLATE))
    template["Resources"][resource]["Properties"].update(properties)
    name = cloud.unique("stack")
    cloud.cloudformation.create_stack(
        StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"], OnFailure="DO_NOTHING"
    )
    waiter = cloud.cloudformation.get_waiter("stack_create_complete")
    with pytest.raises(Exception, match="CREATE_FAILED"):
        waiter.wait(StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})
    events = cloud.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    assert reason in " ".join(event.get("ResourceStatusReason", "") for event in events)


@pytest.mark.parametrize(
    "attributes, reason",
    [
        (
            {"DeletionPolicy": "RetainExceptOnCreate"},
            "Unrecognized DeletionPolicy RetainExceptOnCreate for resource Table",
        ),
        (
            {"Condition": "Wanted", "UpdateReplacePolicy": {"Fn::If": ["Wanted", "Retain", "Delete"]}},
            "Unsupported expression for UpdateReplacePolicy in resource Table",
        ),
    ],
    ids=["value", "computed"],
)
def test_the_language_extensions_refuse_policies_that_cloudformation_takes(cloud, attributes, reason):
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "Source", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "Source", "KeyType": "HASH"}],
        },
    }
    template = {
        "Conditions": {"Wanted": {"Fn::Equals": ["a", "a"]}},
        "Resources": {"Table": {**table, **attributes}},
    }
    request = {"Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]}
    transformed = json.dumps({"Transform": "AWS::LanguageExtensions", **template})
    with pytest.raises(ClientError, match=f"Transform AWS::LanguageExtensions failed with: {reason}"):
        cloud.cloudformation.create_stack(StackName=cloud.unique("stack"), TemplateBody=transformed, **request)

    name = cloud.unique("stack")
    deploy(cloud, name, template)
    cloud.cloudformation.delete_stack(StackName=name)


@pytest.mark.parametrize("words", ["", "a,b"])
def test_an_empty_list_parameter_has_no_first_item_to_select_and_may_be_joined(cloud, words: str):
    """A template that selects would fail for whoever leaves the list empty."""
    queue = {"Type": "AWS::SQS::Queue", "Condition": "HasWords"}
    for function, works in (
        ({"Fn::Select": [0, {"Ref": "Words"}]}, bool(words)),
        ({"Fn::Join": ["", {"Ref": "Words"}]}, True),
    ):
        template = {
            "Parameters": {"Words": {"Type": "CommaDelimitedList", "Default": words}},
            "Conditions": {"HasWords": {"Fn::Not": [{"Fn::Equals": [function, ""]}]}},
            "Resources": {"Always": {"Type": "AWS::SQS::Queue"}, "Sometimes": queue},
        }
        name = cloud.unique("stack")
        if not works:
            with pytest.raises(ClientError, match="nonexistent value at index 0"):
                cloud.cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
            continue
        cloud.cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
        cloud.cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        made = cloud.cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        assert {item["LogicalResourceId"] for item in made} == {"Always", *(["Sometimes"] if words else [])}
