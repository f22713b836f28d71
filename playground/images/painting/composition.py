"""Composes a whole scene from what a prompt says: light, backdrop, who stands where; styles come afterwards."""

from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image

from playground.images.painting import abstract, weather
from playground.images.painting.backdrops import BACKDROPS, Backdrop, water
from playground.images.painting.lights import LIGHTS, Light
from playground.images.painting.palette import Coat
from playground.images.painting.scenery import Land, clouds, sky
from playground.images.painting.stage import Actor, actors, put
from playground.images.painting.subjects import SUBJECTS, Place
from playground.images.painting.words import Mention, Reading

_USUAL_LIGHTS: Final = ("day", "day", "day", "dawn", "sunset")
_MOOD: Final = 0.62


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is about to be painted."""

    light: Light
    backdrop: Backdrop
    is_plain: bool
    on_water: bool
    cast: tuple[Actor, ...]


def compose(size_px: tuple[int, int], reading: Reading, chance: Random) -> Image.Image:
    """Paint the scene a prompt describes, or an abstract where it describes none."""
    canvas = Image.new("RGBA", size_px)
    if not (reading.mentions or reading.backdrops or reading.times or reading.weathers):
        abstract.paint(canvas, reading.mood, chance)
        return canvas
    scene = _scene(reading, chance)
    land = Land(canvas=canvas, light=scene.light, chance=chance, horizon_px=size_px[1] * scene.backdrop.horizon)
    sky(land)
    if not scene.is_plain:
        _heavens(land, scene)
        clouds(land, scene.backdrop.clouds)
    scene.backdrop.paint(land)
    if scene.on_water:
        water(land)
    _people(land, scene)
    for name in reading.weathers:
        weather.WEATHERS[name](land)
    return canvas


def sticker(size_px: tuple[int, int], reading: Reading, chance: Random) -> Image.Image:
    """Paint only the things the prompt names, on nothing; a heart-sized ornament where it names none."""
    canvas = Image.new("RGBA", size_px)
    cast = actors(reading.mentions, chance) or actors((Mention(subject="crystal", color=reading.mood),), chance)
    side = min(size_px)
    share = 0.86 / max(1.0, sum(actor.subject.ratio for actor in cast) * side / size_px[0])
    widths = [actor.subject.ratio * side * share for actor in cast]
    x = (size_px[0] - sum(widths)) / 2
    for actor, width in zip(cast, widths, strict=True):
        height = width / actor.subject.ratio
        put(canvas, actor, (x + width / 2, (size_px[1] + height) / 2), height * 0.94, None)
        x += width
    return canvas


def light_of(reading: Reading, chance: Random, home: str) -> Light:
    """Return the light a prompt asks for, or one that suits it."""
    named = {mention.subject for mention in reading.mentions}
    if home in ("space", "deep"):
        light = LIGHTS[home]
    elif reading.times:
        light = LIGHTS[reading.times[0]]
    elif named & {"moon", "star"} or "neon" in reading.styles:
        light = LIGHTS["night"]
    elif named & {"sun", "rainbow"}:
        light = LIGHTS["day"]
    else:
        light = LIGHTS[chance.choice(_USUAL_LIGHTS)]
    if "snow" in reading.backdrops or home == "snow":
        light = light.snowed_in()
    return light.in_mood(reading.mood, _MOOD) if reading.mood else light


def _scene(reading: Reading, chance: Random) -> Scene:
    places = [name for name in reading.backdrops if name != "snow"]
    homes = [SUBJECTS[mention.subject].home for mention in reading.mentions]
    home = (places or [home for home in homes if home != "meadow"] or ["meadow"])[0]
    if "minimal" in reading.styles and reading.mentions and not places:
        home = "plain"
    if "snow" in reading.backdrops and home == "plain":
        home = "meadow"
    backdrop = BACKDROPS["meadow" if home == "snow" else home]
    on_water = "sea" in reading.backdrops and home != "sea"
    light = light_of(reading, chance, home)
    cast = actors(reading.mentions, chance)
    if home not in ("plain", "deep", "space") and not any(actor.subject.place is Place.SKY for actor in cast):
        cast = (*cast, _default_light(light))
    return Scene(light=light, backdrop=backdrop, is_plain=home == "plain", on_water=on_water, cast=cast)


def _default_light(light: Light) -> Actor:
    name = "moon" if light.has_stars else "sun"
    return Actor(name=name, subject=SUBJECTS[name], coat=Coat(main=light.sun, accent=light.sun))


def _heavens(land: Land, scene: Scene) -> None:
    """Hang what belongs in the sky, so that land and clouds come before it."""
    hung = [actor for actor in scene.cast if actor.subject.place is Place.SKY]
    spots = [0.72, 0.26, 0.5, 0.86, 0.12, 0.38]
    first = land.chance.randrange(2)
    for index, actor in enumerate(hung):
        height = land.short * actor.subject.size * (1.0 if index == 0 else 0.8)
        x = land.width * (spots[(index + first) % len(spots)] + land.chance.uniform(-0.04, 0.04))
        y = land.horizon_px * (0.2 + 0.12 * (index % 3) + land.chance.uniform(0, 0.1)) + height
        if actor.name == "rainbow":
            x, y, height = land.width * 0.5, land.horizon_px * 1.02, land.short * 0.62
        actor.subject.draw(land.brush(x, y, height), actor.coat)


def _people(land: Land, scene: Scene) -> None:
    """Stand everyone else in the scene, the farthest first."""
    behind = [actor for actor in scene.cast if actor.subject.place is Place.BEHIND]
    ground = [actor for actor in scene.cast if actor.subject.place in (Place.GROUND, Place.WORN)]
    afloat = [actor for actor in scene.cast if actor.subject.place is Place.WATER]
    flying = [actor for actor in scene.cast if actor.subject.place is Place.AIR]
    if scene.is_plain:
        flying += [actor for actor in scene.cast if actor.subject.place is Place.SKY]
        _row(land, scene, behind + ground + afloat + flying, foot=0.5, scale=1.18, centered=True)
        return
    room = (land.height - land.horizon_px) / land.height
    _row(land, scene, behind, foot=1 - room * (0.62 if ground else 0.4), scale=0.82 if ground else 1.05)
    _row(land, scene, afloat, foot=1 - room * 0.42, scale=1.0)
    _row(land, scene, ground, foot=0.93, scale=1.0)
    _row(land, scene, flying, foot=0.42 if ground or behind or afloat else 0.5, scale=1.0, centered=True)


def _row(land: Land, scene: Scene, cast: list[Actor], *, foot: float, scale: float, centered: bool = False) -> None:
    if not cast:
        return
    widths = [land.short * actor.subject.size * actor.subject.ratio * scale for actor in cast]
    fit = min(1.0, 0.9 * land.width / (sum(widths) * 1.06))
    gap = (land.width - sum(widths) * fit) / (len(cast) + 1)
    lean = land.chance.uniform(-0.5, 0.5) * gap * (0 if scene.is_plain else 0.7)
    x = gap + lean
    for actor, width in zip(cast, widths, strict=True):
        height = width * fit / actor.subject.ratio
        sway = land.chance.uniform(-0.02, 0.02) * land.height * (len(cast) > 1)
        y = land.height * foot + sway + (height * 0.5 if centered else 0)
        put(land.canvas, actor, (x + width * fit / 2, y), height, None if scene.is_plain else scene.light)
        x += width * fit + gap
