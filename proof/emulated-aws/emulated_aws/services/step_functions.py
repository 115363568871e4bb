"""Step Functions: a definition is validated before a state machine is made of it, as Terraform asks for at each change.

moto lacks that action, and the list of a state machine's versions. Only what decides whether the document is one at all is looked at: JSON, states, and a start among them.
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.responses import StepFunctionResponse

from ..extend import adds


@adds(StepFunctionResponse)
def validate_state_machine_definition(response: Any) -> ActionResult:
    fault = fault_of(response._get_param("definition"))
    diagnostics = [] if fault is None else [{"severity": "ERROR", "code": fault[0], "message": fault[1]}]
    return ActionResult({"result": "FAIL" if diagnostics else "OK", "diagnostics": diagnostics, "truncated": False})


@adds(StepFunctionResponse)
def list_state_machine_versions(response: Any) -> ActionResult:
    machine = response.stepfunction_backend.describe_state_machine(response._get_param("stateMachineArn"))
    numbers = sorted(machine.versions, reverse=True)
    versions = [{"stateMachineVersionArn": f"{machine.arn}:{n}", "creationDate": machine.creation_date} for n in numbers]
    return ActionResult({"stateMachineVersions": versions})


def fault_of(definition: str) -> tuple[str, str] | None:
    """Code and message; None for a definition that can be run."""
    try:
        document = json.loads(definition)
    except ValueError as error:
        return "INVALID_JSON_DESCRIPTION", str(error)
    states = document.get("States") if isinstance(document, dict) else None
    if not states:
        return "SCHEMA_VALIDATION_FAILED", "The field 'States' is required and holds at least one state"
    if document.get("StartAt") not in states:
        return "MISSING_TRANSITION_TARGET", f"StartAt names no state: {document.get('StartAt')}"
    return None
