"""The same sources through real databases and real tools, compared with what was rebuilt offline."""
