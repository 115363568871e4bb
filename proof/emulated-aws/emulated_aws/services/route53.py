"""Route 53: a hosted zone that is created with a VPC is private, and its answer says so.

moto takes it for a public zone unless the request repeats that it is private, and forgets the VPC; its ids of zones are
longer than AWS's can be and begin with any letter, and a list by name lacks what a pager reads.
Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
"""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_uppercase, digits
from typing import Any

from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.route53 import models
from moto.route53.responses import Route53

from ..extend import replaces


@replaces(Route53)
def create_hosted_zone(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    if response._get_param("VPC.VPCId"):
        configuration = response.params.setdefault("HostedZoneConfig", {})
        configuration["PrivateZone"] = True
    return original(response)


@replaces(models, "create_route53_zone_id")
def create_zone_id(_: Callable[..., str], *args: Any, **kwargs: Any) -> str:
    return "Z" + "".join(mock_random.choice(ascii_uppercase + digits) for _ in range(19))


@replaces(Route53)
def list_hosted_zones_by_name(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    """One page holds them all."""
    answer = original(response)
    answer.result.update({"IsTruncated": False, "MaxItems": int(response._get_param("MaxItems") or 100)})
    return answer
