"""Pages of Changes and Releases, for staff and in the portal."""
