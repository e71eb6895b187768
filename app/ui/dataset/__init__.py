"""The Dataset tab: from labelled pictures to a set that can be trained on."""
