"""The validation set that is carved out of train where the split has none."""

from app.dataset.split_images import SplitImage
from app.training.validation_set import carve_validation


def pictures(count, *names):
    return [
        SplitImage(f"{name}/{number:03}.png", classes=((name, 1),))
        for name in names
        for number in range(count)
    ]


def test_fifteen_percent_of_every_class_are_carved():
    images = pictures(40, "d1", "d2")
    train, val = carve_validation(images, (), seed=3)
    assert (len(train), len(val)) == (68, 12)
    assert sum(name.startswith("d1") for name in val) == 6
    assert {*train, *val} == {each.name for each in images}
    assert not {*train} & {*val}


def test_the_same_seed_carves_the_same_and_another_one_does_not():
    images = pictures(40, "d1")
    first = carve_validation(images, (), seed=0)
    assert carve_validation(images[::-1], (), seed=0)[1] == first[1][::-1]
    assert carve_validation(images, (), seed=1) != first


def test_pictures_that_stay_together_in_the_split_stay_together_here():
    images = pictures(40, "d1")
    names = [each.name for each in images]
    groups = [names[:10], names[10:14], names[14:18]]
    for seed in range(5):
        _train, val = carve_validation(images, groups, seed)
        assert val
        for group in groups:
            assert len({name in val for name in group}) == 1


def test_one_group_alone_is_not_torn_apart():
    images = pictures(6, "d1")
    _train, val = carve_validation(images, [[each.name for each in images]], seed=0)
    assert val == ()
