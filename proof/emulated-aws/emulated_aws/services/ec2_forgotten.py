"""EC2: what moto forgets of a creation: tags of DHCP options, the name of a customer gateway's device.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDhcpOptions.html, API_CreateCustomerGateway.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses.customer_gateways import CustomerGateways
from moto.ec2.responses.dhcp_options import DHCPOptions

from ..extend import replaces


@replaces(DHCPOptions)
def create_dhcp_options(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    answer = original(response)
    answer.result["DhcpOptions"].add_tags(response._parse_tag_specification().get("dhcp-options", {}))
    return answer


@replaces(CustomerGateways)
def create_customer_gateway(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    answer = original(response)
    answer.result["CustomerGateway"].device_name = response._get_param("DeviceName")
    return answer
