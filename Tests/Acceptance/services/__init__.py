"""Real servers that tests start on free loopback ports, with data of their own, and stop by their process id."""
