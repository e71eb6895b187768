"""The window: the only room with Qt. It shows state and asks for work; it does none itself."""
