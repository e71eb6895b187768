"""What makes a good set of pictures: their quality and their duplicates."""
