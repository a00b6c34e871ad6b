"""Files of products: whole or absent, with provenance, content hashes, and the list of their bytes."""
