"""EC2 subnets: IPv6 blocks that can be found and have a state, and all that a subnet gives its instances at their launch.

moto answers the state of an IPv6 block as the text of a dictionary, can't filter by the block's association, which is
how the AWS provider waits for it, and forgets the type of host names.
Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html (filters),
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses.subnets import Subnets as Responses

from ..extend import replaces

# Parameter of ModifySubnetAttribute → what it sets of PrivateDnsNameOptionsOnLaunch.
HOST_NAMES = {
    "PrivateDnsHostnameTypeOnLaunch": "HostnameType",
    "EnableResourceNameDnsARecordOnLaunch": "EnableResourceNameDnsARecord",
    "EnableResourceNameDnsAAAARecordOnLaunch": "EnableResourceNameDnsAAAARecord",
}


@replaces(Subnet)
def get_filter_value(
    original: Callable[..., Any], subnet: Subnet, filter_name: str, method_name: str | None = None
) -> Any:
    associations = list(subnet.ipv6_cidr_block_associations.values())
    if filter_name == "ipv6-cidr-block-association.association-id":
        return [each["associationId"] for each in associations]
    if filter_name == "ipv6-cidr-block-association.ipv6-cidr-block":
        return [each["ipv6CidrBlock"] for each in associations]
    if filter_name == "ipv6-cidr-block-association.state":
        return [each["ipv6CidrBlockState"]["State"] for each in associations]
    if filter_name in ("availability-zone-id", "availabilityZoneId"):
        return subnet.availability_zone_id
    if filter_name == "map-public-ip-on-launch":
        return str(subnet.map_public_ip_on_launch).lower()
    if filter_name == "ipv6-native":
        return str(subnet.ipv6_native).lower()
    return original(subnet, filter_name, method_name)


def _associations(subnet: Subnet) -> list[dict[str, Any]]:
    return [
        {
            "associationId": each["associationId"],
            "ipv6CidrBlock": each["ipv6CidrBlock"],
            "ipv6CidrBlockState": {"state": each["ipv6CidrBlockState"]["State"]},
        }
        for each in subnet.ipv6_cidr_block_associations.values()
        if each["ipv6CidrBlockState"]["State"] == "associated"
    ]


Subnet.ipv6_cidr_block_association_set = property(_associations)  # type: ignore[assignment,method-assign]


@replaces(Responses)
def modify_subnet_attribute(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    subnet = response.ec2_backend.get_subnet(response._get_param("SubnetId"))
    answer = original(response)
    for parameter, option in HOST_NAMES.items():
        value = response._get_param(parameter)
        if isinstance(value, dict):
            value = value.get("Value")
        if value is not None:
            subnet.private_dns_name_options_on_launch[option] = value
    dns64 = response._get_param("EnableDns64.Value")
    if dns64 is not None:
        subnet.enable_dns64 = dns64
    return answer
