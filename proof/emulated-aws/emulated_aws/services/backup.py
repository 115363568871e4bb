"""AWS Backup: the selection of resources that a plan backs up, and a vault's list of recovery points, which moto lacks.

Sources: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupSelection.html,
API_GetBackupSelection.html, API_ListBackupSelections.html, API_DeleteBackupSelection.html, API_DeleteBackupPlan.html and
API_ListRecoveryPointsByBackupVault.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from moto.backup import urls
from moto.backup.models import BackupBackend
from moto.backup.responses import BackupResponse as Responses
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from ..extend import ApiError, adds, replaces

VAULT_CONTENT = "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/?$"
if VAULT_CONTENT in urls.url_paths:
    raise TypeError("moto has the path of a vault's recovery points by itself now")
urls.url_paths[VAULT_CONTENT] = urls.response.dispatch


def _selections(backend: BackupBackend, plan_id: str) -> dict[str, dict[str, Any]]:
    """The selections of a plan, kept with it."""
    plan = backend.plans.get(plan_id)
    if plan is None:
        raise ApiError("ResourceNotFoundException", f"Failed reading Backup plan with provided planId: {plan_id}")
    selections: dict[str, dict[str, Any]] = plan.__dict__.setdefault("selections", {})
    return selections


def _ids(response: Any) -> tuple[str, str]:
    """`/backup/plans/<plan>/selections/<selection>`"""
    parts = response.path.strip("/").split("/")
    return parts[2], parts[4] if len(parts) > 4 else ""


@adds(Responses)
def create_backup_selection(response: Any) -> ActionResult:
    plan_id, _ = _ids(response)
    selection = {
        "BackupPlanId": plan_id,
        "SelectionId": str(mock_random.uuid4()),
        "CreationDate": utcnow(),
        "BackupSelection": response._get_param("BackupSelection"),
    }
    _selections(response.backup_backend, plan_id)[selection["SelectionId"]] = selection
    return ActionResult(selection)


@adds(Responses)
def get_backup_selection(response: Any) -> ActionResult:
    plan_id, selection_id = _ids(response)
    selection = _selections(response.backup_backend, plan_id).get(selection_id)
    if selection is None:
        # what AWS says of a selection that is not there
        raise ApiError("InvalidParameterValueException", f"Cannot find Backup plan with ID {plan_id}")
    return ActionResult(selection)


@adds(Responses)
def list_backup_selections(response: Any) -> ActionResult:
    plan_id, _ = _ids(response)
    entries = [
        {
            **{key: selection[key] for key in ("BackupPlanId", "SelectionId", "CreationDate")},
            "SelectionName": selection["BackupSelection"]["SelectionName"],
            "IamRoleArn": selection["BackupSelection"]["IamRoleArn"],
        }
        for selection in _selections(response.backup_backend, plan_id).values()
    ]
    return ActionResult({"BackupSelectionsList": entries})


@adds(Responses)
def delete_backup_selection(response: Any) -> ActionResult:
    plan_id, selection_id = _ids(response)
    _selections(response.backup_backend, plan_id).pop(selection_id, None)
    return EmptyResult()


@replaces(Responses)
def delete_backup_plan(original: Callable[..., Any], response: Any) -> Any:
    plan_id, _ = _ids(response)
    if plan_id in response.backup_backend.plans and _selections(response.backup_backend, plan_id):
        raise ApiError(
            "InvalidRequestException", "Related backup plan selections must be deleted prior to backup plan deletion"
        )
    return original(response)


@replaces(Responses)
def list_tags(original: Callable[..., str], response: Any) -> str:
    """moto finds the ARN only in a path with a slash at its end, which not every SDK sends."""
    arn = unquote(response.path.split("/tags/", 1)[1].strip("/"))
    return json.dumps({"Tags": response.backup_backend.list_tags(resource_arn=arn)})


@adds(Responses)
def list_recovery_points_by_backup_vault(response: Any) -> ActionResult:
    """None: no schedule runs here."""
    name = unquote(response.path.split("/")[2])
    if name not in response.backup_backend.vaults:
        raise ApiError("ResourceNotFoundException", f"Backup vault {name} does not exist")
    return ActionResult({"RecoveryPoints": []})
