"""Every thing a prompt can name: who draws it, how large it is, where it belongs and what colours it has by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from playground.images.painting import animals, built, creatures, people, plants, sky_things
from playground.images.painting.brush import Brush
from playground.images.painting.palette import Coat, Color


class Place(Enum):
    """Where a thing belongs in a scene."""

    GROUND = "ground"
    BEHIND = "behind"
    WATER = "water"
    AIR = "air"
    SKY = "sky"
    WORN = "worn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a thing can wear something, in its own coordinates; `width` is that of the head."""

    top: float
    eyes: float
    neck: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing.

    Units:  `size` is its height against the short side of the canvas when it is the hero, `ratio` its width against
            its height; `coats` are (main, accent) colours to choose from; `home` is the backdrop it brings along;
            `is_cropped` is true for what the lower edge of a picture cuts off; `halo` is how far its light
            reaches beyond it, in its heights.
    """

    draw: Callable[[Brush, Coat], None]
    coats: tuple[tuple[Color, Color], ...]
    place: Place = Place.GROUND
    size: float = 0.5
    ratio: float = 1.0
    home: str = "meadow"
    is_cropped: bool = False
    halo: float = 0.0
    head: Head | None = None


_CREAM: Final[Color] = (255, 240, 218)
_GOLD: Final[Color] = (255, 206, 98)
_ROSE: Final[Color] = (238, 110, 132)
_SKY: Final[Color] = (96, 176, 226)
_GREEN: Final[Color] = (88, 168, 104)

SUBJECTS: Final[MappingProxyType[str, Subject]] = MappingProxyType(
    {
        "cat": Subject(
            draw=animals.cat,
            ratio=0.95,
            coats=(((232, 148, 78), _CREAM), ((92, 88, 108), (226, 222, 230)), ((240, 222, 196), (255, 250, 240))),
            head=Head(top=0.83, eyes=0.645, neck=0.47, width=0.5),
        ),
        "dog": Subject(
            draw=animals.dog,
            ratio=0.84,
            coats=(((206, 146, 92), _CREAM), ((240, 222, 190), (255, 250, 240)), ((134, 96, 76), (236, 212, 184))),
            head=Head(top=0.88, eyes=0.7, neck=0.43, width=0.46),
        ),
        "fox": Subject(
            draw=animals.fox,
            coats=(((234, 118, 54), _CREAM),),
            ratio=1.2,
            head=Head(top=0.84, eyes=0.665, neck=0.44, width=0.52),
        ),
        "bear": Subject(
            draw=animals.bear,
            ratio=0.8,
            coats=(((142, 98, 70), (226, 190, 152)), ((236, 236, 240), (206, 212, 224))),
            home="forest",
            head=Head(top=0.91, eyes=0.735, neck=0.46, width=0.5),
        ),
        "rabbit": Subject(
            draw=animals.rabbit,
            ratio=0.66,
            coats=(((232, 214, 200), (255, 248, 242)), ((164, 142, 134), (240, 228, 220))),
            head=Head(top=0.68, eyes=0.56, neck=0.36, width=0.4),
        ),
        "owl": Subject(
            draw=animals.owl,
            ratio=0.8,
            coats=(((146, 108, 84), (240, 216, 180)),),
            size=0.44,
            home="forest",
            head=Head(top=0.92, eyes=0.7, neck=0.42, width=0.5),
        ),
        "penguin": Subject(
            draw=animals.penguin,
            ratio=0.9,
            coats=(((52, 60, 88), (226, 84, 84)),),
            size=0.46,
            home="snow",
            head=Head(top=0.96, eyes=0.75, neck=0.54, width=0.4),
        ),
        "bird": Subject(
            draw=creatures.bird,
            coats=(((74, 140, 214), _CREAM), ((236, 112, 88), (255, 226, 170))),
            place=Place.AIR,
            size=0.26,
            ratio=1.7,
        ),
        "fish": Subject(
            draw=creatures.fish,
            coats=(((244, 128, 62), (255, 244, 226)), ((246, 196, 74), (255, 250, 226))),
            place=Place.AIR,
            size=0.36,
            ratio=1.9,
            home="deep",
        ),
        "whale": Subject(
            draw=creatures.whale,
            coats=(((70, 112, 168), (222, 236, 244)),),
            place=Place.WATER,
            size=0.42,
            ratio=2.0,
            home="sea",
        ),
        "butterfly": Subject(
            draw=creatures.butterfly,
            coats=(((238, 130, 62), _GOLD), ((98, 120, 220), (190, 220, 255))),
            place=Place.AIR,
            size=0.3,
            ratio=1.4,
        ),
        "dragon": Subject(
            draw=creatures.dragon,
            coats=(((92, 172, 120), (238, 150, 92)), ((122, 98, 190), (244, 170, 120))),
            size=0.56,
            ratio=1.4,
            home="mountain",
            head=Head(top=0.85, eyes=0.74, neck=0.5, width=0.38),
        ),
        "person": Subject(
            draw=people.person,
            is_cropped=True,
            coats=(((86, 112, 180), _GOLD), ((208, 92, 100), _CREAM), ((84, 148, 132), (250, 214, 160))),
            size=0.66,
            ratio=1.15,
            home="plain",
            head=Head(top=0.95, eyes=0.645, neck=0.33, width=0.52),
        ),
        "robot": Subject(
            draw=built.robot,
            coats=(((98, 170, 204), (250, 162, 92)), ((226, 120, 104), _GOLD)),
            size=0.56,
            home="city",
            head=Head(top=0.87, eyes=0.745, neck=0.55, width=0.48),
        ),
        "house": Subject(
            draw=built.house,
            coats=(((206, 88, 76), _GOLD), ((82, 118, 168), _GOLD)),
            place=Place.BEHIND,
            size=0.44,
            ratio=1.25,
        ),
        "castle": Subject(
            draw=built.castle,
            coats=(((106, 96, 176), (240, 110, 110)), ((200, 96, 104), _GOLD)),
            place=Place.BEHIND,
            size=0.56,
            ratio=1.15,
            home="mountain",
        ),
        "lighthouse": Subject(
            halo=0.34,
            draw=built.lighthouse,
            coats=(((214, 74, 72), _GOLD),),
            place=Place.BEHIND,
            size=0.6,
            ratio=0.7,
            home="sea",
        ),
        "car": Subject(
            draw=built.car,
            coats=(((214, 74, 72), _GOLD), ((72, 142, 196), _GOLD), (_GOLD, _CREAM)),
            size=0.3,
            ratio=1.85,
            home="city",
        ),
        "boat": Subject(
            draw=built.boat,
            coats=(((196, 78, 72), (244, 186, 110)), ((64, 96, 150), (236, 120, 100))),
            place=Place.WATER,
            size=0.48,
            ratio=1.2,
            home="sea",
        ),
        "rocket": Subject(
            draw=built.rocket,
            coats=(((226, 84, 84), _GOLD), ((84, 120, 214), _GOLD)),
            place=Place.AIR,
            size=0.58,
            ratio=0.7,
            home="space",
        ),
        "balloon": Subject(
            draw=sky_things.balloon,
            coats=(((226, 96, 84), (255, 214, 130)), ((84, 142, 206), (255, 236, 196))),
            place=Place.AIR,
            size=0.46,
            ratio=0.75,
        ),
        "cherry": Subject(
            draw=plants.tree,
            coats=(((244, 166, 190), (255, 226, 234)),),
            place=Place.BEHIND,
            size=0.62,
        ),
        "tree": Subject(
            draw=plants.tree,
            coats=((_GREEN, (240, 110, 96)), ((126, 176, 84), (250, 214, 120))),
            place=Place.BEHIND,
            size=0.58,
        ),
        "pine": Subject(
            draw=plants.pine_tree,
            coats=(((56, 132, 104), _GOLD),),
            place=Place.BEHIND,
            size=0.58,
            ratio=0.6,
            home="forest",
        ),
        "flower": Subject(
            draw=plants.flower,
            coats=((_ROSE, _GOLD), ((246, 190, 76), (150, 92, 60)), ((150, 124, 220), _GOLD)),
            size=0.5,
            ratio=0.7,
        ),
        "mushroom": Subject(draw=plants.mushroom, coats=(((218, 68, 64), _CREAM),), size=0.36, home="forest"),
        "cactus": Subject(draw=plants.cactus, coats=(((84, 160, 110), _ROSE),), size=0.42, ratio=0.7, home="desert"),
        "apple": Subject(draw=plants.apple, coats=(((216, 62, 60), _GREEN),), size=0.36, home="plain"),
        "heart": Subject(draw=people.heart, coats=(((230, 72, 96), _CREAM),), place=Place.AIR, size=0.4, home="plain"),
        "cup": Subject(
            draw=built.cup,
            coats=(((92, 158, 176), (255, 244, 226)), ((226, 110, 96), (255, 244, 226))),
            size=0.4,
            ratio=1.2,
            home="plain",
        ),
        "cake": Subject(
            draw=people.cake, coats=(((244, 172, 184), (226, 92, 120)),), size=0.42, ratio=1.3, home="plain"
        ),
        "book": Subject(draw=built.book, coats=(((112, 92, 170), _GOLD),), size=0.3, ratio=1.65, home="plain"),
        "crystal": Subject(
            halo=0.2,
            draw=people.crystal,
            coats=(((84, 178, 220), _CREAM), ((176, 112, 220), _CREAM)),
            place=Place.AIR,
            size=0.36,
            home="plain",
        ),
        "sun": Subject(halo=0.6, draw=sky_things.sun, coats=(((255, 206, 96), _CREAM),), place=Place.SKY, size=0.2),
        "moon": Subject(halo=0.5, draw=sky_things.moon, coats=(((246, 236, 200), _CREAM),), place=Place.SKY, size=0.18),
        "star": Subject(halo=0.4, draw=sky_things.star, coats=(((255, 214, 104), _CREAM),), place=Place.SKY, size=0.13),
        "cloud": Subject(
            draw=sky_things.cloud, coats=(((250, 250, 255), _CREAM),), place=Place.SKY, size=0.2, ratio=2.0
        ),
        "rainbow": Subject(draw=sky_things.rainbow, coats=((_SKY, _CREAM),), place=Place.SKY, size=0.44, ratio=2.0),
        "planet": Subject(
            halo=0.4,
            draw=sky_things.planet,
            coats=(((226, 150, 104), _GOLD), ((120, 150, 220), (244, 190, 170))),
            place=Place.SKY,
            size=0.24,
            ratio=1.6,
            home="space",
        ),
        "hat": Subject(
            draw=people.hat,
            coats=(((72, 82, 130), (226, 84, 84)), ((206, 150, 98), (120, 72, 60))),
            place=Place.WORN,
            size=0.2,
            ratio=1.7,
            home="plain",
        ),
        "crown": Subject(
            draw=people.crown, coats=((_GOLD, _ROSE),), place=Place.WORN, size=0.15, ratio=1.8, home="plain"
        ),
        "glasses": Subject(
            draw=people.glasses, coats=(((52, 52, 72), _SKY),), place=Place.WORN, size=0.1, ratio=2.3, home="plain"
        ),
        "scarf": Subject(
            draw=people.scarf,
            coats=(((214, 74, 72), (255, 232, 200)),),
            place=Place.WORN,
            size=0.18,
            ratio=1.9,
            home="plain",
        ),
        "umbrella": Subject(
            draw=people.umbrella,
            coats=(((226, 84, 84), (255, 232, 200)), ((84, 132, 206), (240, 240, 250))),
            place=Place.AIR,
            size=0.4,
            ratio=1.3,
            home="plain",
        ),
    }
)
