"""
Mapping: which type a table is of, and which field or link each of its columns is, by headers and by content.

A header proposes (`synonyms.toml`), the values of the column agree or object, other tables of the same delivery and
the lake say what an id or a name points to, and of all assignments the one with the best total wins.
"""
