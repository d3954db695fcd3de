"""What an index is good for: when it serves a foreign key, and when another one makes it unnecessary."""
