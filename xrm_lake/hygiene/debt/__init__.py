"""Governance debt: what the model and its sources carry along that nobody needs, or that contradicts itself."""
