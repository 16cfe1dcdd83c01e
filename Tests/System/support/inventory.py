"""What there is in the emulator's account that a stack can make, and that can cost something."""

from collections.abc import Callable, Iterable
from typing import Any

from lab.cloud import Cloud

Lister = Callable[[Cloud], Iterable[Any]]


def each(service: str, operation: str, member: str, name: str, **arguments: Any) -> Lister:
    """Names from one list of an API, page by page."""

    def lister(cloud: Cloud) -> Iterable[Any]:
        for page in getattr(cloud, service).get_paginator(operation).paginate(**arguments):
            yield from (item[name] if name else item for item in page.get(member, []))

    return lister


def queues(cloud: Cloud) -> Iterable[str]:
    return cloud.sqs.list_queues().get("QueueUrls", [])


def rules(cloud: Cloud) -> Iterable[str]:
    return (rule["Name"] for rule in cloud.events.list_rules()["Rules"])


def secrets(cloud: Cloud) -> Iterable[str]:
    """Without those that are only kept in case somebody wants them back, for which nothing is charged."""
    return (secret["ARN"] for secret in cloud.secretsmanager.list_secrets()["SecretList"])


KINDS: dict[str, Lister] = {
    "table": each("dynamodb", "list_tables", "TableNames", ""),
    "compute environment": each(
        "batch", "describe_compute_environments", "computeEnvironments", "computeEnvironmentName"
    ),
    "job queue": each("batch", "describe_job_queues", "jobQueues", "jobQueueName"),
    "job definition": each("batch", "describe_job_definitions", "jobDefinitions", "jobDefinitionArn", status="ACTIVE"),
    "function": each("lambda_", "list_functions", "Functions", "FunctionName"),
    "event source": each("lambda_", "list_event_source_mappings", "EventSourceMappings", "UUID"),
    "rule": rules,
    "queue": queues,
    "topic": each("sns", "list_topics", "Topics", "TopicArn"),
    "subscription": each("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    "log group": each("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "alarm": each("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "dashboard": each("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    "parameter": each("ssm", "describe_parameters", "Parameters", "Name"),
    "secret": secrets,
    "role": each("iam", "list_roles", "Roles", "RoleName"),
    "policy": each("iam", "list_policies", "Policies", "PolicyName", Scope="Local"),
    "security group": each("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    "repository": each("ecr", "describe_repositories", "repositories", "repositoryName"),
    "bucket": lambda cloud: (bucket["Name"] for bucket in cloud.s3.list_buckets()["Buckets"]),
    "build project": each("codebuild", "list_projects", "projects", ""),
    "schedule": each("scheduler", "list_schedules", "Schedules", "Name"),
}


def inventory(cloud: Cloud) -> set[tuple[str, Any]]:
    """Everything, as kind and name."""
    return {(kind, name) for kind, lister in KINDS.items() for name in lister(cloud)}
