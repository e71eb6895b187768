"""The command line: one thin file per command, one way to end for all of them (`outcome`)."""
