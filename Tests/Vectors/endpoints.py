"""Where botocore's endpoint rules reach each service that the programs use: the addresses that ours are held to.

`python endpoints.py` writes endpoints.json anew; a system test checks that it is what botocore makes today.
"""

import json
from pathlib import Path

import botocore.session
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError

FILE = Path(__file__).with_name("endpoints.json")
# botocore's names of the services, by ours.
SERVICES = {
    "Batch": "batch",
    "CloudWatch Logs": "logs",
    "DynamoDB": "dynamodb",
    "ECR": "ecr",
    "ECR Public": "ecr-public",
    "EventBridge": "events",
    "IAM Identity Center": "sso",
    "IAM Identity Center sign-in": "sso-oidc",
    "Lambda": "lambda",
    "SQS": "sqs",
    "SSM": "ssm",
    "STS": "sts",
    "Secrets Manager": "secretsmanager",
}
# FIPS, dual stack.
VARIANTS = [(False, False), (False, True), (True, False), (True, True)]


def document() -> str:
    """A line for each service and region: its address plain, dual-stack, FIPS, and both; null where a partition lacks
    the variant."""
    loader = botocore.session.get_session().get_component("data_loader")
    partitions = loader.load_data("partitions")
    regions = sorted(
        region for item in partitions["partitions"] for region in item["regions"] if not region.endswith("-global")
    )
    lines = []
    for name, service in SERVICES.items():
        provider = EndpointProvider(loader.load_service_model(service, "endpoint-rule-set-1"), partitions)
        # The public gallery's API is asked in one region only.
        for region in ["us-east-1"] if service == "ecr-public" else regions:
            urls = [address(provider, region, *variant) for variant in VARIANTS]
            lines.append(json.dumps({"service": name, "region": region, "urls": urls}))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def address(provider: EndpointProvider, region: str, fips: bool, dual: bool) -> str | None:
    try:
        return provider.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual).url
    except EndpointProviderError:
        return None


if __name__ == "__main__":
    FILE.write_text(document())
