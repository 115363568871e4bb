"""Auto Scaling: instances spread over zones and gone without a trace, deletion as AWS allows it, instance refresh.

moto starts all instances of a group in its first subnet, keeps their network interfaces after their end, lets
instances that are protected from scale-in live on after their group is deleted, forgets some of a group's settings,
and knows no instance refresh.
Sources: https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html (balancing over zones),
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html (the primary interface goes with its instance),
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html, API_StartInstanceRefresh.html
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse as Responses
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores, utcnow
from moto.ec2.models.instances import Instance
from moto.moto_api._internal import mock_random

from ..access.identities import find_key
from ..access.policies import ALLOWED, Request, decide
from ..extend import ApiError, adds, replaces

log = logging.getLogger("emulated_aws")

# The service-linked role of Amazon EC2 Auto Scaling.
ROLE = "AWSServiceRoleForAutoScaling"

# Settings that moto forgets, at creation and at an update.
FORGOTTEN = (
    "AvailabilityZoneDistribution",
    "AvailabilityZoneImpairmentPolicy",
    "CapacityRebalance",
    "Context",
    "DefaultCooldown",
    "DefaultInstanceWarmup",
    "DesiredCapacityType",
    "InstanceMaintenancePolicy",
    "MaxInstanceLifetime",
    "TerminationPolicies",
)


# --- instances -----------------------------------------------------------------------------------------------------


@replaces(FakeAutoScalingGroup)
def replace_autoscaling_group_instances(
    original: Callable[..., None], group: FakeAutoScalingGroup, count_needed: int, propagated_tags: dict[str, str]
) -> None:
    why = _why_not_launched(group)
    if why is not None:
        log.info("Auto Scaling group %s: %s", group.name, why)
        return
    subnets = group.vpc_zone_identifier
    if not subnets:
        original(group, count_needed, propagated_tags)
        return
    try:
        for _ in range(count_needed):
            used = Counter(state.instance.subnet_id for state in group.instance_states)
            # moto takes the first subnet of the list
            group.vpc_zone_identifier = min(subnets.split(","), key=lambda subnet: used[subnet])
            original(group, 1, propagated_tags)
    finally:
        group.vpc_zone_identifier = subnets


# What Amazon EC2 does on behalf of the service-linked role with the key of a volume.
# Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
KEY_ACTIONS = ("kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey")


def _why_not_launched(group: FakeAutoScalingGroup) -> str | None:
    """None if instances start; else why those whose volumes have this key never do. AWS retries, without an error."""
    template = group.ec2_launch_template
    if template is None:
        return None
    backend = group.autoscaling_backend
    data = template.get_version(group.launch_template_version).data
    mappings = data.get("BlockDeviceMappings") or data.get("BlockDeviceMapping") or []
    for key_id in [str((each.get("Ebs") or {}).get("KmsKeyId") or "") for each in mappings]:
        if not key_id or "alias/aws/" in key_id:
            continue
        key = find_key(backend.region_name, backend.account_id, key_id)
        if key is None or key.key_state != "Enabled":
            return f"Client.InvalidKMSKey.InvalidState: the key {key_id} is not enabled"
        role = f"arn:{backend.partition}:iam::{backend.account_id}:role/aws-service-role/autoscaling.amazonaws.com/{ROLE}"
        context = {"aws:principalarn": role, "kms:grantisforawsresource": "true"}
        for action in KEY_ACTIONS:
            if decide([key.policy], Request(action, key.arn, frozenset({role}), context)) != ALLOWED:
                return f"Client.InternalError: Client error on launch ({ROLE} may not call {action} with {key_id})"
    return None


@replaces(Instance)
def prep_nics(
    original: Callable[..., None], instance: Instance, nic_spec: list[dict[str, Any]], *args: Any, **kwargs: Any
) -> None:
    kept = {int(nic["DeviceIndex"]) for nic in nic_spec if nic.get("NetworkInterfaceId")}
    original(instance, nic_spec, *args, **kwargs)
    for index, interface in instance.nics.items():
        if index == 0 and index not in kept:
            interface.delete_on_termination = True


@replaces(AutoScalingBackend)
def set_instance_protection(
    original: Callable[..., None], backend: AutoScalingBackend, group_name: str, *args: Any
) -> None:
    """A scale-in that protection held up goes on when the protection ends."""
    original(backend, group_name, *args)
    group = backend.autoscaling_groups[group_name]
    group.set_desired_capacity(group.desired_capacity)


# --- groups --------------------------------------------------------------------------------------------------------


@replaces(Responses)
def create_auto_scaling_group(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    answer = original(response)
    _keep_settings(response)
    return answer


@replaces(Responses)
def update_auto_scaling_group(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    answer = original(response)
    _keep_settings(response)
    return answer


def _keep_settings(response: Any) -> None:
    params = response._get_params()
    group = response.autoscaling_backend.autoscaling_groups[params["AutoScalingGroupName"]]
    for name in FORGOTTEN:
        if params.get(name) is not None:
            setattr(group, camelcase_to_underscores(name), params[name])


@replaces(Responses)
def delete_auto_scaling_group(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    """With its instances if forced, refused while it has any if not."""
    backend = response.autoscaling_backend
    group = backend.autoscaling_groups.get(response._get_param("AutoScalingGroupName"))
    instance_ids = [state.instance.id for state in group.instance_states] if group else []
    if instance_ids:
        if not response._get_bool_param("ForceDelete", False):
            raise ApiError(
                "ResourceInUse",
                "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) "
                "still in the group.",
            )
        group.min_size = group.desired_capacity = 0
        group.instance_states = []
        backend.ec2_backend.terminate_instances(instance_ids)
    return original(response)


# --- instance refresh ----------------------------------------------------------------------------------------------


@adds(Responses)
def start_instance_refresh(response: Any) -> ActionResult:
    """Replaces every instance at once: the emulator has no traffic that a rolling replacement would spare."""
    params = response._get_params()
    group = response.autoscaling_backend.autoscaling_groups.get(params["AutoScalingGroupName"])
    if group is None:
        raise ApiError("ValidationError", f"AutoScalingGroup name not found - {params['AutoScalingGroupName']}")
    old = list(group.instance_states)
    group.instance_states = []
    group.set_desired_capacity(group.desired_capacity)
    response.autoscaling_backend.ec2_backend.terminate_instances([state.instance.id for state in old])
    refresh = {
        "InstanceRefreshId": str(mock_random.uuid4()),
        "AutoScalingGroupName": group.name,
        "Status": "Successful",
        "StartTime": utcnow(),
        "EndTime": utcnow(),
        "PercentageComplete": 100,
        "InstancesToUpdate": 0,
        "Preferences": params.get("Preferences", {}),
    }
    group.__dict__.setdefault("instance_refreshes", []).insert(0, refresh)
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


@adds(Responses)
def describe_instance_refreshes(response: Any) -> ActionResult:
    group = response.autoscaling_backend.autoscaling_groups.get(response._get_param("AutoScalingGroupName"))
    wanted = response._get_param("InstanceRefreshIds", [])
    refreshes = [
        refresh
        for refresh in getattr(group, "instance_refreshes", [])
        if not wanted or refresh["InstanceRefreshId"] in wanted
    ]
    return ActionResult({"InstanceRefreshes": refreshes})


@adds(Responses)
def cancel_instance_refresh(response: Any) -> ActionResult:
    raise ApiError(
        "ActiveInstanceRefreshNotFound",
        f"No in progress or pending Instance Refresh found for Auto Scaling group "
        f"{response._get_param('AutoScalingGroupName')}",
    )
