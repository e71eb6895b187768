"""The tab *Annotate*: boxes drawn by mouse and keyboard."""
