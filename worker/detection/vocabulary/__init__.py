"""Small tables of words, folded (small letters, no accents): evidence for names and against them."""
