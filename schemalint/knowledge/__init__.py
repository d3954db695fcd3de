"""Facts about databases that the rest of the program rests on; `tests/oracle` proves them."""
