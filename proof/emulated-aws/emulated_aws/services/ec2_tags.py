"""Resource Groups Tagging API: the kinds of EC2 that moto leaves out, and flow logs under AWS's name for them.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html (resource types and ARNs)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from moto.core.resource_tagging import TaggedResource
from moto.ec2.models import EC2Backend

from ..extend import replaces


@replaces(EC2Backend)
def iter_tagged_resources(
    original: Callable[..., Iterator[TaggedResource]], backend: EC2Backend
) -> Iterator[TaggedResource]:
    for resource in original(backend):
        yield replace(resource, arn=resource.arn.replace(":flow-logs/", ":vpc-flow-log/"))
    for kind, ids in _left_out(backend).items():
        for each in ids:
            arn = f"arn:{backend.partition}:ec2:{backend.region_name}:{backend.account_id}:{kind}/{each}"
            yield TaggedResource(arn=arn, tags=dict(backend.tags.get(each, {})), resource_type=f"ec2:{kind}")


def _left_out(backend: Any) -> dict[str, Iterable[str]]:
    groups = [group for of_vpc in backend.groups.values() for group in of_vpc.values()]
    return {
        "elastic-ip": [address.allocation_id for address in backend.addresses],
        "launch-template": list(backend.launch_templates),
        "security-group-rule": [rule.id for group in groups for rule in (*group.ingress_rules, *group.egress_rules)],
        "vpc-endpoint": list(backend.vpc_end_points),
        "vpc-endpoint-service": list(backend.configurations),
    }
