"""The list of pictures, their states, thumbnails and decoding."""
