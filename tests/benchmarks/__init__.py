"""Comparisons with other tools: whole processes on the same files, side by side. Not tests: run by hand."""
