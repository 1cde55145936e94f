"""Builds networks in PyTorch from files of `--save-weights`, and holds what they say against what sweep says.

    python weights.py EXPECTED

EXPECTED is JSON: a list of objects with the `file` of the weights, rows `x` in their own units, and the
`outputs` that sweep has for them.
"""

import json
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn

# How far outputs may be apart, as a share of their size where that is above 1.
NEAR = 1e-6


class Network(nn.Module):
    """The network that a file's metadata describes."""

    def __init__(self, of):
        super().__init__()
        self.of = of
        plans = of["layers"]
        self.layers = nn.ModuleList(nn.Linear(p["inputs"], p["outputs"]) for p in plans)
        norms = {str(i): norm(of, p, p["outputs"]) for i, p in enumerate(plans)}
        self.norms = nn.ModuleDict({i: norm for i, norm in norms.items() if norm is not None})
        self.input_norm = norm(of, of["inputs"], plans[0]["inputs"])

    def forward(self, x):
        inputs = self.of["inputs"]
        a = (x - torch.tensor(inputs["shift"]).double()) / torch.tensor(inputs["scale"]).double()
        a = a.to(self.layers[0].weight.dtype)
        if self.input_norm is not None:
            a = self.input_norm(a)
        said = []
        for i, (layer, plan) in enumerate(zip(self.layers, self.of["layers"])):
            z = layer(a)
            if str(i) in self.norms:
                z = self.norms[str(i)](z)
            if plan["adds"] is not None:
                z = z + said[plan["adds"]]
            a = z if layer is self.layers[-1] else activated(z, self.of["activation"])
            said.append(a)
        return {"linear": lambda z: z, "sigmoid": torch.sigmoid, "softmax": lambda z: z.softmax(1)}[self.of["output"]](a)


def norm(of, plan, n):
    if plan["batch_norm"]:
        return nn.BatchNorm1d(n, eps=of["batch_norm_epsilon"])
    if plan["layer_norm"]:
        return nn.LayerNorm(n, eps=of["layer_norm_epsilon"])
    return None


def activated(z, activation):
    if isinstance(activation, dict):
        if "elu" in activation:
            return nn.functional.elu(z, activation["elu"]["alpha"])
        return nn.functional.leaky_relu(z, activation["leaky-relu"]["slope"])
    return {
        "linear": lambda z: z,
        "relu": torch.relu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "gelu": nn.functional.gelu,
        "silu": nn.functional.silu,
        "softplus": nn.functional.softplus,
    }[activation](z)


def main():
    worst = 0.0
    runs = json.load(open(sys.argv[1], encoding="utf-8"))
    for run in runs:
        with safe_open(run["file"], "pt") as file:
            of = json.loads(file.metadata()["sweep"])
        tensors = load_file(run["file"])
        network = Network(of).to(tensors["layers.0.weight"].dtype)
        network.load_state_dict(tensors)
        network.eval()
        with torch.no_grad():
            outputs = network(torch.tensor(run["x"], dtype=torch.float64)).double()
        expected = torch.tensor(run["outputs"], dtype=torch.float64)
        off = ((outputs - expected).abs() / expected.abs().clamp(min=1.0)).max().item()
        assert off <= NEAR, (of["cell"], of["settings"], off)
        worst = max(worst, off)
    print(f"{len(runs)} networks: outputs differ by {worst:.1e} at most")


if __name__ == "__main__":
    main()
