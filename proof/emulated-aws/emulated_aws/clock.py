"""The emulator's clock: real time plus what the control API advanced it by, so that nobody waits for a drain.

What AWS does every minute happens at each minute of it, also of those that are skipped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger("emulated_aws")

_advanced_seconds = 0.0
_last_minute = time.time() // 60
_every_minute: list[Callable[[float], None]] = []
_advancing = threading.RLock()


def now() -> float:
    """Seconds since the epoch, as the emulated AWS sees them."""
    return time.time() + _advanced_seconds


def every_minute(act: Callable[[float], None]) -> None:
    """Has `act` called at each minute from now on, with the minute's beginning in seconds since the epoch."""
    _every_minute.append(act)


def advance(seconds: float) -> float:
    """Moves the clock forward, through the minutes on the way, and returns its time."""
    global _advanced_seconds, _last_minute
    with _advancing:
        end = now() + seconds
        while (_last_minute + 1) * 60 <= end:
            _last_minute += 1
            _advanced_seconds += max(0.0, _last_minute * 60 - now())
            for act in _every_minute:
                act(_last_minute * 60)
        _advanced_seconds += max(0.0, end - now())
        return now()


def run() -> None:
    """Lets the minutes of real time come by themselves, as long as the process lives."""

    def wait() -> None:
        while True:
            time.sleep(60 - now() % 60)
            try:
                advance(0)
            except Exception:
                # the next minute comes all the same
                log.exception("the minute that began at %s", _last_minute * 60)

    threading.Thread(target=wait, daemon=True, name="clock").start()
