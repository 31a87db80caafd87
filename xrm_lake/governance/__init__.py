"""Governance: who may see and do what. Knows the store, and nothing of what is built on it."""
