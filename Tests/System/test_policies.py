"""The check of IAM policies against AWS's authorization reference, as `make lint` runs it."""

import subprocess
from pathlib import Path

import pytest

from templates.patterns import arn_fits, overlaps

REPOSITORY = Path(__file__).resolve().parent.parent.parent
TABLE = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}"
INDEX = TABLE + "/index/${IndexName}"
FUNCTION = "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}"


def checked(*paths: Path) -> tuple[int, list[str]]:
    command = [REPOSITORY / ".venv/cfn/bin/python", REPOSITORY / "scripts/check-policies", *paths]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert not run.stderr, run.stderr
    return run.returncode, run.stdout.splitlines()


# A statement of a role's policy, and what is said of it.
WRONG = [
    ("{Effect: Allow, Action: batch:SubmitJobs, Resource: '*'}", "there is no action batch:SubmitJobs"),
    ("{Effect: Allow, Action: bach:SubmitJob, Resource: '*'}", "there is no action bach:SubmitJob"),
    (
        "{Effect: Allow, Action: batch:ListJobs, Resource: !Sub 'arn:${AWS::Partition}:batch:*:*:job-queue/x'}",
        "batch:ListJobs takes none of arn:aws:batch:*:*:job-queue/x, but * only",
    ),
    (
        "{Effect: Allow, Action: dynamodb:GetItem, Resource: !Sub '${Table.Arn}/index/ByMonth'}",
        "none of dynamodb:GetItem knows a resource such as "
        "arn:aws:dynamodb:us-east-1:123456789012:table/mirrors-Table-1A2B3C4D5E6F/index/ByMonth",
    ),
    (
        "{Effect: Allow, Action: ssm:GetParameter, Resource: 'arn:aws:ssm:us-east-1:123456789012:parameter/a'}",
        "arn:aws:ssm:us-east-1:123456789012:parameter/a is in another partition than aws-cn",
    ),
    (
        "{Effect: Allow, Action: dynamodb:Scan, Resource: '*'}",
        "dynamodb:Scan is allowed on *, though it knows resources",
    ),
    (
        "{Effect: Allow, Action: batch:SubmitJob, Resource: !Sub 'arn:${AWS::Partition}:batch:*:*:job-queue/x'}",
        "batch:SubmitJob asks for a job-definition too, and is allowed none",
    ),
    (
        "{Effect: Allow, Action: 'logs:DescribeLogStreams',"
        " Resource: !Sub 'arn:${AWS::Partition}:logs:*:*:log-group:x'}",
        "logs:DescribeLogStreams takes none of arn:aws:logs:*:*:log-group:x, but "
        "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:*",
    ),
    (
        "{Effect: Allow, Action: ecr:GetAuthorizationToken, Resource: '*', Condition: {'Null': {'ecr:Nothing': true}}}",
        "there is no condition key ecr:Nothing",
    ),
    (
        "{Effect: Allow, Action: ecr:GetAuthorizationToken, Resource: '*',"
        " Condition: {StringLike: {'kms:ViaService': x}}}",
        "ecr:GetAuthorizationToken does not know the condition key kms:ViaService",
    ),
    (
        "{Effect: Allow, Action: ecr:GetAuthorizationToken, Resource: '*',"
        " Condition: {StringEquals: {'aws:SecureTransport': 'yes'}}}",
        "StringEquals does not suit aws:SecureTransport, which is of type Bool",
    ),
]
TEMPLATE = """
Resources:
  Table: {Type: AWS::DynamoDB::Table, Properties: {}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}
      Policies:
"""


def test_the_check_of_policies_says_what_aws_would_not_take_as_meant(tmp_path):
    policies = [
        f"        - {{PolicyName: p{number}, PolicyDocument: {{Statement: [{statement}]}}}}\n"
        for number, (statement, _) in enumerate(WRONG)
    ]
    file = tmp_path / "wrong.yaml"
    file.write_text(TEMPLATE + "".join(policies))
    status, said = checked(file)
    assert status == 1
    for number, (_, sentence) in enumerate(WRONG):
        beginning = f"wrong.yaml: Role.Policies[{number}].PolicyDocument: {sentence}"
        assert any(line.startswith(beginning) for line in said), (beginning, said)


def test_the_check_of_policies_knows_their_sizes_and_reads_texts(tmp_path):
    grants = ", ".join(f"'arn:*:ecr:*:*:repository/{number:0180}'" for number in range(50))
    large = tmp_path / "large.yaml"
    large.write_text(
        f"{TEMPLATE}        - {{PolicyName: p, PolicyDocument: {{Statement:"
        f" [{{Effect: Allow, Action: ecr:BatchGetImage, Resource: [{grants}]}}]}}}}\n"
    )
    text = tmp_path / "text.md"
    text.write_text('```json\n{"Effect": "Allow", "Action": "kms:Decript", "Resource": "*"}\n```\n')
    status, said = checked(large, text)
    assert status == 1
    assert said == [
        f"large.yaml: the inline policy of Role has {said[0].split(' has ')[1].split()[0]} characters; IAM takes 10240",
        "text.md: policy 1: there is no action kms:Decript",
    ]


@pytest.mark.parametrize(
    ("given", "pattern", "expected"),
    [
        ("arn:aws:dynamodb:us-east-1:123456789012:table/a", TABLE, True),
        ("arn:aws:dynamodb:*:*:table/a-*", TABLE, True),
        ("arn:aws:dynamodb:*:*:table/", TABLE, False),
        ("arn:aws:dynamodb:*:*:table/a/index/b", TABLE, False),
        ("arn:aws:dynamodb:*:*:table/a/index/b", INDEX, True),
        ("arn:aws:dynamodb:*:*:table/*", INDEX, True),
        ("arn:aws:dynamodb::*:table/a", TABLE, False),
        ("arn:aws:lambda:*:*:function:a?c", FUNCTION, True),
        ("arn:aws:lambda:*:*:function:a:b", FUNCTION, False),
        ("arn:aws:s3:::bucket", "arn:${Partition}:s3:::${BucketName}", True),
        ("arn:aws:s3:us-east-1::bucket", "arn:${Partition}:s3:::${BucketName}", False),
        ("table/a", TABLE, False),
        ("*", TABLE, True),
    ],
)
def test_an_arn_of_a_policy_is_of_a_kind_or_not(given, pattern, expected):
    assert arn_fits(given, pattern) is expected


def test_patterns_overlap_where_some_text_is_both():
    assert overlaps("a*c", "abc") and overlaps("*", "${Name}") and overlaps("a*", "${Name}z")
    assert not overlaps("a*c", "abd") and not overlaps("", "${Name}") and not overlaps("ab", "a")
