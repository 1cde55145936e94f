"""How every program is timed.

A program gives `make(workload, seeds, threads)`, which makes the networks of these seeds ready and
returns `train(epochs)`; that trains every one of them for so many epochs and returns their mean
loss in the last. It runs in one process or in several, each of which has its share of the networks
and, on Linux, a share of the cores of its own. Each trains for one epoch to warm up and compile, and
for another to find how many epochs fill the wanted time. Then all begin each repetition at the same
moment, and it lasts until the last one is through.
"""

import argparse
import json
import math
import multiprocessing
import os
import time

from workloads import WORKLOADS


def share(make, workload, seeds, threads, seconds, repetitions, together, epochs, results):
    """One process: its share of the networks."""
    train = make(workload, seeds, threads)
    first_loss = train(1)
    together.wait()
    start = time.monotonic()
    train(1)
    with epochs.get_lock():
        wanted = math.ceil(seconds / (time.monotonic() - start))
        epochs.value = max(epochs.value, wanted)
    times = []
    for _ in range(repetitions):
        together.wait()
        start = time.monotonic()
        loss = train(epochs.value)
        times.append((start, time.monotonic()))
    results.put((times, first_loss, loss))


def measure(make, workload, networks, processes, threads, seconds, repetitions):
    """Microseconds per step of one run in every repetition, and the mean losses before and after."""
    spawn = multiprocessing.get_context("spawn")
    together, epochs, results = spawn.Barrier(processes), spawn.Value("q", 1), spawn.Queue()
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    started = []
    for i in range(processes):
        # A process begins with the cores of the one that starts it, and libraries count them when
        # they are loaded.
        if cores:
            os.sched_setaffinity(0, cores[i * threads : (i + 1) * threads])
        seeds = range(networks)[i::processes]
        arguments = (make, workload, seeds, threads, seconds, repetitions, together, epochs, results)
        started.append(spawn.Process(target=share, args=arguments, daemon=True))
        started[-1].start()
    shares = []
    while len(shares) < processes:
        try:
            shares.append(results.get(timeout=1))
        except multiprocessing.queues.Empty:
            if any(process.exitcode not in (None, 0) for process in started):
                raise SystemExit("a process failed") from None
    for process in started:
        process.join()

    steps = epochs.value * (workload.rows // workload.batch) * networks
    every_time, first, last = zip(*shares)
    spans = [
        max(end for _, end in repetition) - min(start for start, _ in repetition)
        for repetition in zip(*every_time)
    ]
    return {
        "networks": networks,
        "epochs": epochs.value,
        "microseconds": [1e6 * span / steps for span in spans],
        "first_loss": sum(first) / processes,
        "last_loss": sum(last) / processes,
    }


def main(make, program, most=None):
    """The command line of a program that trains `most` networks, or else all of a workload."""
    parser = argparse.ArgumentParser(description=program)
    parser.add_argument("workload", choices=WORKLOADS)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--seconds", type=float, default=1.0, help="least length of a repetition")
    parser.add_argument("--repetitions", type=int, default=5)
    options = vars(parser.parse_args())
    workload = WORKLOADS[options.pop("workload")]
    networks = min(workload.networks, most or workload.networks)
    print(json.dumps(measure(make, workload, networks, **options)))
