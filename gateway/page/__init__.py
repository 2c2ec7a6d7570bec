"""The page: files that a browser runs as they are, and what it may do with them."""
