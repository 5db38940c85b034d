"""Care data in good hands: security incidents and breaches, retention, hand-over, registers."""
