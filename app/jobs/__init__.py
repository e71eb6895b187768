"""Long work in child processes: what is asked, what is told, how it is stopped.

A job is a JSON file (`spec`), run by ``python -P -m app worker job.json`` (`worker`). It tells of
itself by JSON lines on standard output and is steered by JSON lines on standard input
(`channel`); pictures travel through shared memory (`ring`).
"""
