"""Run as a program: compares the starter's backbone in Model Garden with the TFLite file.

Prints one JSON object. In a process of its own, for it loads TensorFlow.
"""

from __future__ import annotations

import json
import sys
from contextlib import chdir
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from app.training.experiment import RunData, make_experiment
from app.training.learning import rebuild_backbone
from app.training.leaves import load_leaf
from app.training.settings import TrainSettings
from app.training.starter_network import read_backbone, starter_model_path


def worst(found: np.ndarray, wanted: np.ndarray) -> float:
    """Return the largest difference, relative to the largest value."""
    return float(np.abs(found - wanted).max() / np.abs(wanted).max())


def main(folder: Path) -> None:
    """Print the report; the checkpoint goes into `folder`."""
    leaf, run_leaf = load_leaf("tf_backbone"), load_leaf("tf_run")
    network = read_backbone(starter_model_path())
    pictures = np.random.default_rng(5).uniform(0, 255, (4, 300, 300, 3)).astype(np.float32)
    fed = pictures / np.float32(127.5) - 1
    plain = leaf.build_backbone(network, leaf.measure(network, fed))
    found = {key: value.numpy() for key, value in plain(fed[:1], training=False).items()}
    starter = Interpreter(str(starter_model_path()), experimental_preserve_all_tensors=True)
    starter.allocate_tensors()
    starter.set_tensor(starter.get_input_details()[0]["index"], fed[:1])
    starter.invoke()
    tensors = [starter.get_tensor(step.target) for step in network.steps]
    endpoints = {}
    for key, value in found.items():
        same = [tensor for tensor in tensors if tensor.shape == value.shape]
        endpoints[key] = worst(value, same[-1])
    report = {"endpoints": endpoints, **folded(leaf, network, pictures[:1])}
    rebuild_backbone(folder / "backbone")
    print(json.dumps({**report, **initialized(run_leaf, folder)}))  # noqa: T201


def folded(leaf, network, pictures) -> dict[str, float]:
    """Compare the first convolution with and without the normalisation inside it."""
    plain, inside = network.convolutions[0], leaf.fold_normalisation(network).convolutions[0]
    wanted = leaf._convolved(plain, pictures / np.float32(127.5) - 1) + plain.bias
    found = leaf._convolved(inside, leaf.normalised(pictures)) + inside.bias
    # The picture is padded with 0, which means another colour on either side.
    return {"first": worst(found.numpy()[:, :-1, :-1], wanted.numpy()[:, :-1, :-1])}


def initialized(run_leaf, folder: Path) -> dict[str, float]:
    """Let the stock task start from the checkpoint, and compare training with inference."""
    data = RunData(8, 4, highest_class_id=2, most_boxes=1)
    experiment = make_experiment(TrainSettings(), data, records="data", init_checkpoint="backbone")
    task = run_leaf.RetinaNetTask(run_leaf.load_params(experiment).task)
    model = task.build_model()
    with chdir(folder):
        task.initialize(model)
    kernel = model.backbone.trainable_variables[0].numpy()
    inside = load_leaf("tf_backbone").fold_normalisation(read_backbone(starter_model_path()))
    return {
        "kernel": worst(kernel, inside.convolutions[0].kernel),
        "classes": task.task_config.model.num_classes,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
