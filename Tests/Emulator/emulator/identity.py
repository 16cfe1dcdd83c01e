"""Who calls: an administrator for tests, and the temporary credentials of roles that services assume for their work.

No key is taken on trust: MiniStack lets `test` and account numbers pass as the root user, unsigned; here they are
unknown keys like any other.
"""

import secrets
import time
import uuid
from datetime import UTC, datetime

from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import iam, lambda_svc, sts

from .scope import Scope
from .settings import settings

_issued: list[str] = []
_grants: dict[str, "Grant"] = {}


def install() -> None:
    iam_evaluator.is_root_access_key = lambda access_key_id: False
    # An expired session stays known, so that its holder is told of the expiry.
    sts._evict_expired_sessions = lambda: None
    for module in (lambda_runtime, lambda_svc):
        module.execution_credentials = function_credentials


def make_admin() -> dict[str, str]:
    """The access key of a new IAM user, `admin`, who may do everything."""
    name, account = "admin", Scope.current().account
    iam._create_user({"UserName": [name]})
    iam._attach_user_policy({"UserName": [name], "PolicyArn": ["arn:aws:iam::aws:policy/AdministratorAccess"]})
    iam._create_access_key({"UserName": [name]})
    key = next(key for (owner, _), key in iam._access_keys.to_dict().items() if owner == account)
    return {"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}


class CannotAssume(Exception):
    """The role does not exist, or does not trust the service."""


def assume(role_arn: str, service: str, session: str) -> dict[str, str]:
    """Temporary credentials of the role for a service, in the shape of the container credentials endpoint."""
    check(role_arn, service)
    scope, name = Scope.current(), role_arn.rpartition("/")[2]
    key = f"ASIA{secrets.token_hex(8).upper()}"
    expiry = time.time() + settings.credential_lifetime
    record = {
        "Arn": f"arn:aws:sts::{scope.account}:assumed-role/{name}/{session}",
        "UserId": f"{iam._roles[name]['RoleId']}:{session}",
        "AccountId": scope.account,
        "SecretAccessKey": secrets.token_urlsafe(30),
        "SessionToken": secrets.token_urlsafe(120),
        "Expiration": expiry,
    }
    sts.register_session(key, record)
    _issued.append(key)
    return {
        "RoleArn": role_arn,
        "AccessKeyId": key,
        "SecretAccessKey": record["SecretAccessKey"],
        "Token": record["SessionToken"],
        "Expiration": datetime.fromtimestamp(expiry, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def check(role_arn: str, service: str, names_account: bool = True) -> None:
    """CannotAssume unless the service may. `names_account` where it says for which account it does so."""
    role = iam._roles.get(role_arn.rpartition("/")[2])
    if role is None or not trusts(role, service, names_account):
        raise CannotAssume(f"{service} cannot assume {role_arn}: the role is missing or does not trust it")


def trusts(role: dict, service: str, names_account: bool = True) -> bool:
    """Whether the role's trust policy lets the service assume it."""
    scope = Scope.current()
    context = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="sts:AssumeRole",
        resource_arn=role["Arn"],
        region=scope.region,
        service_context={"aws:sourceaccount": scope.account} if names_account else {},
    )
    policy = role.get("AssumeRolePolicyDocument")
    return iam_evaluator.evaluate_resource_policy(policy, context, service=service).decision == "Allow"


def expire_all() -> int:
    """Ends the life of every session issued so far; how many there were."""
    now = time.time()
    lively = [sts._sessions[key] for key in _issued if sts._sessions[key]["Expiration"] > now]
    for session in lively:
        session["Expiration"] = now
    return len(lively)


def function_credentials(config: dict) -> dict[str, str]:
    """The credentials in a function's environment, as Lambda puts them there."""
    granted = assume(config.get("Role", ""), "lambda.amazonaws.com", config.get("FunctionName", "function"))
    return {
        "AWS_ACCESS_KEY_ID": granted["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": granted["SecretAccessKey"],
        "AWS_SESSION_TOKEN": granted["Token"],
    }


class Grant:
    """What a job's container needs to fetch its role's credentials: a place and a token."""

    def __init__(self, role_arn: str, session: str):
        self.id = str(uuid.uuid4())
        self.role_arn = role_arn
        self.session = session
        self.token = secrets.token_urlsafe(32)
        self.scope = Scope.current()
        _grants[self.id] = self

    @staticmethod
    def redeem(identity: str, token: str) -> dict[str, str] | None:
        """New credentials, or None for an unknown place or a wrong token."""
        grant = _grants.get(identity)
        if grant is None or not secrets.compare_digest(grant.token, token):
            return None
        return grant.scope.run(assume, grant.role_arn, "ecs-tasks.amazonaws.com", grant.session)

    def revoke(self) -> None:
        _grants.pop(self.id, None)
