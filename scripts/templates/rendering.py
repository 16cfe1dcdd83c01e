"""A template as CloudFormation sees it once it knows the parameters: conditions decided, functions evaluated."""

import re
from dataclasses import dataclass
from typing import Any

NOTHING = object()
"""What `AWS::NoValue` leaves."""


@dataclass(frozen=True)
class Place:
    """Where a stack is deployed."""

    region: str = "us-east-1"
    partition: str = "aws"
    suffix: str = "amazonaws.com"
    other_region: str = "us-west-2"
    account: str = "123456789012"
    stack: str = "mirrors"

    def fill(self, text: str) -> str:
        return text.format(**vars(self))


PLACES = (
    Place(),
    Place("eu-central-1", other_region="eu-west-1"),
    Place("us-gov-west-1", "aws-us-gov", other_region="us-gov-east-1"),
    Place("cn-north-1", "aws-cn", "amazonaws.com.cn", other_region="cn-northwest-1"),
)
"""A region of each partition, and one that is not the oldest."""

# What `Ref` gives where it is not the resource's name.
REFERENCES = {
    "AWS::Batch::ComputeEnvironment": "arn:{partition}:batch:{region}:{account}:compute-environment/{name}",
    "AWS::Batch::JobQueue": "arn:{partition}:batch:{region}:{account}:job-queue/{name}",
    "AWS::Batch::JobDefinition": "arn:{partition}:batch:{region}:{account}:job-definition/{name}:1",
    "AWS::EC2::SecurityGroup": "sg-0123456789abcdef0",
    "AWS::IAM::ManagedPolicy": "arn:{partition}:iam::{account}:policy/{name}",
    "AWS::SecretsManager::Secret": "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-Ab12Cd",
    "AWS::SNS::Topic": "arn:{partition}:sns:{region}:{account}:{name}",
    "AWS::StepFunctions::StateMachine": "arn:{partition}:states:{region}:{account}:stateMachine:{name}",
    "AWS::SQS::Queue": "https://sqs.{region}.{suffix}/{account}/{name}",
}

# What `Fn::GetAtt` gives.
ATTRIBUTES = {
    "AWS::CloudWatch::Alarm.Arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::CodeBuild::Project.Arn": "arn:{partition}:codebuild:{region}:{account}:project/{name}",
    "AWS::DynamoDB::Table.Arn": "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    "AWS::EC2::SecurityGroup.GroupId": "sg-0123456789abcdef0",
    "AWS::ECR::Repository.Arn": "arn:{partition}:ecr:{region}:{account}:repository/{name}",
    "AWS::ECR::Repository.RepositoryUri": "{account}.dkr.ecr.{region}.{suffix}/{name}",
    "AWS::Events::Rule.Arn": "arn:{partition}:events:{region}:{account}:rule/{name}",
    "AWS::IAM::Role.Arn": "arn:{partition}:iam::{account}:role/{name}",
    "AWS::Lambda::Function.Arn": "arn:{partition}:lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup.Arn": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket.Arn": "arn:{partition}:s3:::{name}",
    "AWS::SecretsManager::Secret.Id": "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-Ab12Cd",
    "AWS::SNS::Topic.TopicArn": "arn:{partition}:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue.Arn": "arn:{partition}:sqs:{region}:{account}:{name}",
    "AWS::SQS::Queue.QueueName": "{name}",
}

# Where a resource's name is told, if it is.
NAMES = {
    "AWS::Batch::JobDefinition": "JobDefinitionName",
    "AWS::Batch::JobQueue": "JobQueueName",
    "AWS::CodeBuild::Project": "Name",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}


class CannotRender(Exception):
    """What the template asks for that is not known here."""


class Rendering:
    def __init__(self, template: dict[str, Any], parameters: dict[str, str], place: Place):
        self.template = template
        self.place = place
        self.parameters = {
            name: self.typed(described, parameters.get(name, str(described.get("Default", ""))))
            for name, described in template.get("Parameters", {}).items()
        }
        if unknown := set(parameters) - set(self.parameters):
            raise CannotRender(f"there is no parameter {', '.join(sorted(unknown))}")

    @staticmethod
    def typed(described: dict[str, Any], value: str) -> str | list[str]:
        if described["Type"] == "CommaDelimitedList" or described["Type"].startswith("List<"):
            return [item.strip() for item in value.split(",")]
        return value

    def resources(self) -> dict[str, dict[str, Any]]:
        """All that there are, under their logical ids, with everything evaluated."""
        return {
            name: self.value({key: part for key, part in resource.items() if key != "Condition"})
            for name, resource in self.template["Resources"].items()
            if self.exists(resource)
        }

    def exists(self, resource: dict[str, Any]) -> bool:
        return "Condition" not in resource or self.holds({"Condition": resource["Condition"]})

    def holds(self, condition: dict[str, Any]) -> bool:
        [(kind, value)] = condition.items()
        match kind:
            case "Condition":
                return self.holds(self.template["Conditions"][value])
            case "Fn::Equals":
                left, right = self.value(value)
                return str(left) == str(right)
            case "Fn::Not":
                return not self.holds(value[0])
            case "Fn::And":
                return all(map(self.holds, value))
            case "Fn::Or":
                return any(map(self.holds, value))
        raise CannotRender(f"a condition with {kind}")

    def value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [item for item in map(self.value, value) if item is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(kind, argument)] = value.items()
            if kind == "Ref" or kind.startswith("Fn::"):
                return self.function(kind, argument)
        evaluated = {key: self.value(item) for key, item in value.items()}
        return {key: item for key, item in evaluated.items() if item is not NOTHING}

    def function(self, kind: str, argument: Any) -> Any:
        match kind, argument:
            case "Ref", str(name):
                return self.reference(name)
            case "Fn::GetAtt", [name, attribute]:
                return self.attribute(name, attribute)
            case "Fn::If", [condition, yes, no]:
                return self.value(yes if self.holds({"Condition": condition}) else no)
            case "Fn::Sub", [text, known]:
                return self.substituted(text, self.value(known))
            case "Fn::Sub", str(text):
                return self.substituted(text, {})
            case "Fn::Join", [separator, parts]:
                return separator.join(map(str, self.value(parts)))
            case "Fn::Split", [separator, text]:
                return self.value(text).split(separator)
            case "Fn::Select", [index, parts]:
                return self.value(parts)[int(index)]
            case "Fn::FindInMap", [name, *keys]:
                first, second = map(self.value, keys)
                return self.template["Mappings"][name][first][second]
        raise CannotRender(f"{kind} of {argument}")

    def substituted(self, text: str, known: dict[str, Any]) -> str:
        def one(match: re.Match) -> str:
            name = match[1]
            if name in known:
                return str(known[name])
            first, _, attribute = name.partition(".")
            return str(self.attribute(first, attribute) if attribute else self.reference(name))

        return re.sub(r"\$\{([A-Za-z0-9:.]+)\}", one, text).replace("${!", "${")

    def reference(self, name: str) -> Any:
        if name in self.parameters:
            return self.parameters[name]
        pseudo = {
            "AWS::AccountId": self.place.account,
            "AWS::NoValue": NOTHING,
            "AWS::Partition": self.place.partition,
            "AWS::Region": self.place.region,
            "AWS::StackId": self.place.fill("arn:{partition}:cloudformation:{region}:{account}:stack/{stack}/1a2b3c4d"),
            "AWS::StackName": self.place.stack,
            "AWS::URLSuffix": self.place.suffix,
        }
        if name in pseudo:
            return pseudo[name]
        return self.filled(REFERENCES.get(self.resource(name)["Type"], "{name}"), name)

    def attribute(self, name: str, attribute: str) -> str:
        key = f"{self.resource(name)['Type']}.{attribute}"
        if key not in ATTRIBUTES:
            raise CannotRender(f"the attribute {key}; give it a form in scripts/templates/rendering.py")
        return self.filled(ATTRIBUTES[key], name)

    def resource(self, name: str) -> dict[str, Any]:
        """CannotRender for one that does not exist with these parameters: CloudFormation would refuse it."""
        resource = self.template["Resources"].get(name)
        if resource is None or not self.exists(resource):
            raise CannotRender(f"{name}, which does not exist with these parameters")
        return resource

    def filled(self, form: str, name: str) -> str:
        resource = self.resource(name)
        told = resource.get("Properties", {}).get(NAMES.get(resource["Type"], ""))
        physical = self.value(told) if told else f"{self.place.stack}-{name}-1A2B3C4D5E6F"
        return form.format(**vars(self.place), name=physical)
