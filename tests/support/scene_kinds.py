"""The kinds of scenes: each is a hard case for counting, drawn anew from every seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.support.scene_paths import (
    UPRIGHT,
    Layout,
    Occluder,
    add_lane,
    add_parked_car,
    add_visitor,
    add_walker,
)


def free_flow(layout: Layout) -> None:
    """Two lanes each way, free traffic, sometimes a tree at the roadside."""
    rng, unit = layout.rng, layout.unit
    for lane in (-330, -150, 150, 330):
        add_lane(
            layout,
            lane_x=lane * unit,
            is_downward=lane < 0,
            speed_px=rng.uniform(4, 9) * unit,
            headway_px=rng.uniform(150, 320) * unit,
        )
    if rng.random() < 0.5:
        _add_roadside_tree(layout)


def busy_road(layout: Layout) -> None:
    """Three dense lanes each way: always ten cars or more."""
    rng, unit = layout.rng, layout.unit
    for lane in (-440, -290, -140, 140, 290, 440):
        add_lane(
            layout,
            lane_x=lane * unit,
            is_downward=lane < 0,
            speed_px=rng.uniform(3, 6) * unit,
            headway_px=rng.uniform(105, 130) * unit,
        )


def slow_queue(layout: Layout) -> None:
    """Stop-and-go in dense lanes beside a car parked on the line."""
    rng, unit = layout.rng, layout.unit
    for lane in (-150, 30, 210):
        add_lane(
            layout,
            lane_x=lane * unit,
            is_downward=lane < 0,
            speed_px=rng.uniform(2, 4) * unit,
            headway_px=rng.uniform(100, 125) * unit,
            red_frames=int(rng.integers(50, 110)),
        )
    add_parked_car(
        layout,
        x=layout.vanish_x + rng.choice((-360, 420)) * unit,
        center_y=layout.height * 0.5 + rng.uniform(-5, 5) * unit,
    )


def crossing_pairs(layout: Layout) -> None:
    """People who meet at the line, one before the other, walking opposite ways."""
    rng, unit = layout.rng, layout.unit
    layout.line, layout.ground = UPRIGHT, "plaza"
    start = rng.uniform(60, 110)
    while start < layout.frames:
        ground = layout.height * rng.uniform(0.35, 0.9)
        for way in (1, -1):
            speed = rng.uniform(2.5, 6) * unit
            meeting = layout.width / 2 + rng.uniform(-30, 30) * unit
            walked = meeting if way > 0 else layout.width - meeting
            add_walker(
                layout,
                start_frame=start + 60 - walked / speed,
                ground_y=ground + way * rng.uniform(4, 14) * unit,
                speed_px=way * speed,
            )
        start += rng.uniform(25, 55)


def u_turns(layout: Layout) -> None:
    """Some turn just before the line, some cross and come back, some go straight on."""
    rng, width, height = layout.rng, layout.width, layout.height
    layout.line, layout.ground = UPRIGHT, "plaza"
    start = -150.0
    while start < layout.frames:
        person = 45 * layout.unit  # about the width of one, which is the extent that matters
        side = rng.choice((-1, 1))
        ground = height * rng.uniform(0.35, 0.95)
        kind = rng.choice(("before", "beyond", "straight"), p=(0.4, 0.35, 0.25))
        reach = (
            {
                "before": -rng.uniform(0.9, 2.0),
                "beyond": rng.uniform(1.6, 3.5),
                "straight": 0.0,
            }[kind]
            * person
            * (ground - layout.horizon_y)
            / (height / 2 - layout.horizon_y)
        )
        if kind == "straight":
            speed = rng.uniform(2.5, 6) * layout.unit
            add_walker(layout, start_frame=start, ground_y=ground, speed_px=-side * speed)
        else:
            edge = width / 2 + side * (width / 2 + 40 * layout.unit)
            turn = width / 2 - side * reach
            frames = abs(edge - turn) / (rng.uniform(2.5, 5) * layout.unit)
            back = ground + rng.uniform(-0.05, 0.05) * height
            stops = [
                (start, edge, ground),
                (start + frames, turn, (ground + back) / 2),
                (start + 2 * frames, edge, back),
            ]
            add_visitor(layout, stops=stops, look="person")
        start += rng.uniform(20, 45)


def loiterers(layout: Layout) -> None:
    """People stand on the line and beside it, others walk along it or past them."""
    rng, unit = layout.rng, layout.unit
    width, height, frames = layout.width, layout.height, layout.frames
    layout.line, layout.ground = UPRIGHT, "plaza"
    beat = np.arange(-40, frames + 80, 40)
    for ground in rng.permutation([0.45, 0.62, 0.8, 0.95])[: rng.integers(2, 4)] * height:
        where = width / 2 + rng.choice((0, 0, -75, 75)) * unit
        stops = [
            (int(t), where + rng.uniform(-1.5, 1.5) * unit, ground + rng.uniform(-2, 2))
            for t in beat
        ]
        add_visitor(layout, stops=stops, look="person")
    along = width / 2 + rng.choice((-1, 1)) * rng.uniform(75, 110) * unit
    pace = rng.uniform(1.2, 2.5) * unit
    stops = [(0, along, 0.25 * height), (int(height / pace), along, 1.25 * height)]
    add_visitor(layout, stops=stops, look="person")
    _add_crowd(layout, gap_frames=(25, 60))


def fast(layout: Layout) -> None:
    """Cars at 15 to 28 pixels a frame at the line, with motion blur."""
    rng, unit = layout.rng, layout.unit
    layout.has_motion_blur = True
    for lane in (-300, -110, 110, 300):
        add_lane(
            layout,
            lane_x=lane * unit,
            is_downward=lane < 0,
            speed_px=rng.uniform(15, 28) * unit,
            headway_px=rng.uniform(350, 700) * unit,
        )


def pedestrians(layout: Layout) -> None:
    """People walking both ways, alone and in groups, behind a lamp post or two."""
    rng, unit = layout.rng, layout.unit
    layout.line, layout.ground = UPRIGHT, "plaza"
    _add_crowd(layout, gap_frames=(12, 35))
    for x in rng.uniform(0.08, 0.92, rng.integers(0, 3)) * layout.width:
        ground = rng.uniform(0.6, 0.9) * layout.height
        half = rng.uniform(5, 10) * unit
        layout.occluders.append(Occluder((x - half, 0, x + half, ground), ground, "pole"))


def occluder(layout: Layout) -> None:
    """Everybody passes behind a tree trunk or sign that stands right at the line."""
    rng, unit = layout.rng, layout.unit
    layout.line, layout.ground = UPRIGHT, "plaza"
    # Brisk people and a slim trunk: nobody is hidden for much longer than a second.
    _add_crowd(layout, gap_frames=(22, 50), slowest_px=2.5)
    half = rng.uniform(12, 28) * unit
    center = layout.width / 2 + rng.uniform(-12, 12) * unit
    layout.occluders.append(
        Occluder(
            (center - half, 0, center + half, float(layout.height)),
            2.0 * layout.height,
            "tree" if rng.random() < 0.5 else "sign",
        )
    )


def _add_crowd(layout: Layout, *, gap_frames: tuple[float, float], slowest_px: float = 1.8) -> None:
    rng = layout.rng
    start = -400.0
    while start < layout.frames:
        way = rng.choice((-1, 1))
        speed = rng.uniform(slowest_px, 5.5) * layout.unit
        ground = layout.height * rng.uniform(0.3, 1.0)
        for member in range(rng.choice((1, 1, 1, 2))):
            add_walker(
                layout,
                start_frame=start + member * rng.uniform(12, 22) / speed * layout.unit * 2,
                ground_y=ground + member * rng.uniform(-12, 12) * layout.unit,
                speed_px=way * speed * rng.uniform(0.97, 1.03),
            )
        start += rng.uniform(*gap_frames)


def _add_roadside_tree(layout: Layout) -> None:
    rng, unit = layout.rng, layout.unit
    x = layout.vanish_x + rng.choice((-1, 1)) * rng.uniform(200, 420) * unit
    half = rng.uniform(10, 22) * unit
    ground = 0.99 * layout.height
    layout.occluders.append(
        Occluder((x - half, 0.0, x + half, float(layout.height)), ground, "tree")
    )


KINDS: dict[str, Callable[[Layout], None]] = {
    maker.__name__: maker
    for maker in (
        free_flow,
        busy_road,
        slow_queue,
        crossing_pairs,
        u_turns,
        loiterers,
        fast,
        pedestrians,
        occluder,
    )
}
