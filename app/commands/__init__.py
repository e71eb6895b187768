"""The command line: one thin file per command, one contract for all of them (`application`)."""
