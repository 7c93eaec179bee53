"""Pages and commands that span the apps."""
