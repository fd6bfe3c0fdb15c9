"""Key forms of Acehnese and Indonesian names, for searching and comparing; what is stored and shown is never changed.

The rules and their limits come from the domain notes, section 5 (wilayah-and-names.md). An equal key and an equal birth date open
a possible duplicate for a person to judge, so a rule that would join two different names is left out: z = j, dl = d, a = o, t = d
and short forms (Din, Mail) are; the well-known pairs among them stand word by word in WORDS.
"""

import re
import unicodedata

# Only before another word, and only for matching: Cut, Said and the like are names proper too. Teuku and Teungku are different
# titles, but both are written or left out from one paper to the next.
TITLES = {
    "tgk", "teungku", "teungkoe", "tengku", "t", "teuku", "teukoe", "cut", "tjut", "pocut", "potjut", "said", "sayed", "sayid",
    "sayyid", "sjed", "syed", "syarifah", "sjarifah", "syarifa", "sarifah", "h", "hj", "haji", "hadji", "hajjah", "hajah", "kh", "kyai",
    "kiai", "syekh", "syeh", "syech", "syeikh", "sjech", "ust", "ustad", "ustadz", "ustaz", "ustadzah", "ustazah", "waled", "keuchik",
    "geuchik", "alm", "almh", "almarhum", "almarhumah", "prof", "dr", "dra", "drs", "drg", "drh", "ir", "ns", "bpk", "bapak", "ibu",
}  # fmt: skip
BETWEEN_CHILD_AND_FATHER = {"bin", "binti", "binte", "bte", "bt", "b"}

# Degrees without their dots, after a comma or written with dots at the end; BARE_DEGREES also without either, for no name ends so.
DEGREES = {
    "spd", "spdi", "spdsd", "sag", "sh", "shi", "se", "sei", "ssos", "sst", "st", "stp", "skom", "skep", "sked", "skm", "sfarm", "sip",
    "spsi", "sp", "spt", "shut", "shum", "ssi", "skes", "sgz", "sth", "ssy", "str", "strkeb", "strkes", "ss", "sap", "sik", "simp",
    "sadm", "mpd", "mpdi", "msi", "mh", "mhi", "mkes", "mag", "mm", "mt", "mkom", "ma", "mhum", "msc", "mkep", "me", "mei", "map",
    "mip", "ba", "amd", "amdkeb", "amdkep", "amdkom", "lc", "llm", "phd", "sppd", "spog", "spa",
}  # fmt: skip
BARE_DEGREES = {
    "sh", "se", "st", "skm", "spd", "spdi", "sag", "ssos", "skom", "skep", "sip", "msi", "mpd", "mkes", "mkom", "amd", "lc",
}  # fmt: skip

ABBREVIATIONS = {
    **dict.fromkeys(("muh", "muhd", "moh", "mohd", "mhd", "mhmd", "moch", "mochd", "much", "muchd"), "muhammad"),
    **dict.fromkeys(("abd", "abdl", "abdur", "abdus", "abdun", "abdut", "abduz", "abdoer", "abdoes"), "abdul"),
    "st": "siti",
}
_MUHAMMAD = re.compile(r"m(?:u|o|oe)(?:h|ch|kh)am+[aei]d")

# Spellings of one word that no rule below may cover, because the rule would join other names.
WORDS = {
    "jainab": "zainab", "jainal": "zainal", "jainuddin": "zainuddin", "jakaria": "zakaria", "jubaidah": "zubaidah",
    "julkifli": "zulkifli", "jaitun": "zaitun", "rijal": "rizal", "rijki": "rizki", "riski": "rizki", "azis": "aziz", "noor": "nur",
    "ramadlan": "ramadhan", "ridlwan": "ridwan", "fadlil": "fadhil", "rohman": "rahman", "rohmat": "rahmat",
    "rohim": "rahim", "rohimah": "rahimah", "abdurrohman": "abdurrahman",
}  # fmt: skip

_APOSTROPHES = re.compile("['`\u00b4\u2018\u2019\u02bb\u02bc\u02be\u02bf\u2032]")
_STOPPED = re.compile(r"(?<=[aeiou])'(?=[bcdfghjklmnpqrstvwxyz])")
_NO_LETTERS = re.compile("[^a-z]+")

# In this order: a rule may rely on what those above it have done.
LETTERS = [
    (re.compile(pattern), written)
    for pattern, written in [
        ("oe", "u"),
        ("dj", "j"),
        ("tj", "c"),
        ("ch|kh", "h"),
        ("s(?:[yj]h?|h)", "s"),
        ("dz", "z"),
        ("dh", "d"),
        ("th", "t"),
        ("ts", "s"),
        ("q", "k"),
        ("[fv]", "p"),
        ("ae", "ai"),
        ("eu", "e"),
        ("ck", "k"),
        # Before j becomes y, or Khatijah would be Hatiah.
        ("iy(?=[aeou])", "i"),
        # Old spelling wrote j for y. Before a consonant or at the end j is today's j (Hajrah).
        ("j(?=[aeiou])", "y"),
        # Fitry, Sakdyah, Faysal; but Panji (now panyi) is not Pani.
        ("y(?![aeiou])", "i"),
        ("(?<=[bcdfghklmnprstwxz])y(?=[aeou])", "i"),
        (r"([a-z])\1+", r"\1"),
        ("(?<=.[aeiou])h$", ""),
        ("^abdur(?=a)", "abdulr"),
        ("^abdus(?=a)", "abduls"),
    ]
]
_SAME_CONSONANT_ACROSS_BLANK = re.compile(r"([bcdfghjklmnpqrstvwxyz])\1+")


def tokens(name: str) -> tuple[str, ...]:
    """The words of a name in key form, in order, without titles, degrees and bin/binti; () where no Latin letter is left.

    A title that is all there is stays: it is the name.
    """
    words = _words(name)
    found: list[str] = []
    for segment in _segments(words):
        while len(segment) > 1 and segment[0] in TITLES:
            segment = segment[1:]
        if len(segment) > 1 and segment[0] == "m":
            segment = ["muhammad", *segment[1:]]
        found += [_key(word) for word in segment]
    return tuple(found)


def normalise(name: str) -> str:
    """One key for the whole name: its tokens run together, since Nur Hayati and Nurhayati are one name; "" for no name.

    Single letters keep blanks around them: Abdul A. is not Abdullah.
    """
    key = ""
    before = ""
    for token in tokens(name):
        key += f" {token}" if before and 1 in (len(before), len(token)) else token
        before = token
    return _SAME_CONSONANT_ACROSS_BLANK.sub(r"\1", key)


def _words(name: str) -> list[str]:
    letters = "".join(c for c in unicodedata.normalize("NFKD", name.replace("\u00b4", "'")).lower() if not unicodedata.combining(c))
    letters = _APOSTROPHES.sub("'", letters)
    chunks = _without_degrees(_STOPPED.sub("k", letters).replace("'", ""))
    return _NO_LETTERS.sub(" ", " ".join(chunks)).split()


def _without_degrees(text: str) -> list[str]:
    """The chunks between blanks, less the degrees at the end of the name and after commas."""
    name, *after_commas = [part.split() for part in re.split("[,;]", text) if _NO_LETTERS.sub("", part)] or [[]]
    chunks = _cut_degrees(name, least=1, bare=BARE_DEGREES)
    for part in after_commas:
        chunks += _cut_degrees(part, least=0, bare=DEGREES)
    return chunks


def _cut_degrees(chunks: list[str], *, least: int, bare: set[str]) -> list[str]:
    """Without trailing degrees, also those with a blank inside (S. Pd.); `least` chunks stay, `bare` need no dot."""
    for size in (1, 2):
        if len(chunks) - size < least:
            break
        last = "".join(chunks[-size:])
        letters = _NO_LETTERS.sub("", last)
        if letters in bare or ("." in last and letters in DEGREES):
            return _cut_degrees(chunks[:-size], least=least, bare=bare)
    return chunks


def _segments(words: list[str]) -> list[list[str]]:
    """The name, the father's name and so on: cut at every bin or binti that stands between two words."""
    segments: list[list[str]] = [[]]
    for place, word in enumerate(words):
        if word in BETWEEN_CHILD_AND_FATHER and segments[-1] and place < len(words) - 1:
            segments.append([])
        else:
            segments[-1].append(word)
    return segments


def _key(word: str) -> str:
    word = ABBREVIATIONS.get(word, word)
    if _MUHAMMAD.fullmatch(word):
        word = "muhammad"
    folded = _fold(word)
    return FOLDED_WORDS.get(folded, folded)


def _fold(word: str) -> str:
    for pattern, written in LETTERS:
        word = pattern.sub(written, word)
    return word


FOLDED_WORDS = {_fold(word): _fold(meant) for word, meant in WORDS.items()}
