"""Two things that moto works out anew for every call, though they never change: half of the time of a small call."""

from __future__ import annotations

import functools

import moto.backends
import moto.core.responses

_modules = list(moto.backends.list_of_moto_modules())


def _list_of_moto_modules() -> list[str]:
    return _modules


moto.backends.list_of_moto_modules = _list_of_moto_modules
# methods are replaced before the first call, so that the names of a response class's methods are final then
moto.core.responses.method_names_from_class = functools.cache(moto.core.responses.method_names_from_class)
