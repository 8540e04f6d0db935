"""compliance: may this go out, who said so, and can you prove it?"""
