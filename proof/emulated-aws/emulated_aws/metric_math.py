"""Metric math over the values of one period: numbers, names of other metrics, arithmetic, comparisons and functions.

An expression is one of Python, too, which does the parsing. A metric without data is None, and so is what is computed
from it, until FILL gives it a value.
Source: CloudWatch User Guide, "Using math expressions with CloudWatch metrics"
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable

Value = float | None

ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
FUNCTIONS: dict[str, Callable[..., float]] = {
    "ABS": abs,
    "CEIL": math.ceil,
    "FLOOR": math.floor,
    "MAX": max,
    "MIN": min,
    "SUM": lambda *values: sum(values),
}


def evaluate(expression: str, value_of: Callable[[str], Value]) -> Value:
    """The value of an expression; `value_of` gives that of a metric by its id.

    Raises ValueError with a sentence for what is not part of the above.
    """
    try:
        return _value(ast.parse(expression, mode="eval").body, value_of)
    except SyntaxError as error:
        raise ValueError(f"the emulator can't read the expression {expression}") from error


def _value(node: ast.expr, value_of: Callable[[str], Value]) -> Value:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    if isinstance(node, ast.Name):
        return value_of(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _computed(operator.neg, node.operand, value_of=value_of)
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        return _computed(ARITHMETIC[type(node.op)], node.left, node.right, value_of=value_of)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
        return _computed(COMPARISONS[type(node.ops[0])], node.left, node.comparators[0], value_of=value_of)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _called(node.func.id, node.args, value_of)
    raise ValueError(f"the emulator lacks {ast.unparse(node)} in metric math")


def _called(name: str, arguments: list[ast.expr], value_of: Callable[[str], Value]) -> Value:
    if name == "FILL" and len(arguments) == 2:
        metric, filling = arguments
        value = _value(metric, value_of)
        return value if value is not None else _value(filling, value_of)
    if name == "IF" and len(arguments) == 3:
        condition = _value(arguments[0], value_of)
        return None if condition is None else _value(arguments[1 if condition else 2], value_of)
    if name in FUNCTIONS:
        return _computed(FUNCTIONS[name], *arguments, value_of=value_of)
    raise ValueError(f"the emulator lacks the function {name} of metric math")


def _computed(compute: Callable[..., float], *nodes: ast.expr, value_of: Callable[[str], Value]) -> Value:
    values = [_value(node, value_of) for node in nodes]
    if any(value is None for value in values):
        return None
    try:
        return float(compute(*values))
    except ZeroDivisionError:
        # CloudWatch has no datapoint there
        return None
