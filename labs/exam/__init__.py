"""One exam: its submission, its run, its verdict and its timeline."""
