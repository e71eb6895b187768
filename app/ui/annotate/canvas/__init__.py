"""The picture with its boxes: layers, mouse, light, zoom."""
