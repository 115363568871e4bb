"""Accounts whose organization lets nobody make a role without a certain permissions boundary.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html, "Delegating responsibility to
others using permissions boundaries"
"""

from __future__ import annotations

_required: dict[str, str] = {}


def require(account: str, policy_arn: str) -> None:
    _required[account] = policy_arn


def required(account: str) -> str | None:
    """ARN of the policy that every new role of the account has to have as its boundary."""
    return _required.get(account)


def reset() -> None:
    _required.clear()
