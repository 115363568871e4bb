"""EC2: addresses come from the subnet, are never given out twice, and AWS's own interfaces are marked as such.

moto draws addresses at random, for interface endpoints even outside of the VPC, and has no interface that an AWS
service manages.
Sources: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html (reserved addresses),
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend
from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
from moto.ec2.models.subnets import Subnet, SubnetBackend
from moto.moto_api._internal import mock_random

from ..extend import replaces

_allocating = threading.Lock()


def used_addresses(subnet: Subnet) -> set[str]:
    """Every IPv4 address of the subnet that an interface, an instance or a mount target has."""
    used = set(subnet._subnet_ips)
    for interface in list(subnet.ec2_backend.enis.values()):
        if interface.subnet.id == subnet.id:
            used.update(item["PrivateIpAddress"] for item in interface.private_ip_addresses)
    return used


def free_address(subnet: Subnet) -> str:
    """The next free IPv4 address. Addresses that became free come round last, as nobody wants them reused at once."""
    network = ipaddress.ip_network(subnet.cidr_block)
    # the first four addresses and the last one belong to AWS
    hosts = network.num_addresses - 5
    with _allocating:
        used = used_addresses(subnet)
        start = getattr(subnet, "next_host", 0)
        for step in range(hosts):
            host = (start + step) % hosts
            address = str(network[host + 4])
            if address not in used:
                subnet.next_host = host + 1
                return address
    raise EC2ClientError(
        "InsufficientFreeAddressesInSubnet",
        f"The specified subnet does not have enough free addresses to satisfy the request: {subnet.id}",
    )


@replaces(Subnet)
def get_available_subnet_ip(original: Callable[..., str], subnet: Subnet, instance: Any) -> str:
    address = free_address(subnet)
    subnet._subnet_ips[address] = instance
    return address


@replaces(NetworkInterfaceBackend)
def create_network_interface(
    original: Callable[..., NetworkInterface],
    backend: EC2Backend,
    subnet: Any,
    private_ip_address: Any = None,
    private_ip_addresses: Any = None,
    *others: Any,
    **kwargs: Any,
) -> NetworkInterface:
    if isinstance(subnet, str):
        subnet = backend.get_subnet(subnet)
    first = private_ip_address[0] if isinstance(private_ip_address, list) and private_ip_address else private_ip_address
    inside = isinstance(first, str) and ipaddress.ip_address(first) in ipaddress.ip_network(subnet.cidr_block)
    if not private_ip_addresses and not inside:
        private_ip_address = free_address(subnet)
    return original(backend, subnet, private_ip_address, private_ip_addresses, *others, **kwargs)


class ManagedNetworkInterface(NetworkInterface):
    """An interface that an AWS service made in the user's subnet: in use, attached, and not the user's to delete."""

    @property
    def attachment(self) -> Any:
        return SimpleNamespace(
            attach_time=self.attach_time,
            attachment_id=self.attachment_id,
            delete_on_termination=False,
            device_index=1,
            network_card_index=0,
            instance_owner_id=self.requester_id,
            status="attached",
        )

    def get_filter_value(self, filter_name: str, method_name: str | None = None) -> Any:
        if filter_name == "attachment.instance-id":
            return None
        return super().get_filter_value(filter_name, method_name)


def create_managed_interface(
    backend: EC2Backend,
    subnet: Subnet,
    description: str,
    group_ids: Sequence[str],
    requester: str,
    interface_type: str = "interface",
    address: str | None = None,
    ipv6: bool = False,
) -> ManagedNetworkInterface:
    """An interface of `requester` (amazon-elb, …) in the subnet, at `address` or the next free one."""
    interface = ManagedNetworkInterface(
        backend,
        subnet,
        address or free_address(subnet),
        group_ids=list(group_ids),
        description=description,
        ipv6_address_count=1 if ipv6 else 0,
    )
    if not group_ids and interface_type != "interface":
        interface._group_set = []
    interface.requester_managed = True
    interface.requester_id = requester
    interface.interface_type = interface_type
    interface.status = "in-use"
    interface.attachment_id = f"ela-attach-{mock_random.get_random_hex(17)}"
    interface.attach_time = utcnow()
    interface.delete_on_termination = False
    backend.enis[interface.id] = interface
    return interface


@replaces(NetworkInterface)
def get_filter_value(
    original: Callable[..., Any], interface: NetworkInterface, filter_name: str, method_name: str | None = None
) -> Any:
    """The filters of DescribeNetworkInterfaces that moto lacks."""
    if filter_name == "status":
        return interface.status
    if filter_name == "interface-type":
        return interface.interface_type
    if filter_name == "requester-id":
        return interface.requester_id
    if filter_name == "requester-managed":
        return str(interface.requester_managed).lower()
    if filter_name in ("addresses.private-ip-address", "private-ip-address"):
        return [item["PrivateIpAddress"] for item in interface.private_ip_addresses]
    return original(interface, filter_name, method_name)


@replaces(NetworkInterfaceBackend)
def delete_network_interface(original: Callable[..., None], backend: EC2Backend, eni_id: str) -> None:
    interface = backend.enis.get(eni_id)
    if isinstance(interface, ManagedNetworkInterface):
        raise EC2ClientError(
            "OperationNotPermitted",
            f"You do not have permission to access the specified resource: {eni_id} is managed by "
            f"{interface.requester_id}",
        )
    original(backend, eni_id)


@replaces(SubnetBackend)
def delete_subnet(original: Callable[..., Subnet], backend: EC2Backend, subnet_id: str) -> Subnet:
    """A subnet with interfaces in it stays (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html)."""
    if any(interface.subnet.id == subnet_id for interface in list(backend.enis.values())):
        raise EC2ClientError("DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
    return original(backend, subnet_id)


@replaces(NatGatewayBackend)
def delete_nat_gateway(original: Callable[..., NatGateway], backend: EC2Backend, nat_gateway_id: str) -> NatGateway:
    """A NAT gateway's interface goes with it, or its subnet could never be deleted."""
    gateway = original(backend, nat_gateway_id)
    backend.enis.pop(gateway._eni.id, None)
    return gateway
