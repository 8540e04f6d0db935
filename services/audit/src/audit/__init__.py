"""audit: what stakeholders say online, where, and who talks about them."""
