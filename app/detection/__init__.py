"""What is in a picture: detections, model packages, and the detectors that run them."""
