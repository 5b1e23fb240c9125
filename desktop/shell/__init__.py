"""The frame around the features: window, menu, login, today, crash page."""
