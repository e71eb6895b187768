"""Pictures are decoded whole and upright, or refused."""

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from app.imaging import (
    ImageReadError,
    decode_gray,
    difference_hash,
    read_content,
    read_image,
    read_size,
)

REFUSED = {
    "broken_header.png": "image-not-readable",
    "bomb_header_44bytes.gif": "image-too-large",
    "text_named.jpg": "image-not-readable",
    "truncated.jpg": "image-not-readable",
    "truncated.png": "image-not-readable",
    "truncated_end_chunk.png": "image-not-readable",
    "truncated_wild_kangaroo_00090.jpg": "image-not-readable",
    "zero_bytes.jpg": "image-not-readable",
    "zero_width.gif": "image-not-readable",
}


@pytest.fixture
def curated(reference_data: Path) -> Path:
    return reference_data / "images" / "curated"


def saved(image: Image.Image, path: Path, **options) -> Path:
    image.save(path, **options)
    return path


def test_every_odd_picture_is_read_or_refused_by_name(curated):
    for path in sorted(curated.iterdir()):
        if path.name in REFUSED:
            with pytest.raises(ImageReadError) as raised:
                read_image(path)
            assert raised.value.code == REFUSED[path.name]
            assert path.name in raised.value.message
            assert raised.value.hint
        else:
            image_bgr = read_image(path)
            assert image_bgr.ndim == 3
            assert image_bgr.shape[2] == 3
            assert image_bgr.dtype == np.uint8
            assert image_bgr.flags.c_contiguous


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("shape", ["Landscape", "Portrait"])
def test_every_way_of_holding_a_camera_gives_the_same_picture(curated, shape, orientation):
    upright = read_image(curated / f"exif_{shape}_1.jpg").astype(int)
    turned = read_image(curated / f"exif_{shape}_{orientation}.jpg").astype(int)
    assert turned.shape == upright.shape
    assert np.abs(turned - upright).mean() < 6  # each was encoded for itself


def test_ordinary_pictures_are_those_of_opencv(curated):
    for name in ("UPPER.JPG", "gray.jpg", "plain.webp", "png_named.jpg", "animated5.gif"):
        content = np.frombuffer((curated / name).read_bytes(), np.uint8)
        assert np.array_equal(read_image(curated / name), cv2.imdecode(content, cv2.IMREAD_COLOR))


def test_sixteen_bits_keep_their_proportions(tmp_path):
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16).reshape(16, 16)
    image_bgr = read_image(saved(Image.fromarray(ramp), tmp_path / "deep.png"))
    assert np.array_equal(image_bgr[:, :, 0].ravel(), np.arange(256))
    dark = (ramp // 300).astype(np.uint16)  # stays dark: it is not stretched
    assert read_image(saved(Image.fromarray(dark), tmp_path / "dark.png")).max() == 0


def test_float_pictures_are_scaled_to_eight_bits(tmp_path):
    values = np.array([[0.0, 0.5, 1.0]], np.float32)
    image_bgr = read_image(saved(Image.fromarray(values), tmp_path / "float.tif"))
    assert image_bgr[0, :, 1].tolist() == [0, 127, 255]


def test_transparency_becomes_white(tmp_path):
    clear = Image.new("RGBA", (4, 4), (10, 20, 30, 0))
    clear.putpixel((0, 0), (10, 20, 30, 255))
    image_bgr = read_image(saved(clear, tmp_path / "clear.png"))
    assert image_bgr[0, 0].tolist() == [30, 20, 10]
    assert image_bgr[1, 1].tolist() == [255, 255, 255]


def test_palettes_and_cmyk_have_the_right_colours(tmp_path):
    red = Image.new("RGB", (8, 8), (250, 10, 20))
    palette = read_image(saved(red.convert("P"), tmp_path / "palette.gif"))
    assert palette[0, 0].tolist() == pytest.approx([20, 10, 250], abs=30)
    cmyk = read_image(saved(red.convert("CMYK"), tmp_path / "cmyk.jpg"))
    assert cmyk[0, 0].tolist() == pytest.approx([20, 10, 250], abs=8)


def test_of_an_animation_the_first_picture_is_taken(tmp_path):
    pages = [Image.new("RGB", (8, 8), (value, value, value)) for value in (10, 200)]
    path = saved(pages[0], tmp_path / "a.gif", save_all=True, append_images=pages[1:])
    assert read_image(path)[0, 0, 0] == pytest.approx(10, abs=2)


def test_a_huge_claim_is_refused_before_memory_is_spent(tmp_path):
    content = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(content, "PNG")
    path = tmp_path / "bomb.png"
    path.write_bytes(content.getvalue())
    with pytest.raises(ImageReadError) as raised:
        read_image(path)
    assert raised.value.code == "image-too-large"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.png", "no such file"),
        ("folder.png", "it is a folder"),
        ("file.txt/x.png", "Can't read"),
    ],
)
def test_what_is_not_there_is_told(tmp_path, name, reason):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file.txt").touch()
    with pytest.raises(ImageReadError, match=reason):
        read_image(tmp_path / name)


def test_grey_decoding_refuses_the_same_pictures_and_sees_the_same_in_the_others(curated):
    for path in sorted(curated.iterdir()):
        if path.name in REFUSED:
            with pytest.raises(ImageReadError) as raised:
                decode_gray(read_content(path), path=path, side_px=640)
            assert raised.value.code == REFUSED[path.name]
            continue
        gray, size = decode_gray(read_content(path), path=path, side_px=640)
        image_bgr = read_image(path)
        assert size == (image_bgr.shape[1], image_bgr.shape[0])
        assert max(gray.shape) == min(640, max(size))
        whole = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY)
        expected = cv2.resize(whole, gray.shape[::-1], interpolation=cv2.INTER_AREA)
        assert np.abs(gray.astype(int) - expected).mean() < 4, path.name


def test_a_large_picture_is_decoded_small_and_its_true_size_is_told(tmp_path):
    picture = Image.effect_noise((1600, 400), 40).convert("RGB")
    gray, size = decode_gray(
        read_content(saved(picture, tmp_path / "wide.jpg")), path=tmp_path, side_px=200
    )
    assert gray.shape == (50, 200)
    assert size == (1600, 400)


def test_a_grey_picture_has_the_hash_of_its_colours(curated):
    path = curated / "gray.jpg"
    gray, _ = decode_gray(read_content(path), path=path, side_px=5000)
    assert (difference_hash(gray) ^ difference_hash(read_image(path))).bit_count() <= 2


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_the_size_is_that_of_the_upright_picture_however_it_is_turned(
    tmp_path, suffix, orientation
):
    path = tmp_path / f"turned{suffix}"
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    Image.new("RGB", (60, 40), "red").save(path, exif=exif)
    height, width = read_image(path).shape[:2]
    assert read_size(path) == (width, height)


def test_a_png_that_tells_behind_its_pixels_how_it_is_turned_has_the_size_of_the_upright(tmp_path):
    path = tmp_path / "late.png"
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.new("RGB", (60, 40), "red").save(path, exif=exif)
    data = path.read_bytes()
    start = data.index(b"eXIf") - 4
    length = int.from_bytes(data[start : start + 4], "big") + 12
    chunk, rest = data[start : start + length], data[:start] + data[start + length :]
    end = rest.index(b"IEND") - 4
    path.write_bytes(rest[:end] + chunk + rest[end:])
    height, width = read_image(path).shape[:2]
    assert read_size(path) == (width, height) == (40, 60)
