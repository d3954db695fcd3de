"""Running Python on paper: what a module or a function does, as far as its source tells, nothing executed."""
