"""What would have been late under other terms."""
