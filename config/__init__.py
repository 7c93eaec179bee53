"""The project around the apps: settings from the environment, addresses, entry points for servers."""
