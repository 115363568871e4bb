"""EC2: network interfaces that are found by the name of a security group.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html (filters: group-name)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface

from ..extend import replaces


@replaces(NetworkInterface)
def get_filter_value(
    original: Callable[..., Any], interface: NetworkInterface, filter_name: str, method_name: str | None = None
) -> Any:
    if filter_name == "group-name":
        return [group.name for group in interface._group_set]
    return original(interface, filter_name, method_name)
