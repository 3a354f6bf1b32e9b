"""What a page, feed, header or address says, and every way in which kliping shows it."""
