"""Runs every program at every workload, sweep among them, and prints one table."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

from workloads import WORKLOADS

HERE = Path(__file__).resolve().parent
PEERS = {
    "sweep": "`sweep`, observed and stored",
    "torch_loop": "PyTorch, one network at a time",
    "torch_stacked": "PyTorch, stacked `baddbmm`",
    "jax_loop": "JAX `jit`, one network at a time",
    "jax_stacked": "JAX `jit(vmap)`",
}


def settings(peer, workload, cores):
    """The (processes, threads of each) that are tried; the fastest is what counts."""
    if workload.networks == 1 and peer.endswith("stacked"):
        return []
    if peer == "sweep":
        return list(dict.fromkeys([(1, 1), (min(cores, workload.networks), 1)]))
    tried = [(1, 1), (1, cores)] + [(cores, 1)] * (workload.networks >= cores)
    return list(dict.fromkeys(tried))


def measure(peer, name, setting, options):
    """What one program says."""
    processes, threads = map(str, setting)
    program = [sys.executable, HERE / f"{peer}.py"]
    if peer == "sweep":
        manifest = HERE.parent.parent / "Cargo.toml"
        program = ["cargo", "bench", "--quiet", "--manifest-path", manifest, "--bench", "training", "--"]
    command = [*program, name, "--processes", processes, "--threads", threads]
    command += ["--seconds", str(options.seconds), "--repetitions", str(options.repetitions)]
    if peer == "sweep" and options.quick:
        command += ["--epochs", "4"]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result = json.loads(said)
    median = statistics.median(result["microseconds"])
    print(f"{name}, {peer}, {processes} × {threads}: {median:.3g} µs", file=sys.stderr)
    return {"processes": setting[0], "threads": setting[1], "median": median, **result}


def table(results, options, cores):
    """The medians as Markdown: a row for each way of training, a column for each workload."""
    names = list(results)
    yield "| | " + " | ".join(f"`{name}`" for name in names) + " |"
    yield "|---|" + "---:|" * len(names)
    for peer, title in PEERS.items():
        found = [results[name].get(peer) for name in names]
        if any(found):
            yield f"| {title} | " + " | ".join(cell(best) for best in found) + " |"
    for title, figure in FIGURES.items():
        row = [figure(name, results[name]) for name in names]
        yield f"| {title} | " + " | ".join(row) + " |"
    yield ""
    yield (
        "Microseconds per step of one run, and in brackets processes × threads: the fastest of those "
        f"tried on {cores} cores. Median of {options.repetitions} repetitions of at least "
        f"{options.seconds:g} s, without compilation and warm-up; of `sweep` at least as many epochs as the "
        "workload asks for. Beside its steps `sweep` makes data, "
        "observes layers and risks, and stores traces: what a training costs that does not grow with its "
        "length, as a share of this one's time."
    )


def times(peer):
    """How many times as long as sweep another program takes."""

    def figure(_, found):
        if peer not in found or "sweep" not in found:
            return ""
        return f"{found[peer]['median'] / found['sweep']['median']:.3g} ×"

    return figure


def workers(_, found):
    """How much faster sweep is with all workers than with one."""
    tried = found.get("sweep", {}).get("tried", [])
    by_workers = {run["processes"]: run["median"] for run in tried}
    most = max(by_workers, default=1)
    return f"{by_workers[1] / by_workers[most]:.3g} ×" if most > 1 else ""


def beside(_, found):
    """What of sweep's time goes into observing, tracing and storing a run."""
    return f"{found['sweep']['beside_steps']:.1%}" if "sweep" in found else ""


def limit(name, found):
    """Microseconds of a step's multiply-adds alone, at the processor's best."""
    if "sweep" not in found:
        return ""
    workload = WORKLOADS[name]
    (inputs, first), *_ = workload.sizes()
    entries = sum(n_in * n_out for n_in, n_out in workload.sizes())
    # Forward, by the weights, and by the inputs but for those of the first layer.
    multiply_adds = workload.batch * (3 * entries - inputs * first)
    return f"{1e6 * multiply_adds / found['sweep']['peak']:.3g}"


FIGURES = {
    "arithmetic alone": limit,
    "`jit(vmap)` over `sweep`": times("jax_stacked"),
    "`jit` over `sweep`": times("jax_loop"),
    "PyTorch loop over `sweep`": times("torch_loop"),
    "PyTorch stacked over `sweep`": times("torch_stacked"),
    "`sweep`, all workers over one": workers,
    "`sweep`, beside its steps": beside,
}


def cell(best):
    """One figure of the table."""
    return f"{best['median']:.3g} ({best['processes']} × {best['threads']})" if best else ""


def cpu():
    """The processor's name."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, help="these workloads")
    parser.add_argument("--seconds", type=float, default=1.0, help="least length of a repetition")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a smoke test: one short repetition")
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.repetitions = 0.05, 1

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    results = {}
    for name in options.only or WORKLOADS:
        results[name] = {}
        for peer in PEERS:
            tried = [
                measure(peer, name, setting, options)
                for setting in settings(peer, WORKLOADS[name], cores)
            ]
            if tried:
                best = min(tried, key=lambda result: result["median"])
                results[name][peer] = {**best, "tried": tried}

    print("\n".join(table(results, options, cores)))
    if options.json:
        requirements = (HERE / "requirements.txt").read_text().split()
        versions = dict(line.split("==") for line in requirements if "==" in line)
        record = {
            "unit": "microseconds per step of one run",
            "cpu": cpu(),
            "cores": cores,
            "versions": {name: versions[name] for name in ("torch", "jax", "jaxlib")},
            "seconds": options.seconds,
            "repetitions": options.repetitions,
            "results": results,
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
