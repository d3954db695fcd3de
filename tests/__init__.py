"""The tests of schemalint."""
