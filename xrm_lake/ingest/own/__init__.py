"""Files that were exported here and come back: known row by row, by what they were when they left."""
