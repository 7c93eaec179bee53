"""The pages of a whole subtree, made in the background: ordered, worked off under leases, put together."""
