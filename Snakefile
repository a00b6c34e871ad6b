# The workflow is in workflow/Snakefile; this file lets `snakemake` find it from here.


include: "workflow/Snakefile"


workflow.default_target = "all"  # what is included may not say so
