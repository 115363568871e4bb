"""Elastic Load Balancing: nodes with network interfaces, host names as AWS forms them, target health with draining.

moto has no interface for a load balancer's nodes, calls every registered target healthy, knows a target by its id
alone and forgets it as soon as it is deregistered.
Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html (states, reasons),
API_DeregisterTargets.html, API_DeleteLoadBalancer.html there;
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html (nodes, DNS names)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.elbv2.exceptions import ELBClientError, TargetGroupNotFoundError
from moto.elbv2.models import (
    ELBv2Backend,
    FakeHealthStatus,
    FakeLoadBalancer,
    FakeTargetGroup,
    elbv2_backends,
)
from moto.elbv2.responses import ELBV2Response

from .. import clock
from ..extend import replaces
from . import ec2_interface_views
from .ec2_addresses import ManagedNetworkInterface, create_managed_interface

REQUESTER = "amazon-elb"


# --- nodes ---------------------------------------------------------------------------------------------------------


def interface_description(balancer: FakeLoadBalancer) -> str:
    """`ELB app/<name>/<id>` or `ELB net/<name>/<id>`, by which AWS's own documents find the nodes' interfaces."""
    return "ELB " + balancer.arn.split(":loadbalancer/", 1)[1]


def backend_of(arn: str) -> ELBv2Backend:
    """The backend of the account and Region in an ARN of Elastic Load Balancing."""
    parts = arn.split(":")
    return elbv2_backends[parts[4]][parts[3]]


def find_load_balancer(arn: str) -> FakeLoadBalancer:
    """Raises KeyError with a sentence when there is none."""
    balancer = backend_of(arn).load_balancers.get(arn)
    if balancer is None:
        raise KeyError(f"no load balancer {arn}")
    return balancer


def nodes_of(balancer: FakeLoadBalancer) -> list[ManagedNetworkInterface]:
    """The interfaces of the load balancer's nodes, oldest first."""
    description = interface_description(balancer)
    return [
        interface
        for interface in list(_ec2_of(balancer).enis.values())
        if isinstance(interface, ManagedNetworkInterface) and interface.description == description
    ]


def add_node(balancer: FakeLoadBalancer, subnet_id: str | None, address: str | None) -> ManagedNetworkInterface:
    """A node in the subnet (by default the one that has the fewest), at the address or the next free one.

    Raises ValueError when the subnet is not one of the load balancer's or the address is taken.
    """
    ec2 = _ec2_of(balancer)
    count_in = {subnet.id: 0 for subnet in balancer.subnets}
    for node in nodes_of(balancer):
        count_in[node.subnet.id] = count_in.get(node.subnet.id, 0) + 1
    if subnet_id is None:
        subnet_id = min(count_in, key=lambda each: count_in[each])
    if subnet_id not in count_in:
        raise ValueError(f"{subnet_id} is not a subnet of {balancer.name}; it has {', '.join(count_in)}")
    if address is not None:
        for interface in list(ec2.enis.values()):
            if interface.private_ip_address == address and interface.vpc_id == balancer.vpc_id:
                raise ValueError(f"{address} belongs to {interface.id} ({interface.description or 'no description'})")
    interface = create_managed_interface(
        ec2,
        ec2.get_subnet(subnet_id),
        interface_description(balancer),
        balancer.security_groups or [],
        REQUESTER,
        interface_type="network_load_balancer" if balancer.type == "network" else "interface",
        address=address,
        ipv6=balancer.ip_address_type.startswith("dualstack"),
    )
    ec2_interface_views.made(interface)
    return interface


def remove_node(balancer: FakeLoadBalancer, address: str) -> None:
    """Takes the node at the address away; raises ValueError when there is none."""
    for node in nodes_of(balancer):
        if address in (node.private_ip_address, *node.ipv6_addresses):
            _ec2_of(balancer).enis.pop(node.id, None)
            ec2_interface_views.gone(_ec2_of(balancer), node)
            return
    present = ", ".join(str(node.private_ip_address) for node in nodes_of(balancer))
    raise ValueError(f"{balancer.name} has no node {address}; it has {present}")


def node_entry(node: ManagedNetworkInterface) -> dict[str, Any]:
    """A node as the control API shows it."""
    return {
        "networkInterfaceId": node.id,
        "address": node.private_ip_address,
        "ipv6Addresses": list(node.ipv6_addresses),
        "subnetId": node.subnet.id,
        "availabilityZone": node.subnet.availability_zone,
    }


def all_load_balancers() -> Iterator[FakeLoadBalancer]:
    """Of every account and Region."""
    for _, _, backend in elbv2_backends.iter_backends():
        yield from list(backend.load_balancers.values())


def _ec2_of(balancer: FakeLoadBalancer) -> EC2Backend:
    return backend_of(balancer.arn).ec2_backend


def _host_name(balancer: FakeLoadBalancer, region: str) -> str:
    """As AWS forms it: internal names are marked for ALBs, the Region stands elsewhere for NLBs."""
    identifier = balancer.arn.rsplit("/", 1)[1]
    prefix = "internal-" if balancer.scheme == "internal" and balancer.type == "application" else ""
    if balancer.type == "network":
        return f"{balancer.name}-{identifier}.elb.{region}.amazonaws.com"
    return f"{prefix}{balancer.name}-{int(identifier, 16) % 10**10}.{region}.elb.amazonaws.com"


@replaces(ELBv2Backend)
def create_load_balancer(
    original: Callable[..., FakeLoadBalancer], backend: ELBv2Backend, **kwargs: Any
) -> FakeLoadBalancer:
    kwargs["scheme"] = kwargs.get("scheme") or "internet-facing"
    for existing in list(backend.load_balancers.values()):
        if existing.name == kwargs["name"]:
            raise ELBClientError("DuplicateLoadBalancerName", "A load balancer with the specified name already exists")
    balancer = original(backend, **kwargs)
    if balancer.type == "network":
        # moto forms every ARN like an ALB's
        backend.load_balancers.pop(balancer.arn)
        tags = backend.tagging_service.get_tag_dict_for_resource(balancer.arn)
        backend.tagging_service.delete_all_tags_for_resource(balancer.arn)
        balancer.arn = balancer.arn.replace(":loadbalancer/app/", ":loadbalancer/net/")
        backend.load_balancers[balancer.arn] = balancer
        backend.tagging_service.tag_resource(
            balancer.arn, [{"Key": key, "Value": value} for key, value in tags.items()]
        )
        if balancer.security_groups:
            balancer.enforce_security_group_inbound_rules_on_private_link_traffic = "on"
    balancer.dns_name = _host_name(balancer, backend.region_name)
    mappings: dict[str, dict[str, Any]] = {}
    for mapping in kwargs.get("subnet_mappings") or []:
        mappings[mapping["SubnetId"]] = mapping
    balancer.mappings = mappings
    for subnet in balancer.subnets:
        wish = mappings.get(subnet.id, {})
        node = add_node(balancer, subnet.id, wish.get("PrivateIPv4Address"))
        if wish.get("AllocationId"):
            backend.ec2_backend.associate_address(eni=node, allocation_id=wish["AllocationId"])
    return balancer


def _zones(balancer: FakeLoadBalancer) -> list[dict[str, Any]]:
    """The zones with the addresses that a Network Load Balancer was given; an Elastic IP address or a private one."""
    zones = []
    for subnet in balancer.subnets:
        wish = getattr(balancer, "mappings", {}).get(subnet.id, {})
        address = {name: wish[name] for name in ("AllocationId", "PrivateIPv4Address") if wish.get(name)}
        if address.get("AllocationId"):
            address["IpAddress"] = _ec2_of(balancer).address_by_allocation([address["AllocationId"]])[0].public_ip
        zone = {"SubnetId": subnet.id, "ZoneName": subnet.availability_zone}
        zones.append({**zone, "LoadBalancerAddresses": [address] if address else []})
    return zones


FakeLoadBalancer.availability_zones = property(_zones)  # type: ignore[assignment,method-assign]


@replaces(ELBv2Backend)
def delete_load_balancer(original: Callable[..., None], backend: ELBv2Backend, arn: str) -> None:
    balancer = backend.load_balancers.get(arn)
    if balancer is not None:
        for node in nodes_of(balancer):
            _release(backend, node)
            backend.ec2_backend.enis.pop(node.id, None)
        for group in backend.target_groups.values():
            group.load_balancer_arns = [each for each in group.load_balancer_arns if each != arn]
    original(backend, arn)


def _release(backend: ELBv2Backend, node: ManagedNetworkInterface) -> None:
    """The node's Elastic IP address is free again."""
    for address in list(backend.ec2_backend.addresses):
        if address.eni is not None and address.eni.id == node.id:
            backend.ec2_backend.disassociate_address(association_id=address.association_id)


ENFORCEMENT = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"


@replaces(ELBV2Response)
def set_security_groups(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    """Whether they hold for PrivateLink traffic, too, is part of the call and of the load balancer's description."""
    answer = original(response)
    balancer = response.elbv2_backend.load_balancers[response._get_param("LoadBalancerArn")]
    enforcement = response._get_param(ENFORCEMENT)
    if enforcement:
        balancer.enforce_security_group_inbound_rules_on_private_link_traffic = enforcement
        answer.result[ENFORCEMENT] = enforcement
    return answer


@replaces(ELBv2Backend, "set_security_groups")
def move_nodes_to_security_groups(
    original: Callable[..., None], backend: ELBv2Backend, arn: str, sec_groups: list[str]
) -> None:
    balancer = backend.load_balancers.get(arn)
    if balancer is not None and balancer.type == "network" and not balancer.security_groups:
        raise ELBClientError(
            "InvalidConfigurationRequest",
            "You cannot associate security groups with a Network Load Balancer that was created without any",
        )
    original(backend, arn, sec_groups)
    groups = [backend.ec2_backend.get_security_group_from_id(each) for each in sec_groups]
    for node in nodes_of(backend.load_balancers[arn]):
        node._group_set = groups


@replaces(ELBv2Backend)
def set_subnets(
    original: Callable[..., Any], backend: ELBv2Backend, arn: str, subnets: list[str], subnet_mappings: list[Any]
) -> Any:
    zones = original(backend, arn, subnets, subnet_mappings)
    balancer = backend.load_balancers[arn]
    wanted = {subnet.id for subnet in balancer.subnets}
    present = {node.subnet.id for node in nodes_of(balancer)}
    for node in nodes_of(balancer):
        if node.subnet.id not in wanted:
            backend.ec2_backend.enis.pop(node.id, None)
    for subnet_id in sorted(wanted - present):
        add_node(balancer, subnet_id, None)
    return zones


@replaces(ELBv2Backend)
def create_target_group(
    original: Callable[..., FakeTargetGroup], backend: ELBv2Backend, name: str, **kwargs: Any
) -> FakeTargetGroup:
    """A health check over HTTP asks for / where no path is given."""
    group = original(backend, name, **kwargs)
    if group.health_check_protocol in ("HTTP", "HTTPS") and not group.health_check_path:
        group.health_check_path = "/"
    return group


# --- targets -------------------------------------------------------------------------------------------------------


def target_key(target: Mapping[str, Any], group: FakeTargetGroup) -> str:
    """AWS tells targets apart by id and port."""
    return f"{target['Id']}:{target.get('Port') or group.port}"


@replaces(FakeTargetGroup)
def register(original: Callable[..., None], group: FakeTargetGroup, targets: list[dict[str, Any]]) -> None:
    for target in targets:
        if group.target_type == "instance":
            instance = group.ec2_backend.get_instance_by_id(target["Id"])
            if instance is None or instance.state != "running":
                raise ELBClientError(
                    "InvalidTarget", f"The following targets are not in a running state: {target['Id']}"
                )
        key = target_key(target, group)
        group.targets[key] = {
            "Id": target["Id"],
            "Port": int(target.get("Port") or group.port),
            "AvailabilityZone": target.get("AvailabilityZone"),
        }
        group.deregistered_targets.pop(key, None)


@replaces(FakeTargetGroup)
def deregister(original: Callable[..., None], group: FakeTargetGroup, targets: list[dict[str, Any]]) -> None:
    """Targets drain for the group's deregistration delay; one that is not registered is no error."""
    delay = float(group.attributes["deregistration_delay.timeout_seconds"])
    for target in targets:
        # without a port every registration of the id goes
        keys = (
            [target_key(target, group)]
            if target.get("Port")
            else [key for key, registered in group.targets.items() if registered["Id"] == target["Id"]]
        )
        for key in keys:
            registered = group.targets.pop(key, None)
            if registered is not None and delay > 0 and group.load_balancer_arns:
                group.deregistered_targets[key] = {**registered, "gone_at": clock.now() + delay}


@replaces(FakeTargetGroup)
def deregister_terminated_instances(
    original: Callable[..., None], group: FakeTargetGroup, instance_ids: list[str]
) -> None:
    for key, target in list(group.targets.items()):
        if target["Id"] in instance_ids:
            group.targets.pop(key, None)


def health_overrides(group: FakeTargetGroup) -> dict[str, dict[str, str]]:
    """State and reason that the control API gave to targets, by id."""
    overrides: dict[str, dict[str, str]] = group.__dict__.setdefault("health_overrides", {})
    return overrides


class TargetStatus(FakeHealthStatus):
    """A target's health together with the Availability Zone that it was registered with."""

    availability_zone: str | None = None

    @property
    def target(self) -> dict[str, Any]:
        return {"Id": self.instance_id, "Port": self.port, "AvailabilityZone": self.availability_zone}


def _health(group: FakeTargetGroup, target: Mapping[str, Any], draining: bool) -> TargetStatus:
    state, reason, description = _state(group, target, draining)
    status = TargetStatus(target["Id"], target["Port"], _check_port(group, target), state, reason, description)
    status.availability_zone = target.get("AvailabilityZone")
    return status


def _check_port(group: FakeTargetGroup, target: Mapping[str, Any]) -> str:
    port = group.health_check_port
    return str(target["Port"]) if port in (None, "traffic-port") else str(port)


def _state(group: FakeTargetGroup, target: Mapping[str, Any], draining: bool) -> tuple[str, str | None, str | None]:
    if draining:
        return "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"
    override = health_overrides(group).get(target["Id"])
    if override is not None:
        return override["state"], override.get("reason"), override.get("description")
    if not group.load_balancer_arns:
        return (
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        )
    if group.target_type == "lambda" or answers(group, target["Id"]):
        return "healthy", None, None
    return "unhealthy", "Target.Timeout", "Request timed out"


def answers(group: FakeTargetGroup, target_id: str) -> bool:
    """Whether something stands behind the target: a running instance, a load balancer, an interface in use."""
    ec2 = group.ec2_backend
    if target_id.startswith("i-"):
        instance = ec2.get_instance_by_id(target_id)
        return instance is not None and instance.state == "running"
    if target_id.startswith("arn:"):
        return target_id in backend_of(target_id).load_balancers
    for interface in list(ec2.enis.values()):
        if interface.vpc_id == group.vpc_id and target_id in (
            *(item["PrivateIpAddress"] for item in interface.private_ip_addresses),
            *interface.ipv6_addresses,
        ):
            return bool(interface.status == "in-use" or interface.instance)
    return False


@replaces(ELBv2Backend)
def describe_target_health(
    original: Callable[..., Any], backend: ELBv2Backend, target_group_arn: str, targets: list[dict[str, Any]]
) -> list[FakeHealthStatus]:
    group = backend.target_groups.get(target_group_arn)
    if group is None:
        raise TargetGroupNotFoundError()
    for key, target in list(group.deregistered_targets.items()):
        if target["gone_at"] <= clock.now():
            group.deregistered_targets.pop(key, None)
    if not targets:
        return [
            *(_health(group, target, False) for target in list(group.targets.values())),
            *(_health(group, target, True) for target in list(group.deregistered_targets.values())),
        ]
    described = []
    for wanted in targets:
        key = target_key(wanted, group)
        if key in group.targets:
            described.append(_health(group, group.targets[key], False))
        elif key in group.deregistered_targets:
            described.append(_health(group, group.deregistered_targets[key], True))
        else:
            described.append(
                TargetStatus(
                    wanted["Id"],
                    wanted.get("Port") or group.port,
                    None,
                    "unused",
                    "Target.NotRegistered",
                    "Target is not registered to the target group",
                )
            )
    return described


def find_target_group(arn: str) -> FakeTargetGroup:
    """Raises KeyError with a sentence when there is none."""
    group = backend_of(arn).target_groups.get(arn)
    if group is None:
        raise KeyError(f"no target group {arn}")
    return group
