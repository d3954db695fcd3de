"""Where the declared side of a database and its migrated side tell of two different databases.

Each framework has a tool that compares the two, and what that tool minds is what drift is: `tool` says what
there is to know of such a tool, `tools` knows one for each kind of declaration, `sides` compares.
"""
