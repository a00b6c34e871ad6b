"""What follows from what is declared: ensembles, stages and their digests, costs, and the graph of jobs."""
