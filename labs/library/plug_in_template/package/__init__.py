"""Words for fdelab's scenarios."""
