"""What the pages say: pure view models over the four APIs."""
