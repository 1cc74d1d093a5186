"""What `fdelab plugin new` copies: a package with one word of each kind."""
