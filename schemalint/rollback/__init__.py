"""Rolling a migration back: whether its down side undoes it, and what would."""
