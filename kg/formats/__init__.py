"""What files hold -> pieces of text with what is said of them: one module for each format, and nothing of the world."""
