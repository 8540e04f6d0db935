"""The statistical half of the safety scan: weights, how texts reach them, and fitting them to own posts."""
