"""The words a prompt may use for what can be painted, in English and Chinese; how they are read lives in `words`.

Each entry lists its words apart by blanks; an underscore stands for a blank inside one. English plurals in -s and
-es need no entry of their own.
"""

from types import MappingProxyType
from typing import Final

SUBJECTS: Final = MappingProxyType(
    {
        "cat": "cat kitten kitty kittens 猫 貓 喵",
        "dog": "dog puppy puppies hound corgi 狗 犬",
        "fox": "fox foxes 狐狸 狐",
        "bear": "bear panda teddy 熊 熊猫",
        "rabbit": "rabbit bunny bunnies hare 兔",
        "owl": "owl 猫头鹰",
        "penguin": "penguin 企鹅",
        "bird": "bird gull seagull swallow dove birds 鸟 燕",
        "fish": "fish fishes goldfish koi 鱼 鲤",
        "whale": "whale 鲸",
        "butterfly": "butterfly butterflies 蝴蝶",
        "dragon": "dragon 龙 龍",
        "person": "person portrait woman man girl boy child lady king queen princess face people astronaut "
        "wizard knight 人 女孩 男孩 女人 男人 肖像 少女 公主",
        "robot": "robot android mech 机器人",
        "house": "house cottage cabin home hut barn 房子 屋 小屋 房",
        "castle": "castle palace fortress tower 城堡 宫",
        "lighthouse": "lighthouse 灯塔",
        "car": "car taxi van vehicle 汽车 车",
        "boat": "boat ship sailboat yacht sailing 船 帆",
        "rocket": "rocket spaceship spacecraft shuttle 火箭 飞船",
        "balloon": "balloon 气球",
        "cherry": "cherry_blossom cherry_blossom_tree cherry_tree sakura 樱花 樱花树",
        "tree": "tree oak maple 树",
        "pine": "pine fir christmas_tree 松",
        "flower": "flower rose tulip daisy sunflower lily bouquet blossom 花 玫瑰",
        "mushroom": "mushroom toadstool 蘑菇",
        "cactus": "cactus cacti cactuses 仙人掌",
        "heart": "heart love valentine 心 爱",
        "cup": "cup mug coffee tea latte 咖啡 茶 杯",
        "cake": "cake birthday cupcake 蛋糕",
        "apple": "apple fruit 苹果",
        "book": "book novel 书",
        "crystal": "crystal gem diamond logo icon 水晶 钻石",
        "sun": "sun sunny sunshine 太阳",
        "moon": "moon crescent moonlight moonlit 月亮 月",
        "star": "star starry stars stardust 星星 星空 星",
        "cloud": "cloud cloudy 云",
        "rainbow": "rainbow 彩虹",
        "planet": "planet saturn 行星 土星",
        "hat": "hat cap 帽子 帽",
        "crown": "crown tiara 皇冠 王冠",
        "glasses": "glasses sunglasses spectacles 眼镜 墨镜",
        "scarf": "scarf 围巾",
        "umbrella": "umbrella parasol 伞",
    }
)

BACKDROPS: Final = MappingProxyType(
    {
        "mountain": "mountain mountains alps peak summit 山",
        "sea": "sea ocean beach coast lake river waves wave harbor harbour island 海 湖 河",
        "forest": "forest woods woodland jungle trees grove 森林 树林 林",
        "city": "city town street skyline tokyo york urban skyscraper downtown 城市 街 都市",
        "desert": "desert dunes dune sahara canyon 沙漠",
        "meadow": "meadow field fields grass garden hill hills countryside park valley 草地 田 花园 草原",
        "snow": "snow snowy winter ice icy arctic frozen 雪 冬",
        "space": "space galaxy cosmos nebula cosmic universe orbit astronaut 太空 宇宙 银河",
        "deep": "underwater coral reef aquarium submarine 海底 水下",
        "plain": "isolated studio sticker plain_background white_background logo icon 贴纸 图标",
    }
)

TIMES: Final = MappingProxyType(
    {
        "night": "night nighttime midnight moonlit moonlight starry dark 夜 晚上 黑夜",
        "sunset": "sunset dusk evening golden_hour twilight 日落 黄昏 傍晚 夕阳",
        "dawn": "dawn sunrise morning pastel 黎明 清晨 日出 早晨",
        "day": "day daytime noon midday summer spring sunny 白天 中午 夏 春",
        "overcast": "overcast foggy fog mist misty storm stormy rain rainy raining gloomy 阴天 雾 雨 暴风雨",
    }
)

WEATHERS: Final = MappingProxyType(
    {
        "rain": "rain rainy raining storm stormy drizzle 雨",
        "snowfall": "snow snowy snowing snowfall blizzard winter 雪",
        "petals": "petals cherry_blossom sakura spring 樱花",
        "leaves": "autumn fall_leaves leaves 秋 落叶",
    }
)

STYLES: Final = MappingProxyType(
    {
        "watercolor": "watercolor watercolour aquarelle 水彩",
        "pixel": "pixel pixel_art pixelated 8_bit 8-bit 16-bit 像素",
        "sketch": "sketch pencil line_drawing line_art drawing charcoal 素描 铅笔 线稿",
        "neon": "neon cyberpunk synthwave vaporwave glowing 霓虹 赛博朋克",
        "vintage": "vintage sepia retro old_photo nostalgic antique 复古 怀旧",
        "minimal": "minimal minimalist minimalistic simple flat 极简 简约",
        "oil": "oil oil_painting impressionist impressionism van_gogh monet impasto 油画 印象派",
        "mono": "black_and_white monochrome grayscale greyscale noir b&w 黑白",
        "ink": "ink ink_wash sumi-e 水墨 国画",
        "comic": "comic cartoon manga anime pop_art 漫画 卡通 动漫",
        "mosaic": "mosaic stained_glass low_poly low-poly 马赛克",
    }
)

COLORS: Final = MappingProxyType(
    {
        "red": "red scarlet ruby vermilion 红",
        "crimson": "crimson maroon burgundy 深红",
        "orange": "orange ginger tangerine 橙 橘",
        "amber": "amber honey 琥珀",
        "gold": "gold golden 金",
        "yellow": "yellow lemon 黄",
        "lime": "lime 青柠",
        "green": "green jade 绿 青",
        "emerald": "emerald 翠绿 翡翠",
        "teal": "teal 蓝绿",
        "turquoise": "turquoise aqua mint 青绿",
        "cyan": "cyan 青色",
        "blue": "blue azure sapphire 蓝",
        "navy": "navy 深蓝",
        "indigo": "indigo 靛",
        "purple": "purple plum 紫",
        "violet": "violet lavender lilac 薰衣草",
        "pink": "pink rosy 粉",
        "magenta": "magenta fuchsia 品红 洋红",
        "brown": "brown chocolate 棕 褐",
        "beige": "beige cream tan 米色",
        "white": "white ivory 白",
        "gray": "gray grey 灰",
        "silver": "silver 银",
        "black": "black 黑",
    }
)

COUNTS: Final = MappingProxyType(
    {
        "2": "two 2 pair_of couple_of 两 二",
        "3": "three 3 several few some 三 几",
        "4": "four 4 many 四",
        "5": "five six 5 五",
    }
)

CHANGES: Final = MappingProxyType(
    {
        "cutout": "remove_background remove_the_background transparent_background transparent no_background cut_out "
        "cutout without_background 去背景 去除背景 抠图 透明",
        "brighter": "brighter brighten lighter more_light 变亮 更亮 亮一点",
        "darker": "darker darken 变暗 更暗",
        "blur": "blur blurry blurred bokeh soft_focus 模糊",
        "mirror": "flip mirror mirrored 翻转 镜像",
        "upside_down": "upside_down 倒置",
        "frame": "frame framed border polaroid 边框 相框",
        "vivid": "vivid saturated vibrant colorful colourful 鲜艳",
        "faded": "faded muted desaturate desaturated 淡",
        "restyle": "style_of the_style same_style like_the_second palette_of colors_of 风格",
        "closer": "zoom_in closer close-up closeup 放大",
        "farther": "zoom_out farther wider 缩小",
        "keep": "identical same_picture enhance higher_resolution best_quality upscale sharper",
    }
)
