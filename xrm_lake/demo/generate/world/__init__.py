"""The world behind the files: the firms and people there really are, and who of them stands in which file."""
