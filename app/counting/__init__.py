"""Counting: lines, bands, zones, and the events of crossing them. Pure geometry."""
