"""Figures of what is sold, of any type with stages and an amount: frames that the pages of the gallery show."""
