"""Commands that span the apps: scores, demo, verification."""
