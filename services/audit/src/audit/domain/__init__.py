"""Posts, mentions and footprints: pure rules, standard library only."""
