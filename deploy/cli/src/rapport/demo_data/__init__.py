"""The demo data of a first start, loaded through the public APIs; everybody in it is invented."""
