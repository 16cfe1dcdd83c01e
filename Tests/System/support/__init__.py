"""What the system tests stand on: accounts, terminals, and registries that misbehave."""
