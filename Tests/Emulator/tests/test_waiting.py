"""Jobs that wait: for room, and for other jobs."""


def test_jobs_wait_in_line_for_vcpus(cloud):
    queue = cloud.queue(vcpus=2)
    folder = cloud.folder
    definition = cloud.definition(
        "sh", "-c", f"echo >> {folder}/now; wc -l < {folder}/now; sleep 0.1; sed -i 1d {folder}/now"
    )
    identifiers = [cloud.submit(queue, definition) for _ in range(6)]
    jobs = [cloud.ended(identifier) for identifier in identifiers]
    assert {job["status"] for job in jobs} == {"SUCCEEDED"}
    starts = [job["startedAt"] for job in jobs]
    assert starts == sorted(starts)
    running = [(job["startedAt"], 1) for job in jobs] + [(job["stoppedAt"], -1) for job in jobs]
    most = now = 0
    for _, change in sorted(running):
        now += change
        most = max(most, now)
    assert most == 2


def test_a_job_too_large_for_the_environment_says_why_it_waits(cloud):
    queue = cloud.queue(vcpus=1)
    requirements = [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "4096"}]
    identifier = cloud.submit(queue, cloud.definition("true", container={"resourceRequirements": requirements}))
    job = cloud.until(identifier, "RUNNABLE")
    assert job["statusReason"].startswith("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - ")
    environment = cloud.batch.describe_job_queues(jobQueues=[queue])["jobQueues"][0]["computeEnvironmentOrder"][0]
    cloud.batch.update_compute_environment(
        computeEnvironment=environment["computeEnvironment"], computeResources={"maxvCpus": 4}
    )
    assert cloud.ended(identifier)["status"] == "SUCCEEDED"


def test_a_queue_may_cancel_what_can_never_start(cloud):
    cloud.emulator.set(time_scale=6000)
    queue, reason = cloud.queue(vcpus=1), "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"
    action = {"state": "RUNNABLE", "reason": reason, "maxTimeSeconds": 600, "action": "CANCEL"}
    cloud.batch.update_job_queue(jobQueue=queue, jobStateTimeLimitActions=[action])
    requirements = [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "4096"}]
    blocking = cloud.submit(queue, cloud.definition("true", container={"resourceRequirements": requirements}))
    behind = cloud.submit(queue, cloud.definition("true"))
    job = cloud.ended(blocking)
    assert (job["status"], job["statusReason"], job["isCancelled"]) == ("FAILED", reason, True)
    assert cloud.ended(behind)["status"] == "SUCCEEDED"


def test_the_queue_of_higher_priority_goes_first(cloud):
    environment = cloud.environment(vcpus=1)
    queues = []
    for priority in (1, 10):
        name = cloud.unique("queue")
        order = [{"order": 1, "computeEnvironment": environment}]
        cloud.batch.create_job_queue(jobQueueName=name, priority=priority, computeEnvironmentOrder=order)
        queues.append(name)
    low, high = queues
    holder = cloud.submit(low, cloud.definition("sleep", "1000"))
    cloud.until(holder, "RUNNING")
    definition = cloud.definition("true")
    first, second = cloud.submit(low, definition), cloud.submit(high, definition)
    for identifier in (first, second):
        cloud.until(identifier, "RUNNABLE")
    cloud.batch.terminate_job(jobId=holder, reason="go")
    assert cloud.ended(second)["startedAt"] <= cloud.ended(first)["startedAt"]


def test_a_job_waits_for_those_it_depends_on(cloud):
    queue, file = cloud.queue(), cloud.folder / "go"
    gate = cloud.definition("sh", "-c", f"until test -e {file}; do sleep 0.01; done")
    before = cloud.submit(queue, gate)
    after = cloud.submit(queue, cloud.definition("true"), dependsOn=[{"jobId": before}])
    cloud.until(after, "PENDING")
    cloud.until(before, "RUNNING")
    assert cloud.job(after)["status"] == "PENDING"
    file.touch()
    assert cloud.ended(after)["status"] == "SUCCEEDED"
    assert cloud.job(after)["startedAt"] >= cloud.job(before)["stoppedAt"]


def test_a_job_fails_with_one_it_depends_on(cloud):
    queue = cloud.queue()
    before = cloud.submit(queue, cloud.definition("false"))
    after = cloud.submit(queue, cloud.definition("true"), dependsOn=[{"jobId": before}])
    job = cloud.ended(after)
    assert (job["status"], job["statusReason"], job["attempts"]) == ("FAILED", "Dependent Job failed", [])


def test_a_job_of_a_disabled_queue_or_environment_does_not_start(cloud):
    queue = cloud.queue()
    environment = cloud.batch.describe_job_queues(jobQueues=[queue])["jobQueues"][0]["computeEnvironmentOrder"][0]
    name = environment["computeEnvironment"]
    cloud.batch.update_compute_environment(computeEnvironment=name, state="DISABLED")
    identifier = cloud.submit(queue, cloud.definition("true"))
    cloud.until(identifier, "RUNNABLE")
    cloud.batch.update_compute_environment(computeEnvironment=name, state="ENABLED")
    assert cloud.ended(identifier)["status"] == "SUCCEEDED"
