"""What is wrong with the files: every fault is planted on purpose and written down."""
