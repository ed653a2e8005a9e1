"""The ground floor: pure rules. No I/O, clock, randomness, logging, threads or async."""
