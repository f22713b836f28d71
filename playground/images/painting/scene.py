"""Decides what a scene is made of before a stroke is painted: its light, its land, and who takes part."""

from dataclasses import dataclass
from random import Random
from typing import Final

from playground.images.painting.backdrops import BACKDROPS, Backdrop
from playground.images.painting.lights import LIGHTS, Light
from playground.images.painting.palette import Coat, from_hue
from playground.images.painting.stage import Actor, actors
from playground.images.painting.subjects import SUBJECTS, Place
from playground.images.painting.words import Reading

_USUAL_LIGHTS: Final = ("day", "day", "day", "dawn", "sunset")
_MOOD: Final = 0.62
_AUTUMN: Final = (206, 124, 58)
_INDOORS: Final = ("plain", "deep", "space")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is about to be painted.

    Shape:  `is_plain` is true where a wall takes the place of land and sky, `has_shore` where someone needs ground
            to stand on before the water.
    """

    light: Light
    backdrop: Backdrop
    is_plain: bool
    has_water: bool
    has_shore: bool
    cast: tuple[Actor, ...]

    def at(self, *places: Place) -> list[Actor]:
        """Return those who belong there, in the order of the words."""
        return [actor for actor in self.cast if actor.subject.place in places]


def scene_of(reading: Reading, chance: Random) -> Scene:
    """Return the scene that a prompt asks for; chance decides only what it leaves open."""
    home = _home(reading)
    light = _light(reading, chance, home)
    cast = actors(reading.mentions, chance)
    if (
        home not in _INDOORS
        and Place.SKY not in {actor.subject.place for actor in cast}
        and "rain" not in reading.weathers
    ):
        cast = (*cast, _orb(light))
    return Scene(
        light=light,
        backdrop=BACKDROPS["meadow" if home == "snow" else home],
        is_plain=home == "plain",
        has_water="sea" in reading.backdrops or home == "sea",
        has_shore=_needs_ground(cast),
        cast=cast,
    )


def _needs_ground(cast: tuple[Actor, ...]) -> bool:
    """Tell whether someone cannot stand in the water; a lighthouse has a rock of its own."""
    standing = (Place.GROUND, Place.BEHIND, Place.WORN)
    return any(actor.subject.place in standing and actor.name != "lighthouse" for actor in cast)


def _home(reading: Reading) -> str:
    """Return where the scene lies: where the words say, else where its things are at home."""
    said = [name for name in reading.backdrops if name != "snow"]
    other = [name for name in said if name != "sea"]
    native = [SUBJECTS[mention.subject].home for mention in reading.mentions]
    if "minimal" in reading.styles and reading.mentions and not said:
        return "plain"
    home = (other or said or [home for home in native if home != "meadow"] or ["meadow"])[0]
    outdoors = "snow" in reading.backdrops or bool(reading.weathers)
    return "meadow" if outdoors and home == "plain" else home


def _light(reading: Reading, chance: Random, home: str) -> Light:
    named = {mention.subject for mention in reading.mentions}
    usual = LIGHTS[chance.choice(_USUAL_LIGHTS)]
    pastel = from_hue(chance.random(), 0.62, 0.6)
    if home in ("space", "deep"):
        light = LIGHTS[home]
    elif reading.times:
        light = LIGHTS[reading.times[0]]
    elif named & {"moon", "star"} or "neon" in reading.styles:
        light = LIGHTS["night"]
    elif home == "plain":
        light = LIGHTS["day"].in_mood(pastel, 0.7)
    elif named & {"sun", "rainbow"}:
        light = LIGHTS["day"]
    else:
        light = usual
    if "leaves" in reading.weathers:
        light = light.with_land(_AUTUMN, 0.7)
    if "snow" in reading.backdrops or home == "snow":
        light = light.snowed_in()
    return light.in_mood(reading.mood, _MOOD) if reading.mood else light


def _orb(light: Light) -> Actor:
    """Return the sun or the moon that this light comes from."""
    name = "moon" if light.has_stars else "sun"
    return Actor(name=name, subject=SUBJECTS[name], coat=Coat(main=light.sun, accent=light.sun))
