"""What a learner has done, kept between sittings: attempts with their checks, hints taken, engagements begun."""
