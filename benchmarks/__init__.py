"""What is measured by hand: programs, the data they make, and the peers they measure beside."""
