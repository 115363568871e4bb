"""Every row of refusals.yaml by its example: the call is refused as the row says, and without the row it is not."""

from __future__ import annotations

import unittest
from typing import Any

from botocore.exceptions import ClientError

from tests.emulator import REGION, emulator  # first: it configures moto
from emulated_aws.calls import MODEL_OF_IAM_PREFIX
from emulated_aws.strict import quotas
from emulated_aws.strict.refusals import Row, Table, rows
from tests.worlds import WORLDS


def outcome_of(row: Row, names: dict[str, Any], table: Table) -> tuple[str, str]:
    """Code and message of the refusal of the row's example; empty when it was not refused."""
    action = row.example.get("action", row.actions[0])
    client = emulator.client(MODEL_OF_IAM_PREFIX.get(row.service, row.service), row.example.get("region", REGION))
    methods = client.meta.method_to_api_mapping.items()
    method = next(python for python, operation in methods if operation == action)
    emulator.application.refusals = table
    try:
        getattr(client, method)(**filled(row.example.get("with", {}), names))
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    finally:
        emulator.application.refusals = Table()
    return "", ""


def filled(value: Any, names: dict[str, Any]) -> Any:
    """The parameters with the names of the worlds in the place of `$names`."""
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    if isinstance(value, str) and value.startswith("$"):
        return names[value[1:]]
    return value


def refused_by(row: Row, outcome: tuple[str, str]) -> bool:
    """Whether it is this row that refused: its code, and its message up to the first name in it."""
    code, message = outcome
    return code == row.code and message.startswith(row.message.split("{", 1)[0][:60])


class Refusals(unittest.TestCase):
    """A test for each row is added below."""

    def test_every_world_is_used(self) -> None:
        used = {name for row in rows() for name in row.example.get("given", [])}
        needed_by_others = {"network", "alb", "nlb", "role", "secret", "file-system", "alb-listener"}
        self.assertEqual(set(WORLDS) - used - needed_by_others, set())


def _refused_by_its_row(row: Row) -> Any:
    def test(self: Refusals) -> None:
        names = emulator.with_worlds(*row.example.get("given", []))
        quotas.set_quotas(row.example.get("quotas", {}))
        outcome = outcome_of(row, names, Table())
        self.assertTrue(refused_by(row, outcome), f"{row.id}: {outcome}")
        if row.when is not None:
            # what was refused has had no effect
            mutant = outcome_of(row, names, Table(without=row.id))
            self.assertFalse(refused_by(row, mutant), f"{row.id} is refused without its row: {mutant}")

    return test


for each in rows():
    setattr(Refusals, f"test_{each.id.replace('-', '_')}", _refused_by_its_row(each))


if __name__ == "__main__":
    unittest.main()
