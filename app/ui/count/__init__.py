"""The Count tab: a video on the left, what crosses it on the right."""
