"""The check of updates against CloudFormation's schemas, as `make lint` runs it."""

import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
TEMPLATE = """
Parameters:
  TagMutability: {Type: String, Default: MUTABLE, AllowedValues: [MUTABLE, IMMUTABLE]}
  KmsKeyArn: {Type: String, Default: ""}
Conditions:
  HasKey: !Not [!Equals [!Ref KmsKeyArn, ""]]
  HasNone: !Not [!Condition HasKey]
Resources:
  Repository:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryName: own
      ImageTagMutability: !Ref TagMutability
      EncryptionConfiguration: {EncryptionType: !If [HasKey, KMS, AES256]}
  Unnamed:
    Type: AWS::ECR::Repository
    Properties: {EncryptionConfiguration: {EncryptionType: !If [HasKey, KMS, AES256]}}
  Moved:
    Type: AWS::Batch::JobQueue
    Condition: HasNone
    Properties: {JobQueueName: jobs, Priority: 1}
  MovedHere:
    Type: AWS::Batch::JobQueue
    Condition: HasKey
    Properties: {JobQueueName: jobs, Priority: 2}
  Capacity:
    Type: AWS::Batch::ComputeEnvironment
    Properties:
      ComputeEnvironmentName: own
      Type: MANAGED
      ReplaceComputeEnvironment: false
      ComputeResources: {Subnets: [!If [HasKey, subnet-1, subnet-2]]}
  Replaced:
    Type: AWS::Batch::ComputeEnvironment
    Properties:
      ComputeEnvironmentName: other
      Type: MANAGED
      ComputeResources: {Subnets: [!If [HasKey, subnet-1, subnet-2]]}
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties: {SecretString: !If [HasKey, "{}", ""]}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: !Ref KmsKeyArn}
"""


def checked(file: Path) -> tuple[int, set[str]]:
    command = [REPOSITORY / ".venv/cfn/bin/python", REPOSITORY / "scripts/check-updates", file]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert not run.stderr, run.stderr
    return run.returncode, {line.partition(": ")[2] for line in run.stdout.splitlines()}


def test_the_check_of_updates_says_what_cloudformation_refuses_or_loses(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(TEMPLATE)
    status, said = checked(file)
    assert status == 1
    change = "a change of KmsKeyArn: "
    key = "EncryptionConfiguration, EncryptionConfiguration/EncryptionType"
    assert said == {
        f"{change}Repository (AWS::ECR::Repository) has the name own and would have to be replaced for {key}: refused",
        f"{change}Unnamed (AWS::ECR::Repository) would be replaced for {key}, and what is in it left behind",
        f"{change}MovedHere (AWS::Batch::JobQueue) wants the name jobs, which Moved still has: refused",
        f"{change}Moved (AWS::Batch::JobQueue) wants the name jobs, which MovedHere still has: refused",
        f"{change}Replaced (AWS::Batch::ComputeEnvironment) has the name other and would have to be replaced for "
        "ComputeResources/Subnets: refused",
        f"{change}Secret (AWS::SecretsManager::Secret) would get SecretString anew, over what others wrote",
    }


def test_the_check_of_updates_knows_the_types_of_each_region(tmp_path):
    file = tmp_path / "unknown.yaml"
    file.write_text(TEMPLATE.replace("AWS::EC2::SecurityGroup", "AWS::EC2::Nothing"))
    assert checked(file) == (1, {"us-east-1 has no AWS::EC2::Nothing"})
    # One that China lacks.
    file.write_text(
        'Parameters: {KmsKeyArn: {Type: String, Default: ""}}\n'
        "Resources: {Plan: {Type: AWS::Bedrock::Agent, Properties: {AgentName: !Ref KmsKeyArn}}}\n"
    )
    assert checked(file) == (1, {"cn-north-1 has no AWS::Bedrock::Agent"})
