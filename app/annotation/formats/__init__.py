"""Files that hold labels, one module per format."""
