"""Whole screens: the list of applications, and one application with its tabs."""
