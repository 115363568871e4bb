"""The way from a network interface to an AWS service: security groups, routes, endpoints and their policies.

Network ACLs are not looked at. Sources: https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html,
https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html (private DNS takes a service's
name over in the whole VPC), vpc-endpoints-access.html (policies of endpoints) there
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any, NamedTuple

from moto.ec2.models import EC2Backend

from .policies import ALLOWED, Request, decide

HTTPS = 443


class Source(NamedTuple):
    """Where a connection begins."""

    backend: EC2Backend
    subnet: Any
    group_ids: frozenset[str]
    address: str
    public: bool = False


def source_of(interface: Any, backend: EC2Backend) -> Source:
    """A network interface as the beginning of connections."""
    return Source(
        backend,
        interface.subnet,
        frozenset(group.id for group in interface.group_set),
        str(interface.private_ip_address),
        bool(interface.public_ip),
    )


def why_not_reachable(source: Source, service: str, request: Request | None = None) -> str | None:
    """
    None if HTTPS connections to an AWS service, e.g. `ecr.api`, are possible; else the reason.

    `request` is what is asked there: an endpoint's policy has a say in it.
    """
    region = source.backend.region_name
    endpoint = _interface_endpoint(source, f"com.amazonaws.{region}.{service}")
    if endpoint is not None:
        return _through_interface(source, endpoint, request)
    if service in ("s3", "dynamodb"):
        gateway = _gateway_endpoint(source, f"com.amazonaws.{region}.{service}")
        if gateway is not None:
            return _through_gateway(source, gateway, request)
    return _through_internet(source, service)


def why_not_connected(source: Source, target: Any, port: int) -> str | None:
    """None if the security groups on both sides let TCP connections to another interface of the VPC through."""
    group_ids = frozenset(group.id for group in target.group_set)
    address = str(target.private_ip_address)
    if not _allows(source.backend, source.group_ids, "egress", port, address, group_ids):
        return f"no egress rule of {_names(source.group_ids)} leads to {address}:{port}"
    if not _allows(source.backend, group_ids, "ingress", port, source.address, source.group_ids):
        return f"no ingress rule of {_names(group_ids)} lets {source.address} in on port {port}"
    return None


def _through_interface(source: Source, endpoint: Any, request: Request | None) -> str | None:
    interfaces = endpoint.interfaces()
    if not interfaces:
        return f"{endpoint.id} has no network interface"
    # a client takes any of the addresses
    for interface in interfaces:
        why = why_not_connected(source, interface, HTTPS)
        if why is not None:
            return f"{endpoint.service_name}: {why}"
    return _policy_refusal(endpoint, request)


def _through_gateway(source: Source, endpoint: Any, request: Request | None) -> str | None:
    wanted = endpoint.destination_prefix_list_id
    rules = _rules(source.backend, source.group_ids, "egress")
    if not any(
        _fits_port(rule, HTTPS) and (rule.prefix_list_id == wanted or rule.ip_range.get("CidrIp") == "0.0.0.0/0")
        for rule in rules
    ):
        return f"no egress rule of {_names(source.group_ids)} leads to {endpoint.service_name}"
    return _policy_refusal(endpoint, request)


def _through_internet(source: Source, service: str) -> str | None:
    rules = _rules(source.backend, source.group_ids, "egress")
    if not any(_fits_port(rule, HTTPS) and rule.ip_range.get("CidrIp") == "0.0.0.0/0" for rule in rules):
        return f"no egress rule of {_names(source.group_ids)} leads to {service} outside of the VPC"
    for route in route_table_of(source).routes:
        if route.destination_cidr_block != "0.0.0.0/0":
            continue
        if route.nat_gateway is not None and route.nat_gateway.state == "available":
            return None
        if route.gateway is not None and str(route.gateway.id).startswith("igw-") and source.public:
            return None
    return f"no endpoint for {service}, and no route out of {source.subnet.id}"


def route_table_of(source: Source) -> Any:
    """The table of the subnet: its own or the VPC's main one."""
    tables = [each for each in source.backend.route_tables.values() if each.vpc_id == source.subnet.vpc_id]
    for table in tables:
        if any(each.get("SubnetId") == source.subnet.id for each in table.associations):
            return table
    return next(table for table in tables if table.main_association_id is not None)


def _interface_endpoint(source: Source, service_name: str) -> Any:
    for endpoint in list(source.backend.vpc_end_points.values()):
        if (
            endpoint.service_name == service_name
            and endpoint.vpc_id == source.subnet.vpc_id
            and hasattr(endpoint, "interfaces")
            and endpoint.private_dns_enabled
            and endpoint.state == "available"
        ):
            return endpoint
    return None


def _gateway_endpoint(source: Source, service_name: str) -> Any:
    table = route_table_of(source)
    for endpoint in list(source.backend.vpc_end_points.values()):
        if (
            endpoint.service_name == service_name
            and endpoint.vpc_id == source.subnet.vpc_id
            and endpoint.vpc_endpoint_type == "Gateway"
            and table.id in (endpoint.route_table_ids or [])
        ):
            return endpoint
    return None


def _policy_refusal(endpoint: Any, request: Request | None) -> str | None:
    if request is None or not endpoint.policy_document:
        return None
    if decide([endpoint.policy_document], request) == ALLOWED:
        return None
    return f"the policy of the endpoint for {endpoint.service_name} does not allow {request.action}"


# --- security groups -----------------------------------------------------------------------------------------------


def _rules(backend: EC2Backend, group_ids: Iterable[str], direction: str) -> list[Any]:
    rules: list[Any] = []
    for group_id in group_ids:
        group = backend.get_security_group_from_id(group_id)
        if group is not None:
            rules += group.egress_rules if direction == "egress" else group.ingress_rules
    return rules


def _fits_port(rule: Any, port: int) -> bool:
    if rule.ip_protocol == "-1":
        return True
    return rule.ip_protocol == "tcp" and rule.from_port <= port <= rule.to_port


def _allows(
    backend: EC2Backend, own: Iterable[str], direction: str, port: int, address: str, peers: Iterable[str]
) -> bool:
    for rule in _rules(backend, own, direction):
        if not _fits_port(rule, port):
            continue
        if rule.source_group.get("GroupId") in peers:
            return True
        range_ = rule.ip_range.get("CidrIp")
        if range_ and ipaddress.ip_address(address) in ipaddress.ip_network(range_, strict=False):
            return True
    return False


def _names(group_ids: Iterable[str]) -> str:
    return ", ".join(sorted(group_ids)) or "no security group"
