"""Quotas of an account, with AWS's defaults; the control API sets them, as a support case does on AWS.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html,
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from __future__ import annotations

DEFAULTS = {
    "vpcsPerRegion": 5,
    "elasticIpsPerRegion": 5,
    "natGatewaysPerZone": 5,
    "rulesPerSecurityGroup": 60,
    "securityGroupsPerInterface": 5,
    "targetsPerNetworkLoadBalancer": 500,
    "targetsPerGroup": 1000,
    "listenersPerLoadBalancer": 50,
    "targetGroupsPerApplicationLoadBalancer": 100,
    "wildcardsPerRule": 5,
    "lambdaConcurrentExecutions": 1000,
    "lambdaUnreservedMinimum": 100,
}

_set: dict[str, int] = {}


def quota(name: str) -> int:
    return _set.get(name, DEFAULTS[name])


def set_quotas(wish: dict[str, int]) -> dict[str, int]:
    """Sets some, and returns all. Raises ValueError for one that is not known."""
    unknown = sorted(set(wish) - set(DEFAULTS))
    if unknown:
        raise ValueError(f"unknown quota {', '.join(unknown)}; there are {', '.join(DEFAULTS)}")
    _set.update({name: int(value) for name, value in wish.items()})
    return {name: quota(name) for name in DEFAULTS}


def reset() -> None:
    _set.clear()
