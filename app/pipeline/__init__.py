"""Source, detector, tracker, counter and recorder, joined into one run."""
