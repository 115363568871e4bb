"""Auto Scaling and EC2: instances spread over the group's zones and leave nothing behind when they are terminated.

moto starts all instances of a group in its first subnet and keeps the network interface of a terminated instance.
Sources: https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html (balancing over zones),
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html (the primary interface goes with its instance)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.ec2.models.instances import Instance

from ..extend import mends


@mends(FakeAutoScalingGroup)
def replace_autoscaling_group_instances(
    original: Callable[..., None], group: FakeAutoScalingGroup, count_needed: int, propagated_tags: dict[str, str]
) -> None:
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


@mends(Instance)
def prep_nics(
    original: Callable[..., None], instance: Instance, nic_spec: list[dict[str, Any]], *args: Any, **kwargs: Any
) -> None:
    kept = {int(nic["DeviceIndex"]) for nic in nic_spec if nic.get("NetworkInterfaceId")}
    original(instance, nic_spec, *args, **kwargs)
    for index, interface in instance.nics.items():
        if index == 0 and index not in kept:
            interface.delete_on_termination = True
