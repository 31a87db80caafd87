"""A year of a lake with known truth: what people do each week, drifts that can be planted in it, and how soon they are told."""
