"""ECS agents: what the agent on an instance has to be able to call before the instance is in its cluster, and while it is.

The agent's calls, in its order (github.com/aws/amazon-ecs-agent, agent/app/agent.go): DescribeTags of EC2 if it
propagates the instance's tags, where any failure ends the agent; RegisterContainerInstance; DiscoverPollEndpoint; then
Poll for work. It reports what became of tasks with SubmitTaskStateChange: without it, ECS never hears that one stopped.
Source of the permissions: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from moto.ec2.models import EC2Backend, ec2_backends
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from ..access.identities import role_may, trusts
from ..access.network import source_of, why_not_reachable
from ..access.policies import ALLOWED, Request

log = logging.getLogger("emulated_aws")

CLUSTER_IN_USER_DATA = re.compile(r"\bECS_CLUSTER=[\"']?([A-Za-z0-9_-]+)")
PROPAGATES_TAGS = re.compile(r"\bECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM=[\"']?ec2_instance")


class AgentCall(NamedTuple):
    service: str
    action: str


DESCRIBE_TAGS = AgentCall("ec2", "ec2:DescribeTags")
REGISTER = (
    AgentCall("ecs", "ecs:RegisterContainerInstance"),
    AgentCall("ecs", "ecs:DiscoverPollEndpoint"),
    AgentCall("ecs-agent", "ecs:Poll"),
)
REPORT = (AgentCall("ecs-agent", "ecs:Poll"), AgentCall("ecs", "ecs:SubmitTaskStateChange"))


def user_data_of(instance: Any) -> str:
    try:
        return base64.b64decode(str(instance.user_data or ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return str(instance.user_data)


def cluster_of(instance: Any) -> str | None:
    """The cluster that an instance's agent joins: the last ECS_CLUSTER of its user data."""
    found = CLUSTER_IN_USER_DATA.findall(user_data_of(instance))
    return found[-1] if found else None


def why_not_joining(backend: EC2Backend, instance: Any) -> str | None:
    """None if the instance's agent can register; else what it fails at."""
    first = (DESCRIBE_TAGS,) if PROPAGATES_TAGS.search(user_data_of(instance)) else ()
    return _first_failure(backend, instance, (*first, *REGISTER))


def why_not_reporting(account: str, region: str, instance_id: str) -> str | None:
    """None if ECS hears from the instance's agent; else why it doesn't."""
    backend = ec2_backends[account][region]
    for instance in backend.all_instances():
        if instance.id == instance_id:
            return _first_failure(backend, instance, REPORT)
    return "the instance is gone"


def _first_failure(backend: EC2Backend, instance: Any, calls: Sequence[AgentCall]) -> str | None:
    why = _find_failure(backend, instance, calls)
    # once, so that a person finds in the emulator's log what the agent's own log would say
    if why != getattr(instance, "agent_failure", None):
        instance.agent_failure = why
        log.info("ECS agent of %s: %s", instance.id, why or "connected")
    return why


def _find_failure(backend: EC2Backend, instance: Any, calls: Sequence[AgentCall]) -> str | None:
    role = role_of(backend, instance)
    if role is None:
        return "no credentials: the instance has no instance profile with a role"
    if not trusts(role, "ec2.amazonaws.com"):
        return f"no credentials: {role.name} does not trust ec2.amazonaws.com"
    source = source_of(instance.nics[0], backend)
    for service, action in calls:
        if role_may(role, action, "*") != ALLOWED:
            return f"AccessDeniedException: {role.name} is not authorized to perform {action}"
        request = Request(action, "*", frozenset({role.arn, role.account_id}), {"aws:principalaccount": role.account_id})
        why = why_not_reachable(source, service, request)
        if why is not None:
            return f"{action}: connection to {service} timed out: {why}"
    return None


def role_of(backend: EC2Backend, instance: Any) -> Any:
    """The role of the instance: of its profile, or of the profile in the launch template that it was started from."""
    association = backend.iam_instance_profile_associations.get(instance.id)
    if association is not None:
        return next(iter(association.iam_instance_profile.roles), None)
    profiles = iam_backends[backend.account_id][get_partition(backend.region_name)].instance_profiles
    wanted = _profile_in_template(instance)
    for profile in list(profiles.values()):
        if wanted in (profile.name, profile.arn):
            return next(iter(profile.roles), None)
    return None


def _profile_in_template(instance: Any) -> str | None:
    group = getattr(instance, "autoscaling_group", None)
    if group is None:
        return None
    if group.ec2_launch_template is None:
        return getattr(group.launch_config, "iam_instance_profile", None)
    data = group.ec2_launch_template.get_version(group.launch_template_version).data
    profile = data.get("IamInstanceProfile") or {}
    return profile.get("Arn") or profile.get("Name")
