"""Backup and restore: one archive of database and uploads, proved by restoring it."""
