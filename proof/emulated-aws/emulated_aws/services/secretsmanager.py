"""Secrets Manager: a description and an entry of the list each have the stages of the versions under their own name.

moto answers both names in both calls.
Sources: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html (VersionIdsToStages),
API_SecretListEntry.html there (SecretVersionsToStages)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.secretsmanager.responses import SecretsManagerResponse

from ..extend import replaces


@replaces(SecretsManagerResponse)
def describe_secret(original: Callable[..., str], response: Any) -> str:
    answer = json.loads(original(response))
    answer.pop("SecretVersionsToStages", None)
    return json.dumps(answer)


@replaces(SecretsManagerResponse)
def list_secrets(original: Callable[..., str], response: Any) -> str:
    answer = json.loads(original(response))
    for entry in answer["SecretList"]:
        entry.pop("VersionIdsToStages", None)
    return json.dumps(answer)
