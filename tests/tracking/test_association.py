import itertools

import numpy as np
import pytest

from app.geometry import iou_matrix
from app.tracking.association import assign, association_costs

BOX = (100.0, 100.0, 140.0, 180.0)


def boxes(*values):
    return np.array(values, np.float32).reshape(-1, 4)


def costs_of(tracks, found, *, gate=1.0, size_gate=1.0, penalties=None):
    if penalties is None:
        penalties = np.zeros((len(tracks), len(found)))
    return association_costs(
        tracks,
        found,
        gates=np.full(len(tracks), gate),
        size_gates=np.full(len(tracks), size_gate),
        penalties=penalties,
    )


def random_boxes(rng, count):
    low = rng.uniform(0, 200, (count, 2))
    return np.hstack([low, low + rng.uniform(20, 90, (count, 2))]).astype(np.float32)


def plain_cost(track, found):
    """Return the cost of one pair as the documentation has it, its distance and its unlikeness."""
    sides, found_sides = track[2:] - track[:2], found[2:] - found[:2]
    apart = (track[:2] + track[2:] - found[:2] - found[2:]) / 2
    distance = np.hypot(*(apart / ((sides + found_sides) / 2)))
    unlike = np.abs(np.log(sides / found_sides)).sum()
    overlap = iou_matrix(track[None], found[None])[0, 0]
    return distance + 0.35 * unlike + 0.5 * (1 - overlap), distance, unlike


@pytest.mark.parametrize("seed", range(5))
def test_costs_are_those_of_a_plain_loop_over_pairs(seed):
    rng = np.random.default_rng(seed)
    tracks, found = random_boxes(rng, 12), random_boxes(rng, 9)
    gates, size_gates = rng.uniform(0.5, 2, 12), rng.uniform(0.3, 2, 12)
    penalties = rng.uniform(0, 0.3, (12, 9))
    costs = association_costs(
        tracks, found, gates=gates, size_gates=size_gates, penalties=penalties
    )
    assert np.isfinite(costs).any()
    for row, column in np.ndindex(costs.shape):
        cost, distance, unlike = plain_cost(tracks[row], found[column])
        if distance < gates[row] and unlike < size_gates[row]:
            assert costs[row, column] == pytest.approx(cost + penalties[row, column], abs=1e-4)
        else:
            assert costs[row, column] == np.inf


def test_the_same_box_costs_nothing_and_the_gate_is_in_widths_and_heights():
    tracks = boxes(BOX)
    assert costs_of(tracks, tracks)[0, 0] == pytest.approx(0)
    offsets = np.array([(39, 0, 39, 0), (41, 0, 41, 0), (0, 79, 0, 79), (0, 81, 0, 81)])
    in_reach = np.isfinite(costs_of(tracks, boxes(*(np.array(BOX) + offsets))))
    assert in_reach.tolist() == [[True, False, True, False]]


def test_boxes_too_unlike_in_size_are_no_pair():
    tracks, half = boxes(BOX), boxes((110, 120, 130, 160))
    assert np.isfinite(costs_of(tracks, half, size_gate=1.5)).all()
    assert not np.isfinite(costs_of(tracks, half, size_gate=1.3)).any()


@pytest.mark.parametrize(("tracks", "found"), [(0, 0), (0, 3), (3, 0)])
def test_nothing_pairs_with_nothing(tracks, found):
    costs = costs_of(boxes(*[BOX] * tracks), boxes(*[BOX] * found))
    assert costs.shape == (tracks, found)
    rows, columns = assign(costs)
    assert len(rows) == len(columns) == 0


def test_boxes_without_area_do_no_harm():
    point = boxes((50, 50, 50, 50))
    assert np.isfinite(costs_of(point, point)).all()


def best_by_trial(costs):
    """Return the most pairs possible and the least cost of so many, by trying all."""
    wide = costs if costs.shape[0] <= costs.shape[1] else costs.T
    best = (0, 0.0)
    for columns in itertools.permutations(range(wide.shape[1]), wide.shape[0]):
        chosen = wide[np.arange(len(wide)), columns]
        chosen = chosen[np.isfinite(chosen)]
        best = min(best, (-len(chosen), float(chosen.sum())))
    return -best[0], best[1]


@pytest.mark.parametrize("seed", range(30))
def test_assignments_are_the_most_pairs_for_the_least_cost(seed):
    rng = np.random.default_rng(seed)
    costs = rng.uniform(0, 2, rng.integers(1, 6, 2))
    costs[rng.random(costs.shape) < 0.5] = np.inf
    rows, columns = assign(costs)
    assert len(set(rows)) == len(set(columns)) == len(rows)
    count, total = best_by_trial(costs)
    assert len(rows) == count
    assert costs[rows, columns].sum() == pytest.approx(total)
    assert np.isfinite(costs[rows, columns]).all()


def test_two_side_by_side_are_not_swapped_though_one_is_nearer_to_the_other():
    # Both moved right by most of a width: the nearest box of the first is the second's old place.
    tracks = boxes((0, 0, 40, 80), (45, 0, 85, 80))
    rows, columns = assign(costs_of(tracks, tracks + np.float32([28, 0, 28, 0]), gate=1.5))
    assert list(zip(rows, columns, strict=True)) == [(0, 0), (1, 1)]
