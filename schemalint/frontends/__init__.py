"""One package a language: sources in, readings out (`schemalint.reading`)."""
