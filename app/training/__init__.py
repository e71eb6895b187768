"""From labelled pictures to a model package: preflight, experiment, run, evaluation, export.

Model Garden trains; its traps and the recipe are in `experiment`. TensorFlow is loaded only by
the leaf modules ``tf_*``, in the child process of the job ``train`` (`job`).
"""
