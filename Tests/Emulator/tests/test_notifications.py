"""Who may publish to a topic."""

import json

import pytest


@pytest.fixture
def heard(cloud):
    """A topic, and what its subscriber has received so far."""
    topic = cloud.sns.create_topic(Name=cloud.unique("topic"))["TopicArn"]
    url, queue = cloud.message_queue()
    allow(cloud.sqs.set_queue_attributes, "sns.amazonaws.com", "sqs:SendMessage", queue, QueueUrl=url)
    cloud.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)

    def messages() -> list[str]:
        received = cloud.sqs.receive_message(QueueUrl=url).get("Messages", [])
        return [json.loads(message["Body"])["Message"] for message in received]

    return topic, messages


def policy(principal: str, action: str, resource: str, **more) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(call, principal: str, action: str, resource: str, **request) -> None:
    call(Attributes={"Policy": policy(principal, action, resource)}, **request)


def let_in(cloud, topic: str, principal: str, **more) -> None:
    value = policy(principal, "sns:Publish", topic, **more)
    cloud.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=value)


def test_a_rule_reaches_a_topic_only_if_the_topics_policy_lets_it(cloud, heard, eventually):
    topic, messages = heard
    rule = cloud.unique("rule")
    cloud.events.put_rule(Name=rule, ScheduleExpression="rate(1 day)")
    cloud.events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": topic}])
    cloud.emulator.fire(rule)
    assert [denial["action"] for denial in cloud.emulator.denials()] == ["sns:Publish"]
    let_in(cloud, topic, "events.amazonaws.com")
    cloud.emulator.fire(rule)
    assert json.loads(eventually(messages, "a notification")[0])["detail-type"] == "Scheduled Event"


def test_a_topics_policy_with_a_condition_lets_no_rule_in(cloud, heard, eventually):
    topic, messages = heard
    rule = cloud.unique("rule")
    arn = cloud.events.put_rule(Name=rule, ScheduleExpression="rate(1 day)")["RuleArn"]
    cloud.events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": topic}])
    let_in(cloud, topic, "events.amazonaws.com", Condition={"ArnEquals": {"aws:SourceArn": arn}})
    cloud.emulator.fire(rule)
    assert [denial["action"] for denial in cloud.emulator.denials()] == ["sns:Publish"]
    let_in(cloud, topic, "events.amazonaws.com")
    cloud.emulator.fire(rule)
    assert json.loads(eventually(messages, "a notification")[0])["detail-type"] == "Scheduled Event"


def test_an_alarm_notifies_a_topic_by_its_default_policy_and_by_one_that_names_cloudwatch(cloud, heard, eventually):
    topic, messages = heard
    name = cloud.unique("alarm")
    cloud.cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="ignore",
        AlarmActions=[topic],
    )
    for principal, expected in ((None, True), ("events.amazonaws.com", False), ("cloudwatch.amazonaws.com", True)):
        if principal:
            let_in(cloud, topic, principal)
        cloud.emulator.clear_denials()
        for state in ("OK", "ALARM"):
            cloud.cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")
        if expected:
            assert json.loads(eventually(messages, "a notification")[0])["AlarmName"] == name
        else:
            assert [denial["principal"] for denial in cloud.emulator.denials()] == ["cloudwatch.amazonaws.com"]
