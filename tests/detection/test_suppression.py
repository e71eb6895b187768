from __future__ import annotations

import numpy as np
import pytest

from app.detection.detections import Detections
from app.detection.kinship import Kinship, Relation
from app.detection.suppression import greedy_keep, suppress
from app.geometry import overlap_of_smaller

PERSON, BICYCLE, CAR, VEHICLE, D1, D2 = 1, 2, 3, 4, 5, 6
CLASSES = {
    PERSON: "Person",
    BICYCLE: "Bicycle",
    CAR: "Car",
    VEHICLE: "Vehicle",
    D1: "d1",
    D2: "d2",
}
Row = tuple[int, float, tuple[float, float, float, float]]


def make(*rows: Row) -> Detections:
    ordered = sorted(rows, key=lambda row: -row[1])
    return Detections(
        np.array([row[2] for row in ordered], np.float32).reshape(-1, 4),
        np.array([row[1] for row in ordered], np.float32),
        np.array([row[0] for row in ordered], np.int32),
    )


def kept(*rows: Row, merge_kindred: bool = True) -> list[tuple[int, float]]:
    detections = suppress(
        make(*rows), Kinship(CLASSES), merge_kindred=merge_kindred, confident_score=0.3
    )
    pairs = zip(detections.class_ids.tolist(), detections.scores.tolist(), strict=True)
    return [(class_id, round(score, 3)) for class_id, score in pairs]


def test_nothing_and_one_stay_as_they_are() -> None:
    assert kept() == []
    assert kept((CAR, 0.4, (0, 0, 10, 10))) == [(CAR, 0.4)]


def test_two_boxes_on_one_car_become_the_better() -> None:
    assert kept((CAR, 0.5, (0, 0, 100, 60)), (CAR, 0.4, (5, 2, 108, 66))) == [(CAR, 0.5)]


def test_car_and_vehicle_on_one_car_become_one() -> None:
    rows: list[Row] = [(VEHICLE, 0.6, (0, 0, 100, 60)), (CAR, 0.5, (1, 1, 99, 62))]
    assert kept(*rows) == [(VEHICLE, 0.6)]
    assert kept(*rows, merge_kindred=False) == [(VEHICLE, 0.6), (CAR, 0.5)]


def test_part_inside_a_car_goes_though_iou_is_small() -> None:
    assert kept((CAR, 0.5, (0, 0, 100, 60)), (VEHICLE, 0.4, (60, 10, 98, 58))) == [(CAR, 0.5)]


def test_neighbours_that_touch_both_stay() -> None:
    assert len(kept((CAR, 0.5, (0, 0, 100, 60)), (CAR, 0.4, (55, 0, 150, 60)))) == 2


def test_person_before_a_car_stays() -> None:
    rows: list[Row] = [(CAR, 0.6, (0, 0, 100, 60)), (PERSON, 0.4, (40, 5, 60, 58))]
    assert len(kept(*rows)) == 2


def test_rider_and_bicycle_both_stay_however_much_they_overlap() -> None:
    assert len(kept((BICYCLE, 0.6, (0, 0, 40, 80)), (PERSON, 0.5, (2, 0, 42, 80)))) == 2


def test_one_box_with_two_names_is_one_object() -> None:
    rows: list[Row] = [(PERSON, 0.6, (0, 0, 40, 80)), (CAR, 0.5, (0, 0, 40, 80))]
    assert kept(*rows) == [(PERSON, 0.6)]
    assert len(kept(*rows, merge_kindred=False)) == 2


def test_small_car_in_the_box_of_a_lorry_next_to_it_stays() -> None:
    assert len(kept((VEHICLE, 0.6, (0, 0, 200, 200)), (CAR, 0.5, (5, 5, 45, 35)))) == 2


def test_box_round_two_cars_goes_and_both_cars_stay() -> None:
    rows: list[Row] = [
        (VEHICLE, 0.5, (0, 0, 210, 60)),
        (CAR, 0.55, (2, 2, 100, 58)),
        (CAR, 0.42, (110, 2, 208, 58)),
    ]
    assert kept(*rows) == [(CAR, 0.55), (CAR, 0.42)]


def test_box_round_two_poor_boxes_stays() -> None:
    rows: list[Row] = [
        (VEHICLE, 0.7, (0, 0, 210, 60)),
        (CAR, 0.35, (2, 2, 100, 58)),
        (CAR, 0.32, (110, 2, 208, 58)),
    ]
    assert kept(*rows) == [(VEHICLE, 0.7)]


def test_two_boxes_on_one_half_are_no_group() -> None:
    rows: list[Row] = [
        (VEHICLE, 0.5, (0, 0, 210, 60)),
        (CAR, 0.49, (2, 2, 100, 58)),
        (CAR, 0.48, (4, 4, 104, 58)),
    ]
    assert kept(*rows) == [(VEHICLE, 0.5)]


def test_classes_nobody_knows_merge_only_when_the_boxes_are_the_same() -> None:
    assert kept((D1, 0.6, (0, 0, 100, 100)), (D2, 0.5, (3, 2, 102, 99))) == [(D1, 0.6)]
    assert len(kept((D1, 0.6, (0, 0, 100, 100)), (D2, 0.5, (20, 20, 80, 80)))) == 2


def test_asking_for_low_scores_leaves_the_confident_ones_as_they_were() -> None:
    random = np.random.default_rng(7)
    kinship = Kinship(CLASSES)
    for _ in range(100):
        corners = random.uniform(0, 300, (80, 2))
        boxes = np.hstack([corners, corners + random.uniform(5, 120, (80, 2))])
        scores = -np.sort(-random.uniform(0.1, 0.6, 80))
        every = Detections(
            boxes.astype(np.float32),
            scores.astype(np.float32),
            random.integers(1, 7, 80).astype(np.int32),
        )
        low = suppress(every, kinship, merge_kindred=True, confident_score=0.3)
        high = suppress(
            every.select(every.scores >= 0.3), kinship, merge_kindred=True, confident_score=0.3
        )
        np.testing.assert_array_equal(low.select(low.scores >= 0.3).boxes_xyxy, high.boxes_xyxy)


def test_keeping_equals_the_plain_loop() -> None:
    random = np.random.default_rng(3)
    for _ in range(50):
        corners = random.uniform(0, 200, (60, 2))
        boxes = np.hstack([corners, corners + random.uniform(5, 90, (60, 2))]).astype(np.float32)
        removes = overlap_of_smaller(boxes, boxes) > 0.5
        expected = np.ones(60, np.bool_)
        for i in range(60):
            if expected[i]:
                expected[i + 1 :] &= ~removes[i, i + 1 :]
        np.testing.assert_array_equal(greedy_keep(removes), expected)


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        (CAR, VEHICLE, Relation.KIN),
        (CAR, CAR, Relation.KIN),
        (D1, D1, Relation.KIN),
        (PERSON, CAR, Relation.STRANGERS),
        (PERSON, BICYCLE, Relation.STRANGERS),
        (D1, D2, Relation.UNKNOWN),
        (PERSON, D1, Relation.UNKNOWN),
    ],
)
def test_relations(first: int, second: int, relation: Relation) -> None:
    assert Kinship(CLASSES).relations(np.array([first, second], np.int32))[0, 1] == relation


def test_a_models_own_groups_replace_the_vocabulary() -> None:
    kinship = Kinship(CLASSES, [["D1", "d2"]])
    relations = kinship.relations(np.array([D1, D2, CAR, VEHICLE], np.int32))
    assert relations[0, 1] == Relation.KIN
    assert relations[2, 3] == Relation.UNKNOWN
