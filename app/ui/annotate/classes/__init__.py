"""The classes one labels with, and changes of them over the data set."""
