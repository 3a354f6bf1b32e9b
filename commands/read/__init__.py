"""Reading the archive: a module for each command, beside what several of them load and print."""
