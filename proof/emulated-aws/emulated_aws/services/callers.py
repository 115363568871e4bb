"""Who makes a call, as allowed principals and resource policies name them."""

from __future__ import annotations

from moto.iam.models import iam_backends
from moto.utilities.utils import PARTITION_NAMES


def principals_of(account: str, access_key_id: str) -> set[str]:
    """ARNs that stand for the caller: its account, and the role or user behind its key."""
    found = {account, f"arn:aws:iam::{account}:root"}
    for partition in PARTITION_NAMES:
        key = iam_backends[account][partition].access_keys.get(access_key_id)
        if key is None:
            continue
        if key.role_arn:
            found.add(key.role_arn)
        if key.user_name and not key.role_arn:
            found.add(f"arn:aws:iam::{account}:user/{key.user_name}")
    return found
