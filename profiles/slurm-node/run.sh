#!/bin/bash
# Runs a campaign, or a stage of it, inside one allocation, for stages of many short jobs:
#   sbatch profiles/slurm-node/run.sh [what `snakemake` is told, e.g. pinching --until quench]
# Three minutes before its time is up it stops and queues itself again; it goes on from what it had finished.
#SBATCH --job-name=glassworks-driver
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=16
#SBATCH --mem=32G
#SBATCH --time=12:00:00
#SBATCH --signal=B:USR1@180
#SBATCH --open-mode=append
#SBATCH --requeue
# What a cluster's user edits: the lines above, and
##SBATCH --partition=compute
##SBATCH --account=my_project
set -u
environment="${UV_PROJECT_ENVIRONMENT:-.venv}"  # as uv understands it: below the folder unless it begins with a slash
case "$environment" in /*) ;; *) environment="$PWD/$environment" ;; esac
PATH="$environment/bin:$PATH"
cores="${SLURM_CPUS_ON_NODE:-${SLURM_CPUS_PER_TASK:-all}}"
if [ -z "${SLURM_MEM_PER_NODE:-}" ] && [ -n "${SLURM_MEM_PER_CPU:-}" ] && [ "$cores" != all ]; then
    SLURM_MEM_PER_NODE=$((SLURM_MEM_PER_CPU * cores))
fi
limits=()  # none where the site takes no --mem
[ "${SLURM_MEM_PER_NODE:-0}" -gt 0 ] && limits=(--resources mem_mb="$SLURM_MEM_PER_NODE")
setsid snakemake --profile profiles/slurm-node --cores "$cores" ${limits[@]+"${limits[@]}"} "$@" &
driver=$!
again() {
    kill -TERM -- "-$driver"  # jobs may keep their state; the driver starts no more
    wait "$driver"
    scontrol requeue "$SLURM_JOB_ID"
}
trap again USR1
wait "$driver"
