"""Who may do what in Redis or Valkey."""
