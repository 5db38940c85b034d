"""What is kept about privacy and security, one file for each capability."""
