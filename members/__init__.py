"""The kernel: organisations, roles, members, postings and duties; who may see what; the log; year locks."""
