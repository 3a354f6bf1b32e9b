"""What is to be fetched: due times, leases, polls, and how pages are left."""
