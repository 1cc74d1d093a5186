"""Files that an author or a learner writes, changed at random: each is valid, or refused at a place."""
