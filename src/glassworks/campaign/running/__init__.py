"""What a driver does beside Snakemake: it holds its folder, adopts what it finds there, submits arrays."""
