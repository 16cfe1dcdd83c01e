"""DynamoDB's limits, to the byte as its documentation counts: 400 KB an item, 1 MB a page, 100 writes a transaction.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import pytest
from botocore.exceptions import ClientError

from lab.cloud import Cloud

ITEM = 400 * 1024
PAGE = 1024 * 1024


@pytest.fixture
def table(cloud: Cloud) -> str:
    name = cloud.unique("table")
    cloud.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("Key", "Part")],
        KeySchema=[{"AttributeName": "Key", "KeyType": "HASH"}, {"AttributeName": "Part", "KeyType": "RANGE"}],
    )
    return name


def item(size: int, part: str = "0") -> dict:
    """An item of so many bytes: names, texts, and of a map 3 bytes and one for each of its elements."""
    known = len("Key") + len("k") + len("Part") + len(part) + len("Seen") + 3 + 1 + len("d")
    seen = {"M": {"d": {"S": "x" * (size - known)}}}
    return {"Key": {"S": "k"}, "Part": {"S": part}, "Seen": seen}


def test_an_item_has_400_kb_and_not_a_byte_more(cloud: Cloud, table: str):
    dynamo = cloud.dynamodb
    dynamo.put_item(TableName=table, Item=item(ITEM))
    writes = [
        lambda: dynamo.put_item(TableName=table, Item=item(ITEM + 1)),
        lambda: dynamo.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item(ITEM + 1)}}]}),
        lambda: dynamo.update_item(
            TableName=table,
            Key={"Key": {"S": "k"}, "Part": {"S": "0"}},
            UpdateExpression="SET Seen.e = :v",
            ExpressionAttributeValues={":v": {"S": ""}},
        ),
    ]
    for write in writes:
        with pytest.raises(ClientError, match=r"ValidationException.*exceeded the maximum allowed size"):
            write()
    with pytest.raises(ClientError, match=r"TransactionCanceledException|ValidationException"):
        dynamo.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": item(ITEM + 1)}}])
    assert dynamo.get_item(TableName=table, Key={"Key": {"S": "k"}, "Part": {"S": "0"}})["Item"] == item(ITEM)


def test_a_page_has_1_mb(cloud: Cloud, table: str):
    for number in range(4):
        cloud.dynamodb.put_item(TableName=table, Item=item(PAGE // 4, str(number)))
    query = {
        "KeyConditionExpression": "#k = :k",
        "ExpressionAttributeNames": {"#k": "Key"},
        "ExpressionAttributeValues": {":k": {"S": "k"}},
    }
    for read, words in ((cloud.dynamodb.query, query), (cloud.dynamodb.scan, {})):
        assert len(read(TableName=table, **words)["Items"]) == 4
    cloud.dynamodb.put_item(TableName=table, Item=item(PAGE // 4 + 1, "0"))
    for read, words in ((cloud.dynamodb.query, query), (cloud.dynamodb.scan, {})):
        first = read(TableName=table, **words)
        assert len(first["Items"]) == 3
        rest = read(TableName=table, ExclusiveStartKey=first["LastEvaluatedKey"], **words)
        assert len(rest["Items"]) == 1 and "LastEvaluatedKey" not in rest


def test_a_transaction_has_100_writes_and_4_mb(cloud: Cloud, table: str):
    def writes(count: int, size: int) -> list[dict]:
        return [{"Put": {"TableName": table, "Item": item(size, str(number))}} for number in range(count)]

    cloud.dynamodb.transact_write_items(TransactItems=writes(100, 1000))
    for refused in (writes(101, 1000), writes(12, 390_000)):
        with pytest.raises(ClientError, match="ValidationException"):
            cloud.dynamodb.transact_write_items(TransactItems=refused)
    cloud.emulator.clear_misfits()


def test_an_expression_has_4_kb(cloud: Cloud, table: str):
    """A long one is refused whatever its values hold."""
    cloud.dynamodb.put_item(TableName=table, Item=item(1000))
    sets = ", ".join(f"a{number} = :v" for number in range(500))
    with pytest.raises(ClientError, match=r"ValidationException.*size"):
        cloud.dynamodb.update_item(
            TableName=table,
            Key={"Key": {"S": "k"}, "Part": {"S": "0"}},
            UpdateExpression=f"SET {sets}",
            ExpressionAttributeValues={":v": {"S": "x"}},
        )
