"""Many stamps at once: files that become stamps, and stamps that become a file."""
