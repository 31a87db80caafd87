"""What the benchmark of duplicate detection is made of: the sets, the runs in their own processes, the rates, the tables."""
