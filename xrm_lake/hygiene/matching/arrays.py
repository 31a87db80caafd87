"""Names for the numpy arrays that the stages hand to one another."""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]  # which distinct value a row holds; -1 where it holds none
Rows = NDArray[np.int32]  # positions of rows in a table
Keys = NDArray[np.int64]  # one block key for each row; -1 where it has none
Levels = NDArray[np.uint8]  # one row for each field, one column for each pair
Counts = NDArray[np.int64]  # how many, or where
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
