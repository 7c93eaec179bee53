"""On PostgreSQL the database itself refuses overlapping postings; SQLite has no exclusion constraints."""

from django.db import migrations

FORWARDS = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE members_posting ADD CONSTRAINT posting_never_overlaps
  EXCLUDE USING gist (member_id WITH =, daterange("start", "end", '[]') WITH &&);
"""
BACKWARDS = "ALTER TABLE members_posting DROP CONSTRAINT posting_never_overlaps;"


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARDS)


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
