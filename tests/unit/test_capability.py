import pytest
from hypothesis import example, given, strategies as st

from bot.capability import SizeRule

CLASSIC = SizeRule(presets=((1024, 1024), (1536, 1024), (1024, 1536)))
FREE = SizeRule(presets=((1024, 1024), (3840, 2160)), free=True)

EDGES = st.integers(1, 99_999)
RATIOS = st.floats(1 / 3, 3)


def ratio_of(size: tuple[int, int]) -> float:
    return size[0] / size[1]


def strays(size: tuple[int, int], ratio: float) -> float:
    """How many pixels the longer edge is away from the one that would have exactly this ratio."""
    width_px, height_px = size
    return abs(width_px - height_px * ratio) if ratio >= 1 else abs(height_px - width_px / ratio)


@pytest.mark.parametrize("rule", [CLASSIC, FREE], ids=["classic", "free"])
@given(width_px=EDGES, height_px=EDGES)
@example(width_px=1, height_px=1)
@example(width_px=99_999, height_px=1)
@example(width_px=1, height_px=99_999)
@example(width_px=3840, height_px=2161)
def test_nearest_and_largest_are_always_valid(rule: SizeRule, width_px: int, height_px: int) -> None:
    assert rule.allows(*rule.nearest(width_px, height_px))
    assert rule.allows(*rule.largest(width_px, height_px))


@given(step_px=st.sampled_from([8, 16, 32, 64]), width_px=EDGES, height_px=EDGES)
def test_nearest_is_valid_whatever_the_grid(step_px: int, width_px: int, height_px: int) -> None:
    rule = SizeRule(presets=((1024, 1024),), free=True, step_px=step_px)
    assert rule.allows(*rule.nearest(width_px, height_px))
    assert rule.allows(*rule.largest(width_px, height_px))


@given(columns=st.integers(1, 240), rows=st.integers(1, 240))
def test_a_valid_size_stays_as_it_is(columns: int, rows: int) -> None:
    asked = columns * 16, rows * 16
    if FREE.allows(*asked):
        assert FREE.nearest(*asked) == asked


@given(ratio=RATIOS, area_px=st.integers(655_360, 8_294_400))
def test_nearest_moves_no_edge_by_more_than_a_few_steps_where_the_shape_is_possible(ratio: float, area_px: int) -> None:
    asked = round((area_px * ratio) ** 0.5), round((area_px / ratio) ** 0.5)
    if max(asked) <= FREE.longest_px:
        nearest = FREE.nearest(*asked)
        assert abs(nearest[0] - asked[0]) <= 3 * FREE.step_px
        assert abs(nearest[1] - asked[1]) <= 3 * FREE.step_px


@given(ratio=RATIOS)
def test_largest_keeps_the_ratio_within_a_step_or_two_percent(ratio: float) -> None:
    largest = FREE.largest(round(10_000 * ratio), 10_000)
    assert strays(largest, ratio) <= max(2 * FREE.step_px, 0.02 * max(largest))


@given(ratio=RATIOS)
def test_largest_leaves_no_room_for_a_clearly_larger_one(ratio: float) -> None:
    width_px, height_px = FREE.largest(round(10_000 * ratio), 10_000)
    step_px = 3 * FREE.step_px
    is_long = max(width_px, height_px) + step_px > FREE.longest_px
    is_full = (width_px + step_px) * (height_px + step_px) > FREE.max_area_px
    assert is_long or is_full


@given(width_px=EDGES, height_px=EDGES)
def test_a_picture_turned_by_a_quarter_gets_a_size_of_the_same_area_and_shape(width_px: int, height_px: int) -> None:
    upright, turned = FREE.nearest(width_px, height_px), FREE.nearest(height_px, width_px)
    assert upright[0] * upright[1] == pytest.approx(turned[0] * turned[1], rel=0.05)
    assert ratio_of(upright) == pytest.approx(1 / ratio_of(turned), rel=0.05)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((1920, 1080), (1920, 1088)),  # 1080 does not divide by 16
        ((1792, 936), (1792, 944)),  # a size OpenAI was seen to refuse
        ((1000, 1000), (1008, 1008)),
        ((5000, 5000), (2880, 2880)),  # the largest square
        ((7680, 4320), (3840, 2160)),  # 8K becomes 4K
        ((4000, 1000), (3456, 1152)),  # 4:1 becomes 3:1 at the same area
        ((1, 1), (816, 816)),  # the smallest square
    ],
)
def test_nearest_of_a_free_rule(asked: tuple[int, int], expected: tuple[int, int]) -> None:
    assert FREE.nearest(*asked) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((1024, 1024), (2880, 2880)),
        ((1536, 1024), (3520, 2352)),
        ((1920, 1080), (3840, 2160)),
        ((1080, 1920), (2160, 3840)),
        ((10_000, 100), (3840, 1280)),  # past the widest shape: the largest of that
    ],
)
def test_largest_of_a_free_rule(asked: tuple[int, int], expected: tuple[int, int]) -> None:
    assert FREE.largest(*asked) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [((1920, 1080), (1536, 1024)), ((1080, 1920), (1024, 1536)), ((700, 720), (1024, 1024)), ((9, 99), (1024, 1536))],
)
def test_a_list_of_sizes_gives_the_closest_shape(asked: tuple[int, int], expected: tuple[int, int]) -> None:
    assert CLASSIC.nearest(*asked) == expected
    assert CLASSIC.largest(*asked) == expected


def test_a_list_of_sizes_gives_the_closest_area_among_equal_shapes_and_the_largest_on_request() -> None:
    rule = SizeRule(presets=((256, 256), (512, 512), (1024, 1024)))
    assert rule.nearest(300, 300) == (256, 256)
    assert rule.nearest(500, 505) == (512, 512)
    assert rule.largest(300, 300) == (1024, 1024)


@pytest.mark.parametrize(
    ("size", "is_valid"),
    [
        ((3840, 2160), True),  # exactly the most pixels
        ((3840, 2176), False),
        ((3856, 1600), False),  # too long
        ((1024, 640), True),  # exactly the fewest pixels
        ((1008, 640), False),
        ((2304, 768), True),  # exactly 3:1
        ((2320, 768), False),
        ((1920, 1080), False),
        ((0, 1024), False),
        ((-1024, -1024), False),
    ],
)
def test_the_limits_themselves_are_valid_and_nothing_past_them(size: tuple[int, int], is_valid: bool) -> None:  # noqa: FBT001  # a column of the table
    assert FREE.allows(*size) is is_valid
