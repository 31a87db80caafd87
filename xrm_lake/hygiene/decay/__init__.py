"""Decay: what shows that people stop believing in the records, in the meaning of stages, and in the reports made of them."""
