"""KMS: the rotation period of a key, and who manages it.

moto forgets the period, and takes the keys that AWS makes for its services (`alias/aws/…`) for the user's.
Sources: https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html (KeyManager), https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html (90 to 2560 days, default 365),
API_GetKeyRotationStatus.html there
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.kms.models import KmsBackend
from moto.kms.responses import KmsResponse

from ..extend import replaces

DEFAULT_PERIOD_IN_DAYS = 365


def _key(response: Any) -> Any:
    backend = response.kms_backend
    return backend.keys[backend.get_key_id(response._get_param("KeyId"))]


@replaces(KmsResponse)
def enable_key_rotation(original: Callable[..., str], response: Any) -> str:
    answer = original(response)
    _key(response).rotation_period = response._get_param("RotationPeriodInDays") or DEFAULT_PERIOD_IN_DAYS
    return answer


@replaces(KmsResponse)
def get_key_rotation_status(original: Callable[..., str], response: Any) -> str:
    status = json.loads(original(response))
    if status["KeyRotationEnabled"]:
        status["RotationPeriodInDays"] = getattr(_key(response), "rotation_period", DEFAULT_PERIOD_IN_DAYS)
    return json.dumps(status)


@replaces(KmsBackend)
def _generate_default_keys(original: Callable[..., str | None], backend: KmsBackend, alias_name: str) -> str | None:
    key_id = original(backend, alias_name)
    if key_id is not None:
        backend.keys[key_id].key_manager = "AWS"
    return key_id
