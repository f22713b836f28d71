"""The light of a scene: what colours sky, land and water have at which time; who stands in it is not known here."""

from dataclasses import dataclass, replace
from typing import Final

from playground.images.painting.palette import Color, mix, toned


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """One mood of light.

    Shape:  `sky` from the zenith to the horizon, `land` from the farthest ridge to the nearest, `water` from far
            to near; `ambient` is mixed into every thing that stands in it, by `dimming` (0..1).
    """

    sky: tuple[Color, ...]
    land: tuple[Color, ...]
    water: tuple[Color, Color]
    sun: Color
    cloud: Color
    ambient: Color
    dimming: float
    has_stars: bool = False

    def snowed_in(self) -> "Light":
        """Return the same light on land that lies under snow."""
        white = mix((244, 248, 255), self.ambient, self.dimming * 1.2)
        land = tuple(mix(white, color, 0.5 - 0.15 * row) for row, color in enumerate(self.land))
        return replace(self, land=land)

    def with_land(self, color: Color, amount: float) -> "Light":
        """Return the same light on land in the hue of a colour."""
        return replace(self, land=tuple(toned(one, color, amount) for one in self.land))

    def in_mood(self, mood: Color, amount: float) -> "Light":
        """Return the same light in the hue of a colour."""
        return replace(
            self,
            sky=tuple(toned(color, mood, amount) for color in self.sky),
            land=tuple(toned(color, mood, amount * 0.85) for color in self.land),
            water=(toned(self.water[0], mood, amount), toned(self.water[1], mood, amount)),
            cloud=toned(self.cloud, mood, amount * 0.4),
        )


LIGHTS: Final[dict[str, Light]] = {
    "day": Light(
        sky=((72, 156, 222), (128, 196, 236), (196, 230, 240), (252, 240, 220)),
        land=((158, 202, 196), (120, 182, 158), (84, 154, 118), (54, 124, 96)),
        water=((116, 190, 214), (34, 116, 168)),
        sun=(255, 226, 130),
        cloud=(255, 255, 255),
        ambient=(255, 244, 220),
        dimming=0.04,
    ),
    "dawn": Light(
        sky=((104, 142, 206), (176, 168, 214), (244, 188, 196), (255, 226, 196)),
        land=((190, 168, 198), (152, 138, 182), (112, 110, 156), (76, 84, 128)),
        water=((238, 190, 196), (110, 124, 180)),
        sun=(255, 236, 190),
        cloud=(255, 232, 230),
        ambient=(255, 206, 196),
        dimming=0.12,
    ),
    "sunset": Light(
        sky=((62, 46, 112), (154, 66, 122), (234, 104, 96), (255, 170, 92), (255, 218, 142)),
        land=((188, 92, 112), (140, 64, 108), (94, 46, 96), (54, 32, 76)),
        water=((255, 170, 110), (88, 48, 104)),
        sun=(255, 224, 150),
        cloud=(255, 178, 140),
        ambient=(255, 132, 84),
        dimming=0.2,
    ),
    "night": Light(
        sky=((10, 16, 48), (22, 34, 86), (46, 62, 128), (92, 98, 164)),
        land=((62, 74, 132), (44, 56, 110), (30, 40, 86), (18, 26, 62)),
        water=((78, 92, 160), (18, 28, 74)),
        sun=(246, 240, 214),
        cloud=(96, 108, 168),
        ambient=(28, 38, 96),
        dimming=0.3,
        has_stars=True,
    ),
    "overcast": Light(
        sky=((104, 122, 142), (140, 158, 172), (178, 190, 196), (214, 218, 214)),
        land=((150, 170, 168), (120, 146, 142), (90, 120, 114), (62, 92, 88)),
        water=((160, 178, 186), (78, 104, 122)),
        sun=(240, 238, 226),
        cloud=(226, 230, 232),
        ambient=(120, 136, 150),
        dimming=0.16,
    ),
    "space": Light(
        sky=((12, 8, 34), (30, 18, 66), (58, 30, 96), (92, 46, 122)),
        land=((120, 92, 150), (92, 68, 128), (66, 48, 100), (44, 32, 74)),
        water=((80, 60, 140), (30, 20, 70)),
        sun=(255, 214, 150),
        cloud=(150, 90, 180),
        ambient=(80, 60, 150),
        dimming=0.1,
        has_stars=True,
    ),
    "deep": Light(
        sky=((126, 214, 220), (52, 158, 190), (26, 104, 156), (14, 58, 110)),
        land=((36, 112, 150), (26, 88, 130), (18, 66, 106), (12, 46, 82)),
        water=((60, 170, 200), (14, 60, 110)),
        sun=(220, 250, 240),
        cloud=(150, 220, 226),
        ambient=(30, 110, 160),
        dimming=0.16,
    ),
}
