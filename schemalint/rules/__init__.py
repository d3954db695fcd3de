"""One module a rule: its name is the rule's name, its docstring the documentation (`schemalint.rule`)."""
