"""The curriculum: goals and tracks as data, what of them is covered, and what is wrong with the pages."""
