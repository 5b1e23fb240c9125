"""The floor: plain Python that knows no feature and no Qt."""
