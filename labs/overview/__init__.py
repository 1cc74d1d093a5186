"""What crosses all of it, for a screen or a page: shelf, record, review, briefing, debrief."""
