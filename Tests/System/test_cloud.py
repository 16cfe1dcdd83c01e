"""The emulated AWS, as the tests of the programs use it."""


def test_a_job_has_the_built_programs(cloud):
    job = cloud.run("ecrmirror-batch", "--help", container={"image": "ecrmirror:1"})
    assert job["status"] == "SUCCEEDED", cloud.said(job)
    assert "control" in "\n".join(cloud.said(job))


def test_the_stack_is_deployed_with_all_that_its_programs_look_for(cloud, stack):
    settings = stack.settings
    for kind in ("mirror", "control"):
        queues = cloud.batch.describe_job_queues(jobQueues=[settings[f"{kind}Queue"]])["jobQueues"]
        assert [queue["state"] for queue in queues] == ["ENABLED"]
        assert cloud.batch.describe_job_definitions(jobDefinitionName=settings[f"{kind}Job"])["jobDefinitions"]
    assert cloud.dynamodb.describe_table(TableName=settings["historyTable"])["Table"]["GlobalSecondaryIndexes"]
    stack.update(Schedule="rate(5 minutes)")
    assert cloud.events.describe_rule(Name=stack.settings["timer"])["State"] == "ENABLED"
