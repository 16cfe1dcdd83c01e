"""What is encrypted with a customer's key is for those who may use the key through that service."""

import pytest
from botocore.exceptions import ClientError

from lab.cloud import Cloud


@pytest.fixture
def key(cloud: Cloud) -> str:
    return cloud.key()


def table(cloud: Cloud, key: str):
    name = cloud.unique("table")
    cloud.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )
    item = {"Id": {"S": "x"}}
    return lambda client: client("dynamodb").put_item(TableName=name, Item=item), ["kms:Decrypt"]


def queue(cloud: Cloud, key: str):
    url = cloud.sqs.create_queue(QueueName=cloud.unique("queue"), Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    send = ["kms:GenerateDataKey", "kms:Decrypt"]
    return lambda client: client("sqs").send_message(QueueUrl=url, MessageBody="x"), send


def reading(cloud: Cloud, key: str):
    url = cloud.sqs.create_queue(QueueName=cloud.unique("queue"), Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    return lambda client: client("sqs").receive_message(QueueUrl=url), ["kms:Decrypt"]


def topic(cloud: Cloud, key: str):
    arn = cloud.sns.create_topic(Name=cloud.unique("topic"), Attributes={"KmsMasterKeyId": key})["TopicArn"]
    return lambda client: client("sns").publish(TopicArn=arn, Message="x"), ["kms:GenerateDataKey", "kms:Decrypt"]


def secret(cloud: Cloud, key: str):
    name = cloud.unique("secret")
    cloud.secretsmanager.create_secret(Name=name, SecretString="x", KmsKeyId=key)
    return lambda client: client("secretsmanager").get_secret_value(SecretId=name), ["kms:Decrypt"]


def parameter(cloud: Cloud, key: str):
    name = f"/{cloud.unique('parameter')}"
    cloud.ssm.put_parameter(Name=name, Value="x", Type="SecureString", KeyId=key)
    return lambda client: client("ssm").get_parameter(Name=name, WithDecryption=True), ["kms:Decrypt"]


SERVICES = {
    table: "dynamodb",
    queue: "sqs",
    reading: "sqs",
    topic: "sns",
    secret: "secretsmanager",
    parameter: "ssm",
}


@pytest.mark.parametrize("thing", SERVICES)
def test_what_has_a_key_refuses_who_may_not_use_the_key_through_its_service(cloud: Cloud, key: str, thing):
    use, needed = thing(cloud, key)
    service = SERVICES[thing]
    everything = {"Effect": "Allow", "Action": f"{service}:*", "Resource": "*"}

    def powers(*actions: str, through: str = f"{service}.*") -> dict:
        condition = {"StringLike": {"kms:ViaService": through}}
        return {"Effect": "Allow", "Action": list(actions), "Resource": key, "Condition": condition}

    wrong = [[everything], [everything, powers(*needed, through="ec2.*")]]
    wrong += [[everything, powers(*(set(needed) - {one}))] for one in needed if len(needed) > 1]
    for statements in wrong:
        cloud.emulator.clear_denials()
        user = cloud.user(*statements)
        with pytest.raises(ClientError):
            use(lambda name, user=user: cloud.emulator.client(name, user))
        assert [(denial["resource"], denial["action"] in needed) for denial in cloud.emulator.denials()] == [
            (key, True)
        ]
    user = cloud.user(everything, powers(*needed))
    use(lambda name: cloud.emulator.client(name, user))


def test_a_rule_reaches_an_encrypted_queue_only_by_a_key_policy_without_conditions_on_the_account(cloud: Cloud):
    url, arn = cloud.message_queue()
    rule = cloud.unique("rule")
    cloud.events.put_rule(Name=rule, ScheduleExpression="rate(1 day)")
    cloud.events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": arn}])
    events = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Resource": "*"}
    events |= {"Action": ["kms:Decrypt", "kms:GenerateDataKey*"]}
    account = {"Condition": {"StringEquals": {"aws:SourceAccount": cloud.emulator.account}}}
    found = {}
    for name, statements in {"none": [], "conditional": [{**events, **account}], "plain": [events]}.items():
        cloud.sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": cloud.key(statements)})
        cloud.emulator.fire(rule)
        found[name] = len(cloud.sqs.receive_message(QueueUrl=url).get("Messages", []))
    assert found == {"none": 0, "conditional": 0, "plain": 1}
    assert {denial["action"] for denial in cloud.emulator.denials()} == {"kms:GenerateDataKey"}
