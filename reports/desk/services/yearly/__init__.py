"""The annual review: a branch's year, the committee's inbox and decision, and what follows from approval."""
