"""Where pictures come from (camera, video, stream, folder) and where they go (recorder)."""
