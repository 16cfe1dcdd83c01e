"""AWS on loopback for the project's tests and demo: MiniStack, and the parts that it lacks for this project."""
