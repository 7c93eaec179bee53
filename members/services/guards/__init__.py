"""Triggers by which the database refuses what counts in a closed year, whoever asks (docs/decisions/0010)."""

from members.services.guards.order import alone, share, writing
from members.services.guards.standing import faults, install, lifted, refusing

__all__ = ["alone", "faults", "install", "lifted", "refusing", "share", "writing"]
