"""What is recorded to report on: unavailability, measurements, reports and their corrections."""
