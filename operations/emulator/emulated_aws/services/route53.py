"""Route 53: a hosted zone that is created with a VPC is private, and its answer says so.

moto takes it for a public zone unless the request repeats that it is private, and forgets the VPC.
Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.route53.responses import Route53

from ..extend import mends


@mends(Route53)
def create_hosted_zone(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    if response._get_param("VPC.VPCId"):
        configuration = response.params.setdefault("HostedZoneConfig", {})
        configuration["PrivateZone"] = True
    return original(response)
