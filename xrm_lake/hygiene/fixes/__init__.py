"""
Fixes: what could be mended is proposed with its reason; what is applied is one batch that can be undone; what is refused stays so.

`value_clusters` and `unify_values` work on the spellings of a field; `propose_fixes`, `apply_fixes` and `refuse_fixes` on records.
"""
