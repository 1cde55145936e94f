"""Reads every export of one sweep with the tool that it is for, and holds it against the CSV.

    python read.py EXPORT PAGE

EXPORT is the folder that `sweep export` writes into, with a folder per format; formats that are not there
are left out. Fails with the first difference.
"""

import json
import math
import os
import sys
from pathlib import Path

# MLflow is about to give file stores up, and wants to be told that one is meant.
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

import numpy as np
import pandas as pd
from mlflow import MlflowClient
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

# What the curves have, and what only the layers have.
NAMES = ["sweep", "cell", "seed", "run", "step", "epoch"]
OF_LAYERS = ["gradient_rms", "update_ratio"]
SPECIAL = {"NaN": math.nan, "inf": math.inf, "-inf": -math.inf}


def same(a, b):
    """Whether two numbers are the same, NaN and NaN among them."""
    return a == b or (math.isnan(a) and math.isnan(b))


def table(folder, name):
    """A table of the CSV, each field as its text."""
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def curves(folder, run):
    """By name, the points (step, value) of a run's curves, by the tables of curves and of layers."""
    points = {}
    rows = table(folder, "curves")
    for _, row in rows[rows.run == run].iterrows():
        for name in rows.columns.drop(NAMES):
            if row[name]:
                points.setdefault(name, []).append((int(row.step), float(row[name])))
    rows = table(folder, "layers")
    for _, row in rows[rows.run == run].iterrows():
        for name in OF_LAYERS:
            points.setdefault(f"{name}/{row.layer}", []).append((int(row.step), float(row[name])))
    return points


def check_points(told, points, rounded):
    for name, expected in points.items():
        found = told(name)
        assert len(found) == len(expected), (name, found, expected)
        for (step, x), (own_step, own) in zip(found, expected):
            assert step == own_step and same(x, rounded(own)), (name, step, x, own_step, own)


def check_json_lines(csv, folder):
    for name in ["runs", "curves", "layers"]:
        lines = [json.loads(line) for line in open(folder / f"{name}.jsonl", encoding="utf-8")]
        rows = table(csv, name)
        assert list(rows.columns) == list(lines[0]) and len(rows) == len(lines), name
        for line, (_, row) in zip(lines, rows.iterrows()):
            for key, value in line.items():
                text = row[key]
                if value is None:
                    assert text == "", (name, key, text)
                elif isinstance(value, bool):
                    assert text == str(value).lower(), (name, key, text, value)
                elif isinstance(value, (int, float)) or value in SPECIAL:
                    assert same(float(text), float(SPECIAL.get(value, value))), (name, key, text, value)
                else:
                    assert text == value, (name, key, text, value)


def check_parquet(csv, folder):
    for name in ["runs", "curves", "layers"]:
        frame = pd.read_parquet(folder / f"{name}.parquet", dtype_backend="pyarrow")
        rows = table(csv, name)
        assert list(rows.columns) == list(frame.columns) and len(rows) == len(frame), name
        for key in rows.columns:
            for text, value in zip(rows[key], frame[key].array._pa_array.to_pylist()):
                if value is None:
                    assert text == "", (name, key, text)
                elif isinstance(value, bool):
                    assert text == str(value).lower(), (name, key, text, value)
                elif isinstance(value, (int, float)):
                    assert same(float(text), float(value)), (name, key, text, value)
                else:
                    assert text == value, (name, key, text, value)


def check_tensorboard(csv, folder):
    runs = table(csv, "runs")
    folders = sorted(folder.iterdir())
    assert len(folders) == sum(runs.outcome != "missing")
    for _, run in runs[runs.outcome != "missing"].iterrows():
        start, end = f"{run.cell} ", f"seed={run.seed}"
        [own] = [f for f in folders if f.name.startswith(start) and f.name.endswith(end)]
        events = EventAccumulator(str(own), size_guidance={"scalars": 0})
        events.Reload()
        with np.errstate(over="ignore"):
            check_points(
                lambda name: [(e.step, e.value) for e in events.Scalars(name)],
                curves(csv, run.run),
                lambda x: float(np.float32(x)),
            )
        metadata = events.summary_metadata["_hparams_/session_start_info"].plugin_data
        data = plugin_data_pb2.HParamsPluginData.FromString(metadata.content)
        hparams = data.session_start_info.hparams
        assert hparams["seed"].number_value == int(run.seed)
        for key in set(hparams) - {"seed"}:
            value = hparams[key]
            kind = value.WhichOneof("kind")
            if kind == "number_value":
                assert float(run[key]) == value.number_value, key
            elif kind == "string_value":
                assert run[key] == value.string_value, key
            else:
                assert run[key] == str(value.bool_value).lower(), key


def check_mlflow(csv, folder, page):
    client = MlflowClient(tracking_uri=str(folder))
    [experiment] = [e for e in client.search_experiments() if e.name == page]
    found = client.search_runs([experiment.experiment_id], max_results=10_000)
    found = {run.data.tags["sweep.run"]: run for run in found}
    runs = table(csv, "runs")
    settings = list(runs.columns)
    assert set(found) == set(runs[runs.outcome != "missing"].run)
    for _, row in runs[runs.outcome != "missing"].iterrows():
        run = found[row.run]
        tags = run.data.tags
        assert (tags["sweep.outcome"], tags["sweep.diagnosis"]) == (row.outcome, row.diagnosis)
        params = {key: value for key, value in run.data.params.items()}
        assert params.pop("seed") == row.seed
        for key, value in params.items():
            assert key in settings, key
            try:
                assert float(value) == float(row[key]), key
            except ValueError:
                assert value == row[key], (key, value, row[key])
        run_id = run.info.run_id
        assert client.get_run(run_id).info.run_name.endswith(f"seed {row.seed}")
        check_points(
            lambda name: [(m.step, m.value) for m in client.get_metric_history(run_id, name)],
            curves(csv, row.run),
            lambda x: x,
        )


def main():
    export, page = Path(sys.argv[1]), sys.argv[2]
    csv = export / "csv" / page
    checks = {
        "jsonl": lambda folder: check_json_lines(csv, folder / page),
        "parquet": lambda folder: check_parquet(csv, folder / page),
        "tensorboard": lambda folder: check_tensorboard(csv, folder / page),
        "mlflow": lambda folder: check_mlflow(csv, folder, page),
    }
    for name, check in checks.items():
        if (export / name).exists():
            check(export / name)
            print(f"{name}: as the CSV")


if __name__ == "__main__":
    main()
