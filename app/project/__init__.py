"""The project folder, its classes and counting scenes, and the person's own settings."""
