"""Data entry for the kernel, and the bases on which the other apps build theirs."""

from members.admin import accounts, log, organisations, roster

__all__ = ["accounts", "log", "organisations", "roster"]
