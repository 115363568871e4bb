"""Which AWS call a request is, and the record of the calls that were made."""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import Any, NamedTuple

from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.iam.models import get_account_id_from

CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")

# Services whose requests are signed under another name than the one IAM policies use
# (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
IAM_PREFIX_OF_SIGNING_NAME = {"monitoring": "cloudwatch", "email": "ses"}

# Services whose API model has another name than the one IAM policies use.
MODEL_OF_IAM_PREFIX = {
    "elasticloadbalancing": "elbv2",
    "elasticfilesystem": "efs",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}


class Call(NamedTuple):
    """One AWS call. `service` is IAM's prefix, `action` the API's name of the call."""

    service: str
    action: str
    account: str
    region: str
    access_key_id: str


def model_name(service: str) -> str:
    """The name under which botocore knows the API of an IAM prefix."""
    return MODEL_OF_IAM_PREFIX.get(service, service)


def call_of(request: Request) -> Call | None:
    """The AWS call that a request is, or None for a request that is not signed."""
    credential = CREDENTIAL.search(request.headers.get("Authorization", "")) or CREDENTIAL.search(
        f"Credential={request.args.get('X-Amz-Credential', '')}/"
    )
    if credential is None:
        return None
    signed_for = credential["service"].lower()
    service = IAM_PREFIX_OF_SIGNING_NAME.get(signed_for, signed_for)
    return Call(
        service=service,
        action=_action_of(request, service),
        account=get_account_id_from(credential["key"]),
        region=credential["region"],
        access_key_id=credential["key"],
    )


def _action_of(request: Request, service: str) -> str:
    """The name of the call: from the JSON protocols' header, the query protocols' form, or the REST path."""
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.rsplit(".", 1)[-1]
    if request.mimetype == "application/x-www-form-urlencoded" and "Action" in request.form:
        return request.form["Action"]
    if "Action" in request.args:
        return request.args["Action"]
    try:
        operation, _ = get_service_router(model_name(service)).match(request)
        return str(operation.name)
    except Exception:  # an unknown service or path: moto itself will say so
        return "?"


class CallLog:
    """Counts calls by caller, service, action and outcome."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Call, int]] = Counter()
        self._demands: dict[Call, set[Any]] = {}
        self._lock = threading.Lock()

    def record(self, call: Call, status: int, demands: frozenset[Any] = frozenset()) -> None:
        """Counts a call, and keeps the permissions that it needed."""
        with self._lock:
            self._counts[(call, status)] += 1
            self._demands.setdefault(call, set()).update(demands)

    def demands(self, account: str, access_key_id: str) -> dict[Any, Call]:
        """Every permission that calls of an account with a key needed, with one call that did."""
        with self._lock:
            return {
                demand: call
                for call, demands in self._demands.items()
                if call.account == account and call.access_key_id == access_key_id
                for demand in demands
            }

    def forget(self) -> None:
        with self._lock:
            self._counts.clear()
            self._demands.clear()

    def entries(self) -> list[dict[str, Any]]:
        """Sorted by service and action; `count` calls each."""
        with self._lock:
            items = sorted(self._counts.items())
        return [
            {
                "service": call.service,
                "action": call.action,
                "account": call.account,
                "region": call.region,
                "accessKeyId": call.access_key_id,
                "status": status,
                "count": count,
            }
            for (call, status), count in items
        ]
