"""The emulator's clock: real time plus what the control API advanced it by, so that nobody waits for a drain."""

from __future__ import annotations

import time

_advanced_seconds = 0.0


def now() -> float:
    """Seconds since the epoch, as the emulated AWS sees them."""
    return time.time() + _advanced_seconds


def advance(seconds: float) -> float:
    """Moves the clock forward and returns its time."""
    global _advanced_seconds
    _advanced_seconds += seconds
    return now()
