"""EC2, the provider's side of PrivateLink: endpoint services, permissions, connections, private DNS.

moto stores an endpoint service and a bare list of principals; it knows no connection, no verification of a private DNS
name, and lets a service go while consumers are connected to it.
Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/ (configure-endpoint-service, manage-dns-names,
delete-endpoint-service) and the API reference of the calls, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, UnknownVpcEndpointService
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.vpc_service_configuration import VPCServiceConfiguration, VPCServiceConfigurationBackend
from moto.ec2.responses.vpc_service_configuration import VPCEndpointServiceConfiguration as Responses
from moto.elbv2.exceptions import ResourceInUseError
from moto.elbv2.models import ELBv2Backend
from moto.moto_api._internal import mock_random
from moto.route53.models import route53_backends

from .. import clock
from ..extend import adds, replaces
from .callers import principals_of
from .ec2_connection_notifications import forget_notifications, unsuccessful_item

# A connection in one of these states keeps its service from being deleted.
CONNECTED = ("available", "pendingAcceptance")

# How long a further Region is pending before consumers there find the service. AWS publishes no time; the AWS provider
# does not wait for it. Source: API_SupportedRegionDetail.html of the Amazon EC2 API Reference
PENDING_SECONDS = 5

# How long DescribeVpcEndpointConnections goes on showing a connection whose endpoint is gone.
SHOWN_AFTER_DELETION_SECONDS = 3600


class SupportedRegions(list[str]):
    """The names of a service's Regions; moto appends to them and removes from them. A further one is pending at first."""

    def __init__(self, names: list[str], own: str) -> None:
        super().__init__(names)
        self._own = own
        self._since = dict.fromkeys(names, clock.now())

    def append(self, name: str) -> None:
        super().append(name)
        self._since[name] = clock.now()

    def are_open_to(self, name: str) -> bool:
        """Whether consumers of a Region find the service."""
        return name == self._own or (name in self and self._since[name] <= clock.now() - PENDING_SECONDS)


class EndpointService(VPCServiceConfiguration):
    """A VPC endpoint service. `principals` maps each allowed principal to the id of its permission."""

    def __init__(
        self,
        backend: EC2Backend,
        load_balancers: list[Any],
        acceptance_required: bool,
        private_dns_name: str | None,
        supported_regions: list[str],
    ) -> None:
        # not moto's constructor: it copies what here follows the load balancers
        self.ec2_backend = backend
        self.id = f"vpce-svc-{mock_random.get_random_hex(17)}"
        self.region = backend.region_name
        self.service_name = f"com.amazonaws.vpce.{self.region}.{self.id}"
        self.service_state = "Available"
        self.endpoint_dns_name = f"{self.id}.{self.region}.vpce.amazonaws.com"
        network = [balancer.type == "network" for balancer in load_balancers]
        self._service_type_name = "Interface" if all(network) else "GatewayLoadBalancer"
        arns = [balancer.arn for balancer in load_balancers]
        self.network_load_balancer_arns = arns if all(network) else []
        self.gateway_load_balancer_arns = [] if all(network) else arns
        self.acceptance_required = acceptance_required
        self.manages_vpc_endpoints = False
        self.supported_ip_address_types = ["ipv4"]
        self._supported_region_names = SupportedRegions(supported_regions, self.region)
        self.permissions: dict[str, str] = {}
        self.deleted_connections: list[tuple[float, Any]] = []
        self._verification: dict[str, str] = {}
        self.set_private_dns_name(private_dns_name)

    @property
    def supported_regions(self) -> list[dict[str, str]]:
        names = self._supported_region_names
        return [
            {"Region": name, "ServiceState": "Available" if names.are_open_to(name) else "Pending"} for name in names
        ]

    @property
    def availability_zones(self) -> list[str]:
        return sorted({subnet.availability_zone for subnet in self._subnets()})

    @property
    def availability_zone_ids(self) -> list[str]:
        return sorted({subnet.availability_zone_id for subnet in self._subnets()})

    def _subnets(self) -> Iterator[Any]:
        balancers = self.ec2_backend.elbv2_backend.load_balancers
        for arn in (*self.network_load_balancer_arns, *self.gateway_load_balancer_arns):
            if arn in balancers:
                yield from balancers[arn].subnets

    def set_private_dns_name(self, name: str | None) -> None:
        """A new name starts without proof of who owns its domain."""
        self.private_dns_name = name or None
        self._verification = (
            {
                "State": "pendingVerification",
                "Type": "TXT",
                "Value": f"vpce:{_random_word()}",
                "Name": f"_{_random_word()}",
            }
            if name
            else {}
        )

    @property
    def private_dns_name_configuration(self) -> dict[str, str]:
        return dict(self._verification)

    @property
    def private_dns_name_is_verified(self) -> bool:
        return self._verification.get("State") == "verified"

    def verify_private_dns_name(self) -> None:
        """Looks for the TXT record in the public zones: below the private name or below a domain above it."""
        labels = str(self.private_dns_name).split(".")
        wanted = {
            f"{self._verification['Name']}.{'.'.join(labels[skipped:])}".lower() for skipped in range(len(labels) - 1)
        }
        found = any(
            record.type == "TXT"
            and record.name.rstrip(".").lower() in wanted
            and any(value.strip('"') == self._verification["Value"] for value in record.records)
            for _, _, route53 in route53_backends.iter_backends()
            for zone in list(route53.zones.values())
            if not zone.private_zone
            for record in list(zone.rrsets)
        )
        self._verification["State"] = "verified" if found else "failed"

    def allows(self, principals: set[str]) -> bool:
        """Whether one of the caller's ARNs may create an endpoint. The owner's own account needs it as well."""
        return "*" in self.permissions or not principals.isdisjoint(self.permissions)

    def permission_entries(self) -> list[dict[str, Any]]:
        return [
            {
                "PrincipalType": _principal_type(principal),
                "Principal": principal,
                "ServicePermissionId": permission_id,
                "ServiceId": self.id,
                "Tags": [],
            }
            for principal, permission_id in list(self.permissions.items())
        ]

    def connections(self) -> list[Any]:
        """The endpoints of all accounts and Regions that asked for this service, recently deleted ones last."""
        present = [
            endpoint
            for _, _, backend in list(ec2_backends.iter_backends())
            for endpoint in list(backend.vpc_end_points.values())
            if endpoint.service_name == self.service_name
        ]
        self.deleted_connections = [
            (deleted_at, endpoint)
            for deleted_at, endpoint in self.deleted_connections
            if deleted_at + SHOWN_AFTER_DELETION_SECONDS > clock.now()
        ]
        return [*present, *(endpoint for _, endpoint in self.deleted_connections)]

    def detail(self) -> dict[str, Any]:
        """As DescribeVpcEndpointServices shows it to consumers."""
        verified = self.private_dns_name if self.private_dns_name_is_verified else None
        return {
            "ServiceName": self.service_name,
            "ServiceId": self.id,
            "ServiceType": self.service_type,
            "ServiceRegion": self.region,
            "AvailabilityZones": self.availability_zones,
            "AvailabilityZoneIds": self.availability_zone_ids,
            "Owner": self.ec2_backend.account_id,
            "BaseEndpointDnsNames": self.base_endpoint_dns_names,
            "PrivateDnsName": verified,
            "PrivateDnsNames": [{"PrivateDnsName": verified}] if verified else [],
            "PrivateDnsNameVerificationState": self._verification.get("State"),
            "VpcEndpointPolicySupported": False,
            "AcceptanceRequired": self.acceptance_required,
            "ManagesVpcEndpoints": self.manages_vpc_endpoints,
            "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in self.get_tags()],
            "SupportedIpAddressTypes": self.supported_ip_address_types,
        }


def _random_word() -> str:
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(20))


def _principal_type(principal: str) -> str:
    if principal == "*":
        return "All"
    for part, type_ in ((":role/", "Role"), (":user/", "User")):
        if part in principal:
            return type_
    return "Account"


def find_service(name: str) -> EndpointService | None:
    """The endpoint service with that name, whoever owns it."""
    for _, _, backend in list(ec2_backends.iter_backends()):
        for service in list(backend.configurations.values()):
            if service.service_name == name:
                return service
    return None


def _owned(backend: EC2Backend, service_id: str) -> EndpointService:
    service = backend.configurations.get(service_id)
    if service is None:
        raise UnknownVpcEndpointService(service_id)
    return service


# --- the service itself --------------------------------------------------------------------------------------------


@replaces(VPCServiceConfigurationBackend)
def create_vpc_endpoint_service_configuration(
    original: Callable[..., Any],
    backend: EC2Backend,
    lb_arns: list[str],
    tags: list[dict[str, str]] | None = None,
    **options: Any,
) -> EndpointService:
    balancers = backend.elbv2_backend.describe_load_balancers(arns=lb_arns, names=None)
    service = EndpointService(backend, balancers, **options)
    for tag in tags or []:
        service.add_tag(tag["Key"], tag["Value"])
    backend.configurations[service.id] = service
    return service


@replaces(Responses)
def modify_vpc_endpoint_service_configuration(original: Callable[..., Any], response: Any) -> ActionResult:
    service = _owned(response.ec2_backend, response._get_param("ServiceId"))
    private_dns_name = response._get_param("PrivateDnsName")
    before = service.private_dns_name, service.private_dns_name_configuration
    answer: ActionResult = original(response)
    # moto sets the name alone; the proof of ownership goes with it
    service.private_dns_name = before[0]
    if response._get_param("RemovePrivateDnsName") or private_dns_name == "":
        service.set_private_dns_name(None)
    elif private_dns_name is not None and private_dns_name != before[0]:
        service.set_private_dns_name(private_dns_name)
    types = set(service.supported_ip_address_types)
    types |= set(response._get_param("AddSupportedIpAddressTypes", []))
    types -= set(response._get_param("RemoveSupportedIpAddressTypes", []))
    service.supported_ip_address_types = sorted(types)
    return answer


@replaces(Responses, "create_vpc_endpoint_service_configuration")
def create_with_address_types(original: Callable[..., Any], response: Any) -> ActionResult:
    answer: ActionResult = original(response)
    types = response._get_param("SupportedIpAddressTypes", [])
    if types:
        answer.result["ServiceConfiguration"].supported_ip_address_types = sorted(types)
    return answer


@replaces(Responses)
def delete_vpc_endpoint_service_configurations(original: Callable[..., Any], response: Any) -> ActionResult:
    """Refused for a service that has connections in use or waiting."""
    backend = response.ec2_backend
    unsuccessful = []
    for service_id in response._get_param("ServiceIds", []):
        service = backend.configurations.get(service_id)
        if service is None:
            unsuccessful.append(
                unsuccessful_item(
                    service_id,
                    "InvalidVpcEndpointService.NotFound",
                    f"The VpcEndpointService Id '{service_id}' does not exist",
                )
            )
        elif any(endpoint.state in CONNECTED for endpoint in service.connections()):
            unsuccessful.append(
                unsuccessful_item(
                    service_id,
                    "ExistingVpcEndpointConnections",
                    f"Service {service_id} has existing active VPC Endpoint connections!",
                )
            )
        else:
            backend.configurations.pop(service_id, None)
            forget_notifications(backend, service_id)
    return ActionResult({"Unsuccessful": unsuccessful})


@replaces(ELBv2Backend)
def delete_load_balancer(original: Callable[..., None], backend: ELBv2Backend, arn: str) -> None:
    """Refused while an endpoint service holds the load balancer."""
    if any(arn in service.network_load_balancer_arns for service in backend.ec2_backend.configurations.values()):
        raise ResourceInUseError(
            f"Load balancer '{arn}' cannot be deleted because it is currently associated with another service"
        )
    original(backend, arn)


# --- permissions ---------------------------------------------------------------------------------------------------


@replaces(Responses)
def modify_vpc_endpoint_service_permissions(original: Callable[..., Any], response: Any) -> ActionResult:
    service = _owned(response.ec2_backend, response._get_param("ServiceId"))
    added = response._get_param("AddAllowedPrincipals", [])
    for principal in added:
        service.permissions.setdefault(principal, f"vpce-svc-perm-{mock_random.get_random_hex(17)}")
    for principal in response._get_param("RemoveAllowedPrincipals", []):
        service.permissions.pop(principal, None)
    entries = [entry for entry in service.permission_entries() if entry["Principal"] in added]
    return ActionResult({"AddedPrincipals": entries, "ReturnValue": True})


@replaces(Responses)
def describe_vpc_endpoint_service_permissions(original: Callable[..., Any], response: Any) -> ActionResult:
    """Whole entries, as `aws_vpc_endpoint_service_allowed_principal` reads them; filters `principal` and its type."""
    service = _owned(response.ec2_backend, response._get_param("ServiceId"))
    filters = response._filters_from_querystring()
    entries = [
        entry
        for entry in service.permission_entries()
        if entry["Principal"] in filters.get("principal", [entry["Principal"]])
        and entry["PrincipalType"] in filters.get("principal-type", [entry["PrincipalType"]])
    ]
    return ActionResult({"AllowedPrincipals": entries})


# --- connections ---------------------------------------------------------------------------------------------------


@adds(Responses)
def describe_vpc_endpoint_connections(response: Any) -> ActionResult:
    filters = response._filters_from_querystring()
    entries = [
        entry
        for service in list(response.ec2_backend.configurations.values())
        for endpoint in service.connections()
        for entry in [_connection_entry(service, endpoint)]
        if entry["ServiceId"] in filters.get("service-id", [entry["ServiceId"]])
        and entry["VpcEndpointId"] in filters.get("vpc-endpoint-id", [entry["VpcEndpointId"]])
        and entry["VpcEndpointOwner"] in filters.get("vpc-endpoint-owner", [entry["VpcEndpointOwner"]])
        and entry["VpcEndpointState"].lower()
        in [state.lower() for state in filters.get("vpc-endpoint-state", [entry["VpcEndpointState"]])]
    ]
    return ActionResult({"VpcEndpointConnections": entries})


def _connection_entry(service: EndpointService, endpoint: Any) -> dict[str, Any]:
    return {
        "ServiceId": service.id,
        "VpcEndpointId": endpoint.id,
        "VpcEndpointOwner": endpoint.owner_id,
        "VpcEndpointState": endpoint.state,
        "VpcEndpointRegion": endpoint.ec2_backend.region_name,
        "VpcEndpointConnectionId": f"vpce-con-{endpoint.id.removeprefix('vpce-')}",
        "CreationTimestamp": endpoint.creation_timestamp,
        "DnsEntries": [entry for entry in endpoint.dns_entries if "vpce" in str(entry["DnsName"])],
        "NetworkLoadBalancerArns": service.network_load_balancer_arns,
        "IpAddressType": endpoint.ip_address_type,
        "Tags": [],
    }


@adds(Responses)
def accept_vpc_endpoint_connections(response: Any) -> ActionResult:
    return _decide(response, "available", ("pendingAcceptance", "rejected", "available"))


@adds(Responses)
def reject_vpc_endpoint_connections(response: Any) -> ActionResult:
    """Also cuts a connection that was accepted before."""
    return _decide(response, "rejected", ("pendingAcceptance", "available", "rejected"))


def _decide(response: Any, state: str, possible_from: tuple[str, ...]) -> ActionResult:
    service = _owned(response.ec2_backend, response._get_param("ServiceId"))
    endpoints = {endpoint.id: endpoint for endpoint in service.connections()}
    unsuccessful = []
    for endpoint_id in response._get_param("VpcEndpointIds", []):
        endpoint = endpoints.get(endpoint_id)
        if endpoint is None:
            unsuccessful.append(
                unsuccessful_item(
                    endpoint_id,
                    "InvalidVpcEndpointId.NotFound",
                    f"The Vpc Endpoint Id '{endpoint_id}' does not exist",
                )
            )
        elif endpoint.state not in possible_from:
            unsuccessful.append(
                unsuccessful_item(
                    endpoint_id, "InvalidState", f"The VPC endpoint {endpoint_id} is in the state {endpoint.state}"
                )
            )
        else:
            endpoint.state = state
    return ActionResult({"Unsuccessful": unsuccessful})


# --- private DNS name ----------------------------------------------------------------------------------------------


@adds(Responses)
def start_vpc_endpoint_service_private_dns_verification(response: Any) -> ActionResult:
    service = _owned(response.ec2_backend, response._get_param("ServiceId"))
    if not service.private_dns_name:
        raise EC2ClientError("InvalidParameter", f"The VPC endpoint service {service.id} has no private DNS name")
    service.verify_private_dns_name()
    return ActionResult({"ReturnValue": True})


def visible_services(region: str, account: str, access_key_id: str) -> list[EndpointService]:
    """The endpoint services of the Region that the caller owns or may use."""
    principals = principals_of(account, access_key_id)
    return [
        service
        for owner, service_region, backend in list(ec2_backends.iter_backends())
        if service_region == region
        for service in list(backend.configurations.values())
        if owner == account or service.allows(principals)
    ]
