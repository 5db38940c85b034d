"""What every kind of case shares."""
