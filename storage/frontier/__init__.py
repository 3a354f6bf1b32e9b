"""What is to be fetched: due times, leases, polls."""
