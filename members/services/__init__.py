"""The only writers of the kernel's tables, one business verb each."""
