"""What the desk's pages show, gathered from the other apps."""
