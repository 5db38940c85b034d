"""Security incidents and breaches of personal data: assessed, told in time, followed up, kept in a register."""
