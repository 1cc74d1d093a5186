"""One learner's engagement: its folder, practice, people and guide."""
