"""The scheme's page: the rules as a person reads them, and the branches' adjustments beside them."""
