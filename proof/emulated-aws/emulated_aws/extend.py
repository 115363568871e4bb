"""How the extension changes moto: one decorator for a call that moto lacks, one for a call that it answers wrongly.

Both look the name up in moto first, so that a moto release that fills a gap, or moves what is replaced, stops the
emulator at its start with the name of the function instead of being overridden in silence.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException

Function = Callable[..., Any]


class ApiError(ServiceException):
    """An AWS error of any service: `ApiError(code, message)`; moto answers it in the service's own protocol."""


def adds(owner: type, name: str | None = None) -> Callable[[Function], Function]:
    """Adds the decorated function to `owner` as a method that moto does not have."""

    def decorate(function: Function) -> Function:
        attribute = name or function.__name__
        if hasattr(owner, attribute):
            raise TypeError(f"moto has {owner.__name__}.{attribute} by itself now")
        setattr(owner, attribute, function)
        return function

    return decorate


def replaces(owner: Any, name: str | None = None) -> Callable[[Function], Function]:
    """Puts the decorated function in the place of a method of `owner`, a class, or of a function of `owner`, a module.

    Its first argument is moto's own.
    """

    def decorate(function: Function) -> Function:
        attribute = name or function.__name__
        original = getattr(owner, attribute, None)
        if original is None:
            raise TypeError(f"moto no longer has {owner.__name__}.{attribute}")

        @functools.wraps(original)
        def method(*args: Any, **kwargs: Any) -> Any:
            return function(original, *args, **kwargs)

        # moto dispatches to a response class's plain functions by their name
        method.__name__ = attribute
        setattr(owner, attribute, method)
        return function

    return decorate
