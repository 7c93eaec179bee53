"""The analysis of a branch or a subtree while the year runs: course, outlook, rush watch."""
