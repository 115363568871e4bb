"""Roles with everything that limits what they may do, and the keys of KMS that they use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.utilities.utils import get_partition

from .policies import ALLOWED, DENIED, NOT_ALLOWED, Request, decide

Context = Mapping[str, str | Sequence[str]]


def find_role(account: str, region: str, arn_or_name: str) -> Any:
    """The role, or None if it is gone."""
    name = arn_or_name.rsplit("/", 1)[-1]
    for role in list(iam_backends[account][get_partition(region)].roles.values()):
        if role.name == name:
            return role
    return None


def trusts(role: Any, service: str, context: Context = {}) -> bool:
    """Whether a service may take on the role."""
    request = Request("sts:AssumeRole", role.arn, frozenset({service}), context)
    return decide([role.assume_role_policy_document], request) == ALLOWED


def role_policies(role: Any) -> list[str]:
    attached = [document_of(policy) for policy in role.managed_policies.values()]
    return [*role.policies.values(), *attached]


def document_of(policy: Any) -> str:
    versions = {version.version_id: version.document for version in policy.versions}
    return str(versions.get(policy.default_version_id) or "{}")


def _boundary(role: Any) -> list[str] | None:
    if not role.permissions_boundary_arn:
        return None
    policies = iam_backends[role.account_id][role.partition].managed_policies
    policy = policies.get(role.permissions_boundary_arn)
    return [document_of(policy)] if policy is not None else []


def role_may(role: Any, action: str, resource: str, context: Context = {}) -> str:
    """`allowed`, or why not, by the role's own policies and its boundary."""
    request = Request(action, resource, context={"aws:principalarn": role.arn, **context})
    decision = decide(role_policies(role), request)
    boundary = _boundary(role)
    if decision == ALLOWED and boundary is not None and decide(boundary, request) != ALLOWED:
        return NOT_ALLOWED
    return decision


def find_key(region: str, account: str, key_id: str) -> Any:
    """A KMS key by its id, ARN or alias, or None."""
    backend = kms_backends[account][region]
    return backend.keys.get(backend.get_key_id(key_id)) or backend.keys.get(
        backend.get_key_id_from_alias(key_id.split(":", 5)[-1]) or ""
    )


def may_use_key(role: Any, key: Any, action: str, context: Context) -> str:
    """Both the key's policy and, where it hands over to IAM, the role's have a say."""
    principals = frozenset({role.arn})
    request = Request(action, key.arn, principals, {"aws:principalarn": role.arn, **context})
    by_key = decide([key.policy], request)
    if by_key != NOT_ALLOWED:
        return by_key
    own = role_may(role, action, key.arn, context)
    if own != ALLOWED:
        return own
    account = request._replace(principals=frozenset({role.account_id}))
    by_account = decide([key.policy], account)
    return by_account if by_account != DENIED else DENIED


def service_may_use_key(service: str, key: Any, action: str, context: Context) -> str:
    """Whether the key's policy lets a service principal, e.g. `sns.amazonaws.com`, use the key."""
    return decide([key.policy], Request(action, key.arn, frozenset({service}), context))
