"""EC2, the consumer's side of PrivateLink: interface endpoints.

moto makes every endpoint available at once, at random addresses, to any service whether it exists or not, forgets to
modify most of it, and shows a consumer only endpoint services of its own account.
Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html and API_ModifyVpcEndpoint,
https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html (subnets, DNS names, prerequisites);
the wording of errors is the one that AWS's users report.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.core.base_backend import BaseBackend
from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, InvalidServiceName
from moto.ec2.models import EC2Backend
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.vpcs import AWS_ENDPOINT_SERVICES, VPCBackend, VPCEndPoint
from moto.ec2.responses.vpcs import VPCs as Responses
from moto.ec2.utils import add_tag_specification, random_vpc_ep_id
from moto.moto_api._internal import mock_random

from .. import clock
from ..extend import replaces
from .callers import principals_of
from .ec2_addresses import create_managed_interface
from .ec2_endpoint_services import EndpointService, find_service, visible_services

REQUESTER = "amazon-vpc-endpoints"

# Services of AWS that take no endpoint policy. The ECS guide says so of these two; whether AWS has changed it since is
# not documented, so that a stack has to work with either.
WITHOUT_POLICY = ("ecs-agent", "ecs-telemetry", "appstream.streaming")

# Services of AWS whose interface endpoints have no private DNS name (AWS PrivateLink guide, "Amazon DynamoDB").
WITHOUT_PRIVATE_DNS = ("dynamodb",)


class InterfaceEndpoint(VPCEndPoint):
    """An interface endpoint with one network interface in each of its subnets."""

    requester_managed = False

    def __init__(
        self,
        service: EndpointService | None,
        ip_address_type: str,
        dns_options: Mapping[str, Any],
        addresses: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.service = service
        self.ip_address_type = ip_address_type
        self.dns_options = {"DnsRecordIpType": "ipv4", **dns_options}
        self._suffix = mock_random.get_random_hex(8)
        self._hosted_zone_id = f"Z{mock_random.get_random_hex(20).upper()}"
        self.state = "pendingAcceptance" if service and service.acceptance_required else "available"
        self.add_interfaces(self.subnet_ids or [], addresses)

    @property
    def service_region(self) -> str:
        return str(self.service.region if self.service else self.ec2_backend.region_name)

    def add_interfaces(self, subnet_ids: Iterable[str], addresses: Mapping[str, str]) -> None:
        """One in each subnet, at the IPv4 address that `addresses` has for it or the next free one."""
        for subnet_id in subnet_ids:
            interface = create_managed_interface(
                self.ec2_backend,
                self.ec2_backend.get_subnet(subnet_id),
                f"VPC Endpoint Interface {self.id}",
                self.security_group_ids,
                REQUESTER,
                interface_type="vpc_endpoint",
                address=addresses.get(subnet_id),
                ipv6=self.ip_address_type in ("dualstack", "ipv6"),
            )
            self.network_interface_ids.append(interface.id)

    def remove_interfaces(self, subnet_ids: Iterable[str] | None = None) -> None:
        """Of the given subnets, or all."""
        for interface in self.interfaces():
            if subnet_ids is None or interface.subnet.id in subnet_ids:
                self.ec2_backend.enis.pop(interface.id, None)
                self.network_interface_ids.remove(interface.id)

    def interfaces(self) -> list[Any]:
        return [self.ec2_backend.enis[each] for each in self.network_interface_ids if each in self.ec2_backend.enis]

    def names(self) -> dict[str, list[Any]]:
        """Each DNS name of the endpoint with the interfaces that it stands for: regional, zonal, then private."""
        interfaces = self.interfaces()
        host = f"{self.id}-{self._suffix}"
        domain = self._domain()
        names = {f"{host}.{domain}": interfaces}
        for zone in sorted({interface.subnet.availability_zone for interface in interfaces}):
            names[f"{host}-{zone}.{domain}"] = [each for each in interfaces if each.subnet.availability_zone == zone]
        if self.private_dns_enabled and self.state == "available":
            names.update({name: interfaces for name in private_names(self.service_name, self.service)})
        return names

    def _domain(self) -> str:
        if self.service:
            return f"{self.service.id}.{self.service.region}.vpce.amazonaws.com"
        region = self.ec2_backend.region_name
        return f"{_reversed_name(self.service_name)}.{region}.vpce.amazonaws.com"

    @property
    def dns_entries(self) -> list[dict[str, str]]:
        return [{"DnsName": name, "HostedZoneId": self._hosted_zone_id} for name in self.names()]

    @dns_entries.setter
    def dns_entries(self, _: Any) -> None:
        """moto's own constructor sets a list once; here the names follow the interfaces and the state."""


def _reversed_name(service_name: str) -> str:
    """`api.ecr` for `com.amazonaws.<region>.ecr.api`."""
    return ".".join(reversed(service_name.split(".")[3:]))


def _name_of(service_name: str) -> str:
    """`ecr.api` for `com.amazonaws.<region>.ecr.api`."""
    return ".".join(service_name.split(".")[3:])


def private_names(service_name: str, service: EndpointService | None) -> list[str]:
    """The names that an endpoint takes over in its VPC when private DNS is on."""
    if service:
        return [str(service.private_dns_name)] if service.private_dns_name_is_verified else []
    return [f"{_reversed_name(service_name)}.{service_name.split('.')[2]}.amazonaws.com"]


def _refuse(message: str, code: str = "InvalidParameter") -> None:
    raise EC2ClientError(code, message)


# --- what AWS refuses ----------------------------------------------------------------------------------------------


def _service_for(response: Any, service_name: str) -> EndpointService | None:
    """The endpoint service, or None for a service of AWS itself; InvalidServiceName to who may not know of it."""
    if service_name.startswith("com.amazonaws.vpce."):
        service = find_service(service_name)
        principals = principals_of(response.current_account, response.access_key)
        if service is None or not service.allows(principals) or not _reaches(service, response):
            raise InvalidServiceName(service_name)
        return service
    region, _, name = service_name.removeprefix("com.amazonaws.").partition(".")
    if not service_name.startswith("com.amazonaws.") or region != response.region or name not in AWS_ENDPOINT_SERVICES:
        raise InvalidServiceName(service_name)
    return None


def _reaches(service: EndpointService, response: Any) -> bool:
    """Other Regions than the service's own only when it supports them and the consumer names the service's Region."""
    if response._get_param("ServiceRegion", response.region) != service.region:
        return False
    return service._supported_region_names.are_open_to(response.region)


def _check_subnets(backend: EC2Backend, service: EndpointService | None, name: str, subnet_ids: list[str]) -> None:
    zones: set[str] = set()
    for subnet_id in subnet_ids:
        subnet = backend.get_subnet(subnet_id)
        if subnet.availability_zone in zones:
            _refuse(
                f"Found another VPC endpoint subnet in the availability zone of {subnet_id}. "
                "VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.",
                "DuplicateSubnetsInSameZone",
            )
        zones.add(subnet.availability_zone)
        local = service is not None and service.region == backend.region_name
        # accounts may give the same zone different names: only its id counts
        if service is not None and local and subnet.availability_zone_id not in service.availability_zone_ids:
            _refuse(
                f"The VPC endpoint service {name} does not support the availability zone of the subnet: {subnet_id}."
            )


def _check_private_dns(
    backend: EC2Backend, service: EndpointService | None, name: str, vpc_id: str, accepted: bool
) -> None:
    vpc = backend.get_vpc(vpc_id)
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        _refuse(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true "
            f"for {vpc_id}"
        )
    if service is None and _name_of(name) in WITHOUT_PRIVATE_DNS:
        _refuse(f"Private DNS can't be enabled because the service {name} does not provide a private DNS name.")
    if service is not None and not service.private_dns_name_is_verified:
        _refuse(f"Private DNS can't be enabled because the service {name} does not provide a private DNS name.")
    if not accepted:
        _refuse(f"Private DNS can only be enabled after the endpoint connection is accepted by the owner of {name}.")
    for other in list(backend.vpc_end_points.values()):
        if isinstance(other, InterfaceEndpoint) and other.vpc_id == vpc_id and other.private_dns_enabled:
            for taken in private_names(other.service_name, other.service):
                if taken in private_names(name, service):
                    _refuse(
                        "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
                        f"{taken} in the VPC {vpc_id}"
                    )


def _check_policy(service: EndpointService | None, name: str, policy: str | None) -> None:
    # To a service that is not AWS's own, the guide says, every endpoint allows full access.
    if policy is not None and (service is not None or _name_of(name) in WITHOUT_POLICY):
        _refuse(f"Service {name} only supports the full-access endpoint policy.")


# --- the calls -----------------------------------------------------------------------------------------------------


@replaces(Responses)
def create_vpc_endpoint(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    params = response._get_params()
    if params.get("VpcEndpointType", "Gateway") != "Interface":
        return original(response)
    backend = response.ec2_backend
    name = params["ServiceName"]
    vpc_id = params["VpcId"]
    backend.get_vpc(vpc_id)
    service = _service_for(response, name)
    configured = [each["SubnetId"] for each in params.get("SubnetConfigurations", []) if each.get("SubnetId")]
    given = list(params.get("SubnetIds", []))
    # a subnet is configured beside its place in the list; twice in the list itself is a mistake
    subnet_ids = [*given, *(each for each in configured if each not in given)]
    _check_subnets(backend, service, name, subnet_ids)
    _check_policy(service, name, params.get("PolicyDocument"))
    # AWS turns private DNS on by itself for its own services only
    private_dns_enabled = params.get("PrivateDnsEnabled", service is None)
    if private_dns_enabled:
        accepted = service is None or not service.acceptance_required
        _check_private_dns(backend, service, name, vpc_id, accepted)
    default_group = backend.get_default_security_group(vpc_id)
    endpoint = InterfaceEndpoint(
        service,
        params.get("IpAddressType", "ipv4"),
        params.get("DnsOptions", {}),
        _wished_addresses(params),
        ec2_backend=backend,
        endpoint_id=random_vpc_ep_id(),
        vpc_id=vpc_id,
        service_name=name,
        endpoint_type="Interface",
        policy_document=params.get("PolicyDocument"),
        route_table_ids=[],
        subnet_ids=subnet_ids,
        client_token=params.get("ClientToken"),
        security_group_ids=list(params.get("SecurityGroupIds", [])) or [default_group.id],
        tags=add_tag_specification(params.get("TagSpecifications", [])),
        private_dns_enabled=private_dns_enabled,
    )
    backend.vpc_end_points[endpoint.id] = endpoint
    return ActionResult({"VpcEndpoint": endpoint})


@replaces(Responses)
def modify_vpc_endpoint(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    backend = response.ec2_backend
    params = response._get_params()
    endpoint = backend.get_vpc_end_point(params["VpcEndpointId"])
    if not isinstance(endpoint, InterfaceEndpoint):
        answer = original(response)
        _route_gateway(backend, endpoint, params)
        return answer
    added = [each for each in params.get("AddSubnetIds", []) if each not in endpoint.subnet_ids]
    removed = list(params.get("RemoveSubnetIds", []))
    remaining = [each for each in endpoint.subnet_ids if each not in removed]
    _check_subnets(backend, endpoint.service, endpoint.service_name, [*remaining, *added])
    private_dns_enabled = params.get("PrivateDnsEnabled")
    if private_dns_enabled and not endpoint.private_dns_enabled:
        accepted = endpoint.state == "available"
        _check_private_dns(backend, endpoint.service, endpoint.service_name, endpoint.vpc_id, accepted)
    answer = original(response)
    if private_dns_enabled is not None:
        endpoint.private_dns_enabled = private_dns_enabled
    if params.get("ResetPolicy"):
        endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
    endpoint.ip_address_type = params.get("IpAddressType", endpoint.ip_address_type)
    endpoint.dns_options = {**endpoint.dns_options, **params.get("DnsOptions", {})}
    endpoint.remove_interfaces(removed)
    endpoint.add_interfaces(added, _wished_addresses(params))
    groups = [backend.get_security_group_from_id(each) for each in endpoint.security_group_ids]
    for interface in endpoint.interfaces():
        interface._group_set = groups
    return answer


def _wished_addresses(params: Mapping[str, Any]) -> dict[str, str]:
    """The IPv4 address of each subnet that has one in SubnetConfigurations."""
    configurations = params.get("SubnetConfigurations", [])
    return {each["SubnetId"]: each["Ipv4"] for each in configurations if each.get("SubnetId") and each.get("Ipv4")}


def _route_gateway(backend: EC2Backend, endpoint: VPCEndPoint, params: Mapping[str, Any]) -> None:
    """A gateway endpoint's route tables have a route to it; moto makes them at its creation only."""
    for table in params.get("AddRouteTableIds", []):
        backend.create_route(
            table,
            None,
            gateway_id=endpoint.id,
            destination_prefix_list_id=endpoint.destination_prefix_list_id,
        )
    for table in params.get("RemoveRouteTableIds", []):
        backend.delete_route(table, endpoint.destination_prefix_list_id)


@replaces(VPCBackend)
def delete_vpc_endpoints(original: Callable[..., None], backend: EC2Backend, vpce_ids: list[str] | None = None) -> None:
    for endpoint_id in vpce_ids or []:
        endpoint = backend.vpc_end_points.get(endpoint_id)
        if isinstance(endpoint, InterfaceEndpoint):
            endpoint.remove_interfaces()
            endpoint.state = "deleted"
            if endpoint.service:
                endpoint.service.deleted_connections.append((clock.now(), endpoint))
        elif endpoint is not None:
            original(backend, [endpoint_id])
        # AWS, too, soon knows a deleted endpoint no more
        backend.vpc_end_points.pop(endpoint_id, None)


@replaces(VPCEndPoint)
def get_filter_value(
    original: Callable[..., Any], endpoint: VPCEndPoint, filter_name: str, method_name: str | None = None
) -> Any:
    """DescribeVpcEndpoints' filters that moto lacks."""
    if filter_name == "vpc-endpoint-id":
        return endpoint.id
    if filter_name == "service-name":
        return endpoint.service_name
    return original(endpoint, filter_name, method_name)


@replaces(Responses)
def describe_vpc_endpoint_services(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    """AWS's own services as moto lists them, with the endpoint services that the caller may know of."""
    params = response._get_params()
    regions = params.get("ServiceRegions") or [response.region]
    services = [
        service
        for region in regions
        for service in visible_services(region, response.current_account, response.access_key)
        if service._supported_region_names.are_open_to(response.region)
    ]
    details = [service.detail() for service in services]
    wanted = params.get("ServiceNames", [])
    of_aws = [name for name in wanted if not name.startswith("com.amazonaws.vpce.")]
    for name in wanted:
        if name not in of_aws and name not in [detail["ServiceName"] for detail in details]:
            raise InvalidServiceName(name)
    if of_aws or not wanted:
        details += _services_of_aws(response.region)
    for name in of_aws:
        if name not in [detail["ServiceName"] for detail in details]:
            raise InvalidServiceName(name)
    found = sorted(
        _filtered(details, wanted, params.get("Filters", [])),
        key=lambda detail: str(detail["ServiceName"]),
    )
    return ActionResult({"ServiceNames": [detail["ServiceName"] for detail in found], "ServiceDetails": found})


def _services_of_aws(region: str) -> list[dict[str, Any]]:
    """From moto's list of names: to ask every service's backend, as moto does, would load all of moto."""
    zones = [zone.name for zone in RegionsAndZonesBackend.zones[region]]
    gateways = [
        detail
        for name in ("s3", "dynamodb")
        for detail in BaseBackend.default_vpc_endpoint_service_factory(
            region, zones, name, service_type="Gateway", private_dns_names=False
        )
    ]
    interfaces = [
        detail
        for name in dict.fromkeys(AWS_ENDPOINT_SERVICES)
        for detail in BaseBackend.default_vpc_endpoint_service_factory(
            region,
            zones,
            _reversed_name(f"com.amazonaws.{region}.{name}"),
            special_service_name=name,
            private_dns_names=name not in WITHOUT_PRIVATE_DNS,
            policy_supported=name not in WITHOUT_POLICY,
        )
    ]
    return [*gateways, *interfaces]


def _filtered(details: list[dict[str, Any]], names: list[str], filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for each in filters:
        values = each.get("Values", [])
        key = each["Name"]
        if key == "service-name":
            details = [detail for detail in details if detail["ServiceName"] in values]
        elif key == "service-type":
            details = [
                detail for detail in details if any(type_["ServiceType"] in values for type_ in detail["ServiceType"])
            ]
        elif key == "owner":
            details = [detail for detail in details if detail["Owner"] in values]
        elif key.startswith("tag:"):
            details = [
                detail
                for detail in details
                if any(tag["Key"] == key[4:] and tag["Value"] in values for tag in detail["Tags"])
            ]
        else:
            _refuse(f"The filter '{key}' is invalid", "InvalidFilter")
    return [detail for detail in details if not names or detail["ServiceName"] in names]
