"""The WSGI application: the control API, then faults, then what AWS refuses, then moto; each call is recorded."""

from __future__ import annotations

import io
import logging
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from moto.core.request import Request
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.wrappers import Response

from .access.demands import demands_of
from .calls import Call, call_of
from .control import PREFIX, Control
from .faults import Fault, error_answer
from .server import CutConnection
from .strict import requests
from .strict.refusals import Table

log = logging.getLogger("emulated_aws")

READS = ("Describe", "Get", "Head", "List")

StartResponse = Callable[..., Any]
Environment = dict[str, Any]


class Application:
    """One WSGI application for all services."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self.refusals = Table()
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: Environment, start_response: StartResponse) -> Iterable[bytes]:
        request = _rewindable(environ)
        if request.path.startswith(PREFIX):
            return self._control.answer(request)(environ, start_response)
        began = time.monotonic()
        call = call_of(request)
        if call is None:
            environ["wsgi.input"].seek(0)
            return self._moto(environ, start_response)
        found = requests.read(call, request)
        # before the call is answered: a deletion would take what its permissions are about
        demands = demands_of(call, request, {} if isinstance(found, requests.Refusal) else found.parameters)
        fault = self._control.faults.take(call, _is_repeatable(call, request))
        refusal = None if fault is None else _apply(fault, call, request)
        response = refusal or self._answer(call, request, environ, found)
        self._control.calls.record(call, response.status_code, demands)
        log.info(
            "%s %s %s %s:%s %d %d ms",
            call.account,
            call.region,
            call.access_key_id,
            call.service,
            call.action,
            response.status_code,
            (time.monotonic() - began) * 1000,
        )
        if fault is not None and fault.answer_lost:
            _cut(call)
        return response(environ, start_response)

    def _answer(
        self, call: Call, request: Request, environ: Environment, found: requests.Read | requests.Refusal
    ) -> Response:
        try:
            if isinstance(found, requests.Refusal):
                return _refused(call, request, found)
            strict = requests.refuse(call, found) or self.refusals.refuse(call, found)
            if strict is not None:
                return _refused(call, request, strict)
            response = self._of_moto(call, environ)
            if response.mimetype == "text/html" and response.get_data().startswith(b"<!doctype html>"):
                # moto has the service, but not this path of it
                raise NotImplementedError(call.action)
            self._control.answers.check(call, found, response)
            return response
        except NotImplementedError as error:
            # 501 is not retried, so that Terraform says at once what the emulator lacks
            log.error("lacking: %s:%s: %s", call.service, call.action, error)
            return _error(call, request, "NotImplemented", f"the emulator lacks {call.service}:{call.action}", 501)
        except Exception as error:
            if not _reached_moto(error):
                log.exception("lacking: %s", call.service)
                return _error(call, request, "NotImplemented", f"the emulator lacks {call.service}", 501)
            log.exception("failed: %s:%s", call.service, call.action)
            return _error(
                call,
                request,
                "EmulatorFailure",
                f"the emulator failed in {call.service}:{call.action}: {type(error).__name__}: {error}",
                501,
            )


    def _of_moto(self, call: Call, environ: Environment) -> Response:
        """moto's answer. A read that meets a deletion half-way, which moto does not lock out, is made again."""
        for left in (2, 1, 0) if call.action.startswith(READS) else (0,):
            environ["wsgi.input"].seek(0)
            try:
                return Response.from_app(self._moto, environ)
            except NotImplementedError:
                raise
            except Exception as error:
                if not left:
                    raise
                log.info("again: %s:%s: %s: %s", call.service, call.action, type(error).__name__, error)
        raise AssertionError


def _reached_moto(error: Exception) -> bool:
    """Whether the service is one of moto's, and what that one needs is installed; else moto fails before it looks."""
    frames = traceback.extract_tb(error.__traceback__)
    return not isinstance(error, ModuleNotFoundError) and any("core/responses" in frame.filename for frame in frames)


def _refused(call: Call, request: Request, refusal: requests.Refusal) -> Response:
    log.error("refused: %s:%s: %s: %s", call.service, call.action, refusal.code, refusal.message)
    return _error(call, request, refusal.code, refusal.message, refusal.status)


def _rewindable(environ: Environment) -> Request:
    """Reads the body once, so that the call can be recognised before moto reads it again."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body = stream.read()
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return Request(environ)


def _apply(fault: Fault, call: Call, request: Request) -> Response | None:
    if fault.delay_milliseconds:
        time.sleep(fault.delay_milliseconds / 1000)
    if fault.cut:
        _cut(call)
    if fault.code:
        return _error(call, request, fault.code, fault.message, fault.status)
    return None


def _cut(call: Call) -> NoReturn:
    log.info("cut: %s:%s", call.service, call.action)
    raise CutConnection(f"{call.service}:{call.action}")


def _is_repeatable(call: Call, request: Request) -> bool:
    """Whether doing it twice is the same as doing it once. The state's lock file is a PUT that succeeds only once."""
    if call.service == "s3":
        return "If-None-Match" not in request.headers
    return call.action.startswith(READS) or request.method == "GET"


def _error(call: Call, request: Request, code: str, message: str, status: int) -> Response:
    status, headers, body = error_answer(call, request.content_type, code, message, status)
    return Response(body, status=status, headers=headers)
