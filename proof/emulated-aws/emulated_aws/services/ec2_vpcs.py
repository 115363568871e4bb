"""EC2: what keeps a VPC or a security group from being deleted, and what goes with a VPC or a NAT gateway.

moto deletes both in spite of what uses them, leaves a VPC's network ACL behind, and keeps a deleted NAT gateway's
address associated.
Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html and API_DeleteSecurityGroup.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import EC2Backend
from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupBackend
from moto.ec2.models.vpcs import VPC, VPCBackend

from ..extend import replaces


@replaces(VPCBackend)
def delete_vpc(original: Callable[..., VPC], backend: EC2Backend, vpc_id: str) -> VPC:
    """Only the default security group, the main route table and the network ACL go with it."""
    groups = [group for group in backend.groups.get(vpc_id, {}).values() if group.name != "default"]
    endpoints = [each for each in backend.vpc_end_points.values() if each.vpc_id == vpc_id]
    gateways = [each for each in backend.internet_gateways.values() if each.vpc and each.vpc.id == vpc_id]
    if groups or endpoints or gateways:
        raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
    vpc = original(backend, vpc_id)
    for acl_id, acl in list(backend.network_acls.items()):
        if acl.vpc_id == vpc_id:
            backend.network_acls.pop(acl_id, None)
    backend.groups.pop(vpc_id, None)
    return vpc


@replaces(NatGatewayBackend)
def delete_nat_gateway(original: Callable[..., NatGateway], backend: EC2Backend, nat_gateway_id: str) -> NatGateway:
    gateway = original(backend, nat_gateway_id)
    allocations = {each.get("allocationId") for each in gateway.address_set}
    for address in list(backend.addresses):
        if address.allocation_id in allocations and address.association_id:
            backend.disassociate_address(association_id=address.association_id)
    return gateway


@replaces(SecurityGroupBackend)
def _delete_security_group(original: Callable[..., Any], backend: EC2Backend, vpc_id: str | None, group_id: str) -> Any:
    """Refused while an interface has it or a rule of another group names it."""
    in_use = any(group_id in _ids(interface.group_set) for interface in list(backend.enis.values()))
    if in_use or any(_names(group, group_id) for group in _all_groups(backend)):
        raise DependencyViolationError(f"resource {group_id} has a dependent object")
    return original(backend, vpc_id, group_id)


def _all_groups(backend: EC2Backend) -> list[SecurityGroup]:
    return [group for groups in list(backend.groups.values()) for group in list(groups.values())]


def _ids(groups: Any) -> set[str]:
    return {group.id for group in groups}


def _names(group: SecurityGroup, group_id: str) -> bool:
    if group.id == group_id:
        return False
    return any(rule.source_group.get("GroupId") == group_id for rule in (*group.ingress_rules, *group.egress_rules))
