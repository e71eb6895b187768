"""What can be drawn, saved and typed, and what a person reads when it cannot count."""

from __future__ import annotations

import json

import pytest

from app.counting.errors import CountingError
from app.counting.geometries import (
    CountingBand,
    CountingLine,
    Scene,
    Zone,
    default_scene,
    direction_name,
    parse_band,
    parse_line,
)

SQUARE = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))


class TestScene:
    def test_survives_json(self):
        scene = Scene(
            (
                CountingLine("línea", (0, 0.5), (1, 0.25), {"up": "Subiendo"}, is_swapped=True),
                CountingBand("band", (0, 0.4), (1, 0.5)),
                Zone("zone", SQUARE, {"in": "Entran"}),
            ),
            anchor="bottom",
        )
        assert Scene.from_json(json.loads(json.dumps(scene.to_json()))) == scene

    def test_is_the_band_of_the_course_by_default(self):
        (band,) = default_scene().geometries
        assert band == CountingBand("Band", (0.0, 0.4), (1.0, 0.5))
        assert default_scene().anchor == "center"

    def test_names_are_told_apart(self):
        line = CountingLine("road", (0, 0.5), (1, 0.5))
        with pytest.raises(CountingError) as caught:
            Scene((line, Zone("road", SQUARE)))
        assert caught.value.code == "same-name"
        assert "road" in caught.value.message

    def test_an_anchor_is_one_of_two(self):
        with pytest.raises(CountingError, match="top") as caught:
            Scene((), "top")
        assert caught.value.code == "unknown-anchor"

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"geometries": 3},
            {"geometries": [3]},
            {"geometries": [{"kind": "line", "name": "no ends"}]},
            {"geometries": [{"kind": "circle", "name": "round"}]},
            {"geometries": [{"kind": "zone", "name": "z", "points": 1}]},
            {"geometries": [{"kind": "zone", "name": "z", "points": [], "direction_names": 5}]},
        ],
    )
    def test_a_broken_file_is_told_from_a_bad_line(self, fields):
        with pytest.raises(CountingError) as caught:
            Scene.from_json(fields)
        assert caught.value.code == "bad-scene"
        assert caught.value.hint


class TestParsing:
    def test_a_line(self):
        line = parse_line(" 0, 0.5 ,1,0.25", name="road")
        assert line == CountingLine("road", (0.0, 0.5), (1.0, 0.25))

    def test_a_band_from_any_two_corners(self):
        assert parse_band("1,0.5,0,0.4") == CountingBand("Band", (0.0, 0.4), (1.0, 0.5))

    @pytest.mark.parametrize(
        "text", ["", "0,0.5,1", "0,0.5,1,0.5,1", "a,b,c,d", "0;0.5;1;0.5", "nan,0,1,1", "inf,0,1,1"]
    )
    @pytest.mark.parametrize("parse", [parse_line, parse_band])
    def test_what_is_not_four_fractions_is_said_with_an_example(self, parse, text):
        with pytest.raises(CountingError) as caught:
            parse(text)
        assert caught.value.code == "bad-coordinates"
        assert "from 0 to 1" in caught.value.hint

    @pytest.mark.parametrize("text", ["0,0.5,1.2,0.5", "-0.1,0,1,1", "0,0,640,480"])
    @pytest.mark.parametrize("parse", [parse_line, parse_band])
    def test_pixels_are_taken_for_what_they_are(self, parse, text):
        with pytest.raises(CountingError, match="outside the picture"):
            parse(text)

    def test_a_line_of_no_length(self):
        with pytest.raises(CountingError) as caught:
            parse_line("0.5,0.5,0.5,0.5")
        assert caught.value.code == "line-without-length"
        assert "two different ends" in caught.value.hint

    @pytest.mark.parametrize("text", ["0,0.5,1,0.5", "0.5,0,0.5,1", "0.5,0.5,0.5,0.5"])
    def test_a_band_of_no_area(self, text):
        with pytest.raises(CountingError) as caught:
            parse_band(text)
        assert caught.value.code == "band-without-area"


class TestZone:
    @pytest.mark.parametrize(
        "points",
        [
            (),
            ((0.1, 0.1), (0.9, 0.9)),
            ((0.1, 0.1), (0.9, 0.9), (0.1, 0.1)),
            ((0.1, 0.1), (0.5, 0.5), (0.9, 0.9)),
        ],
    )
    def test_needs_three_corners_and_an_area(self, points):
        with pytest.raises(CountingError) as caught:
            Zone("yard", points)
        assert caught.value.code == "zone-without-area"
        assert "yard" in caught.value.message

    def test_has_its_corners_in_the_picture(self):
        with pytest.raises(CountingError) as caught:
            Zone("yard", ((0, 0), (1, 0), (1, 1.01)))
        assert caught.value.code == "bad-coordinates"


class TestNames:
    def test_an_unknown_direction_cannot_be_renamed(self):
        with pytest.raises(CountingError) as caught:
            CountingLine("road", (0, 0.5), (1, 0.5), {"in": "Entran"})
        assert caught.value.code == "unknown-direction"
        assert "up, down, left, right" in caught.value.hint

    def test_a_name_is_needed(self):
        with pytest.raises(CountingError) as caught:
            CountingBand("", (0, 0.4), (1, 0.5))
        assert caught.value.code == "geometry-without-name"

    def test_an_emptied_name_shows_the_key_again(self):
        line = CountingLine("road", (0, 0.5), (1, 0.5), {"up": "", "down": "Bajando"})
        assert direction_name(line, "up") == "up"
        assert direction_name(line, "down") == "Bajando"
