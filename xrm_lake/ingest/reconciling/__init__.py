"""Holding a file that came in against what the lake has of it now: records, amounts, links and totals."""
