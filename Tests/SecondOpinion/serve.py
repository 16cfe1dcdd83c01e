"""moto on loopback: what somebody else made of AWS's documentation, beside the emulator that this project made.

The suites of the AWS backend run against both; what moto does otherwise than AWS is listed in Tests/BackendTests.
It listens on a port of the kernel's choice, says so in one line of JSON, and ends when standard input does.
"""

import json
import logging
import os
import sys
import threading

from moto.batch_simple.models import BatchSimpleBackend
from moto.core.config import default_user_config
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

ACCOUNT, REGION = "123456789012", "us-east-1"


def keep_waiting(self: BatchSimpleBackend, include_start_attempt: bool, job: object) -> None:
    """In the place of a job's end: moto keeps the books of a job that waits."""
    job.status = "RUNNABLE"
    self.backend._jobs[job.job_id] = job


def place() -> dict[str, str]:
    """Where a compute environment may be: moto wants all of it to exist."""
    ec2 = ec2_backends[ACCOUNT][REGION]
    role = iam_backends[ACCOUNT]["aws"].create_role("batch", "{}", "/", None, "", {}, "3600")
    [group] = ec2.describe_security_groups(filters={"group-name": ["default"]})
    return {"subnet": ec2.describe_subnets()[0].id, "securityGroup": group.id, "serviceRole": role.arn}


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # Its jobs would be containers.
    default_user_config["batch"]["use_docker"] = False
    BatchSimpleBackend._mark_job_as_finished = keep_waiting
    # One request after another: moto's transactions are none between threads.
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    admin = {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "secretAccessKey": "unchecked"}
    endpoint = f"http://127.0.0.1:{server.server_port}"
    ready = {"endpoint": endpoint, "region": REGION, "admin": admin, "place": place()}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    while os.read(0, 4096):
        pass
    # moto leaves threads of its jobs behind.
    os._exit(0)


if __name__ == "__main__":
    main()
