"""What keeps a task from starting: rights of its roles, ways to the services it is started with, and what isn't there.

The order is that of the agent: image, secrets, log, file systems. On an instance the agent fetches images and secrets
and writes logs through the instance's own interface, with the execution role's rights; on Fargate all of it goes through
the task's interface. A file system is mounted from the task's network. Images themselves are taken to exist: the
registry is not part of the emulator.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html,
resource-initialization-error.html, task_cannot_pull_image.html and efs-volumes.html there;
https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html (layers come from S3)
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ecs.models import ContainerInstance, TaskDefinition
from moto.efs.models import efs_backends
from moto.logs.models import logs_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends

from ..access.identities import find_key, find_role, may_use_key, role_may, role_policies, trusts
from ..access.network import Source, source_of, why_not_connected, why_not_reachable
from ..access.policies import ALLOWED, DENIED, Request, decide
from .ecs_agents import role_of

log = logging.getLogger("emulated_aws")

ECR_IMAGE = re.compile(r"^(\d{12})\.dkr[.-]ecr\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)/([^:@]+)")
PULL_ACTIONS = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")
NFS = 2049


class Start(NamedTuple):
    """A task that is about to start."""

    definition: TaskDefinition
    ec2: EC2Backend
    # where images, secrets and logs are reached from
    platform: Source
    task: Source | None
    execution_role: Any
    task_role: Any

    @property
    def account(self) -> str:
        return str(self.ec2.account_id)

    @property
    def region(self) -> str:
        return str(self.ec2.region_name)


def why_not_starting(
    account: str, region: str, definition: TaskDefinition, instance: ContainerInstance | None, interface: Any
) -> str | None:
    """None if the task starts; else what ECS would show as the reason that it stopped."""
    ec2 = ec2_backends[account][region]
    machine = next((each for each in ec2.all_instances() if instance and each.id == instance.ec2_instance_id), None)
    task = source_of(interface, ec2) if interface is not None else None
    platform = source_of(machine.nics[0], ec2) if machine is not None else task
    if platform is None:
        return None
    roles = {}
    for kind in ("execution_role_arn", "task_role_arn"):
        arn = getattr(definition, kind, None)
        roles[kind] = find_role(account, region, arn) if arn else None
        if arn and (roles[kind] is None or not _is_trusted(roles[kind], account, region)):
            return f"ECS was unable to assume the role '{arn}' that was provided for this task."
    # without a role of its own, an image comes with the rights of the instance
    execution = roles["execution_role_arn"] or (role_of(ec2, machine) if machine is not None else None)
    start = Start(definition, ec2, platform, task, execution, roles["task_role_arn"])
    for check in (_images, _secrets, _logs, _file_systems):
        for why in check(start):
            return why
    return None


def _is_trusted(role: Any, account: str, region: str) -> bool:
    context = {"aws:sourceaccount": account, "aws:sourcearn": f"arn:{role.partition}:ecs:{region}:{account}:task/any"}
    return trusts(role, "ecs-tasks.amazonaws.com", context)


def _denied(start: Start, role: Any, action: str, resource: str, **context: str) -> str | None:
    if role is None:
        return f"no role to call {action} with"
    if role_may(role, action, resource, context) == ALLOWED:
        return None
    return f"AccessDeniedException: {role.arn} is not authorized to perform: {action} on resource: {resource}"


def _unreachable(source: Source, service: str, role: Any, action: str, resource: str) -> str | None:
    principals = frozenset({role.arn, role.account_id}) if role is not None else frozenset()
    context = {"aws:principalaccount": role.account_id} if role is not None else {}
    if role is not None:
        context["aws:resourceaccount"] = role.account_id
    return why_not_reachable(source, service, Request(action, resource, principals, context))


# --- images --------------------------------------------------------------------------------------------------------


def _images(start: Start) -> Iterator[str]:
    for container in start.definition.container_definitions:
        why = _why_no_credentials(start, container.get("repositoryCredentials") or {})
        if why is not None:
            yield f"ResourceInitializationError: unable to pull secrets or registry auth: {why}"
        why = _why_not_pulled(start, container["image"])
        if why is not None:
            yield f"CannotPullContainerError: {container['image']}: {why}"


def _why_no_credentials(start: Start, credentials: dict[str, str]) -> str | None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html"""
    arn = credentials.get("credentialsParameter")
    return (_why_not_read(start, f"{arn}:username::") or _why_not_read(start, f"{arn}:password::")) if arn else None


def _why_not_pulled(start: Start, image: str) -> str | None:
    registry = os.environ.get("EMULATED_REGISTRY_HOST", "")
    found = ECR_IMAGE.match(image)
    if found is None and not (registry and image.startswith(registry)):
        # any registry on the internet
        return why_not_reachable(start.platform, image.split("/")[0])
    if found is not None:
        account, region, name = found.groups()
    else:
        account, region, name = start.account, start.region, re.split("[:@]", image.removeprefix(f"{registry}/"))[0]
    if region != start.region:
        return why_not_reachable(start.platform, f"ECR in {region}")
    role = start.execution_role
    repository = f"arn:{start.ec2.partition}:ecr:{region}:{account}:repository/{name}"
    for action in ("ecr:GetAuthorizationToken", *(PULL_ACTIONS if account == start.account else ())):
        why = _denied(start, role, action, "*" if action == "ecr:GetAuthorizationToken" else repository)
        if why is not None:
            return why
    layers = Request(
        "s3:GetObject",
        f"arn:{start.ec2.partition}:s3:::prod-{region}-starport-layer-bucket/layer",
        frozenset({"ecr.amazonaws.com"}),
        {},
    )
    return (
        _unreachable(start.platform, "ecr.api", role, "ecr:GetAuthorizationToken", "*")
        or _unreachable(start.platform, "ecr.dkr", role, "ecr:BatchGetImage", repository)
        or why_not_reachable(start.platform, "s3", layers)
    )


# --- secrets -------------------------------------------------------------------------------------------------------


def _secrets(start: Start) -> Iterator[str]:
    for container in start.definition.container_definitions:
        for secret in container.get("secrets", []):
            why = _why_not_read(start, secret["valueFrom"])
            if why is not None:
                yield f"ResourceInitializationError: unable to pull secrets or registry auth: {secret['name']}: {why}"


def _why_not_read(start: Start, value_from: str) -> str | None:
    role = start.execution_role
    parts = value_from.split(":")
    if len(parts) < 7 or parts[2] != "secretsmanager":
        return _why_no_parameter(start, role, value_from)
    arn = ":".join(parts[:7])
    key = parts[7] if len(parts) > 7 else ""
    version = parts[9] if len(parts) > 9 else ""
    why = _denied(start, role, "secretsmanager:GetSecretValue", arn) or _unreachable(
        start.platform, "secretsmanager", role, "secretsmanager:GetSecretValue", arn
    )
    if why is not None:
        return why
    backend = secretsmanager_backends[start.account][start.region]
    secret = next((each for each in backend.secrets.values() if each.arn == arn), None)
    if secret is None or secret.deleted_date is not None:
        return f"ResourceNotFoundException: Secrets Manager can't find the specified secret {arn}"
    if version and version not in secret.versions:
        return f"ResourceNotFoundException: Secrets Manager can't find the version {version} of {arn}"
    return _why_not_decrypted(start, role, secret) or _why_no_key(secret, version, key, arn)


def _why_no_key(secret: Any, version: str, key: str, arn: str) -> str | None:
    if not key:
        return None
    found = secret.versions.get(version or secret.default_version_id) or {}
    try:
        values = json.loads(found.get("secret_string") or "")
    except ValueError:
        return f"invalid character in the value of {arn}: it is no JSON"
    if isinstance(values, dict) and key in values:
        return None
    return f"retrieved secret from Secrets Manager did not contain json key {key}"


def _why_no_parameter(start: Start, role: Any, value_from: str) -> str | None:
    name = value_from.split(":parameter/")[-1].lstrip("/")
    arn = f"arn:{start.ec2.partition}:ssm:{start.region}:{start.account}:parameter/{name}"
    why = _denied(start, role, "ssm:GetParameters", arn) or _unreachable(
        start.platform, "ssm", role, "ssm:GetParameters", arn
    )
    if why is not None:
        return why
    backend = ssm_backends[start.account][start.region]
    versions = backend._parameters.get(f"/{name}") or backend._parameters.get(name)
    if not versions:
        return f"invalid ssm parameters: {value_from}"
    if versions[-1].parameter_type != "SecureString":
        return None
    return _why_key_refuses(start, role, versions[-1].keyid, "ssm", {"parameter_arn": arn})


def _why_not_decrypted(start: Start, role: Any, secret: Any) -> str | None:
    return _why_key_refuses(start, role, secret.kms_key_id, "secretsmanager", {"secretarn": secret.arn})


def _why_key_refuses(start: Start, role: Any, key_id: Any, service: str, context: dict[str, str]) -> str | None:
    """Which key encrypts is asked of the value itself; keys that AWS manages let every caller of their service in."""
    key = find_key(start.region, start.account, key_id) if key_id else None
    if key is None or getattr(key, "key_manager", "") == "AWS":
        return None
    asked = {
        "kms:viaservice": f"{service}.{start.region}.amazonaws.com",
        "kms:calleraccount": start.account,
        **{f"kms:encryptioncontext:{name}": value for name, value in context.items()},
    }
    if not key.enabled:
        return f"the key {key.arn} of the secret is disabled"
    if may_use_key(role, key, "kms:Decrypt", asked) == ALLOWED:
        return None
    return f"AccessDeniedException: Access to KMS is not allowed: {role.arn} may not kms:Decrypt with {key.arn}"


# --- logs ----------------------------------------------------------------------------------------------------------


def _logs(start: Start) -> Iterator[str]:
    for container in start.definition.container_definitions:
        configuration = container.get("logConfiguration", {})
        if configuration.get("logDriver") == "awslogs":
            why = _why_not_logged(start, configuration.get("options", {}))
            if why is not None:
                yield f"ResourceInitializationError: failed to validate logger args: {why}"


def _why_not_logged(start: Start, options: dict[str, str]) -> str | None:
    group, region = options["awslogs-group"], options.get("awslogs-region", start.region)
    role = start.execution_role
    arn = f"arn:{start.ec2.partition}:logs:{region}:{start.account}:log-group:{group}"
    creates = options.get("awslogs-create-group") == "true"
    for action, resource in (
        *((("logs:CreateLogGroup", f"{arn}:log-stream:"),) if creates else ()),
        ("logs:CreateLogStream", f"{arn}:log-stream:any"),
        ("logs:PutLogEvents", f"{arn}:log-stream:any"),
    ):
        why = _denied(start, role, action, resource)
        if why is not None:
            return why
    if region != start.region:
        return why_not_reachable(start.platform, f"logs in {region}")
    if not creates and group not in logs_backends[start.account][region].groups:
        return "ResourceNotFoundException: The specified log group does not exist."
    return _unreachable(start.platform, "logs", role, "logs:PutLogEvents", f"{arn}:log-stream:any")


# --- file systems --------------------------------------------------------------------------------------------------


def _file_systems(start: Start) -> Iterator[str]:
    for volume in start.definition.volumes:
        wish = volume.get("efsVolumeConfiguration")
        if wish is not None and start.task is not None:
            why = _why_not_mounted(start, start.task, wish)
            if why is not None:
                yield f"ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: {why}"


def _why_not_mounted(start: Start, task: Source, wish: dict[str, Any]) -> str | None:
    file_system_id = wish["fileSystemId"]
    backend = efs_backends[start.account][start.region]
    file_system = backend.file_systems_by_id.get(file_system_id)
    if file_system is None:
        return f'Failed to resolve "{file_system_id}.efs.{start.region}.amazonaws.com"'
    zone = task.subnet.availability_zone
    target = next(
        (
            each
            for each in file_system._mount_targets.values()
            if each._subnet.availability_zone == zone and each.vpc_id == task.subnet.vpc_id
        ),
        None,
    )
    if target is None:
        return f"{file_system_id} has no mount target in {zone}"
    why = why_not_connected(task, _interface_of(start, target), NFS)
    if why is not None:
        return f"mount.nfs4: Connection timed out: {why}"
    return _why_not_let_in(start, file_system, wish)


class _MountInterface(NamedTuple):
    group_set: list[Any]
    private_ip_address: str


def _interface_of(start: Start, target: Any) -> _MountInterface:
    groups = [start.ec2.get_security_group_from_id(each) for each in target.security_groups or []]
    return _MountInterface(
        [each for each in groups if each is not None] or [start.ec2.get_default_security_group(target.vpc_id)],
        str(target.ip_address),
    )


def _why_not_let_in(start: Start, file_system: Any, wish: dict[str, Any]) -> str | None:
    authorization = wish.get("authorizationConfig") or {}
    by_role = authorization.get("iam") == "ENABLED"
    access_point = authorization.get("accessPointId")
    arn = file_system.file_system_arn
    if access_point and access_point not in efs_backends[start.account][start.region].access_points:
        return f"access point {access_point} does not exist"
    context = {
        "aws:securetransport": "true" if wish.get("transitEncryption") == "ENABLED" else "false",
        "elasticfilesystem:accessedviamounttarget": "true",
    }
    if access_point:
        context["elasticfilesystem:accesspointarn"] = re.sub("file-system/.*", f"access-point/{access_point}", arn)
    role = start.task_role if by_role else None
    principals = frozenset({role.arn, role.account_id, "*"} if role is not None else {"*"})
    request = Request("elasticfilesystem:ClientMount", arn, principals, context)
    policy = file_system.file_system_policy
    if policy is None:
        return None
    by_policy = decide([policy], request)
    own = decide(role_policies(role), request._replace(principals=frozenset())) if role is not None else ""
    if DENIED not in (by_policy, own) and ALLOWED in (by_policy, own):
        return None
    return "mount.nfs4: access denied by server while mounting 127.0.0.1:/ (elasticfilesystem:ClientMount)"
