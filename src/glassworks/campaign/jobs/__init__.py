"""What each kind of job does: it reads declared inputs, calls the library, and writes whole files."""
