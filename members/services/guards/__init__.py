"""Triggers by which the database refuses what counts in a closed year, whoever asks (docs/decisions/0010)."""

from members.services.guards.standing import faults, install, lifted, refusing

__all__ = ["faults", "install", "lifted", "refusing"]
