"""The files, each written as the system or person it comes from would write it."""
