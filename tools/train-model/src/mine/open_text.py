"""Collects open text into one corpus: paragraphs of prose, one a line, with "<|doc|>" lines between documents.

Usage: open_text.py OUTPUT.txt.xz NAME=FOLDER ...

FOLDER is where a package of DATA.md was unpacked; NAME says how it is read: "wordnet", "factbook", "speeches" for the three packages of data,
"jargon" and "elements" for dictionaries of dictd, anything else for a tree of HTML pages, Markdown files and plain text.
"""

import gzip
import json
import lzma
import pathlib
import re
import sys
from html.parser import HTMLParser

MARK = "<|doc|>"


class Prose(HTMLParser):
    """Text of paragraphs, list items and definitions, without code and navigation."""

    taken = {"p", "li", "dd", "td", "blockquote"}
    dropped = {"pre", "script", "style", "nav", "table", "head", "footer", "header", "aside", "form", "button"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.paragraphs, self.text, self.depth, self.skip = [], [], 0, 0

    def flush(self):
        self.paragraphs.append(" ".join("".join(self.text).split()))
        self.text = []

    def handle_starttag(self, tag, attrs):
        if tag in self.dropped:
            self.skip += 1
        elif tag in self.taken or tag in ("div", "ul", "ol", "dl", "section", "h1", "h2", "h3", "h4"):
            self.flush()
            self.depth = tag in self.taken

    def handle_endtag(self, tag):
        if tag in self.dropped:
            self.skip = max(0, self.skip - 1)
        elif tag in self.taken:
            self.flush()
            self.depth = 0

    def handle_data(self, data):
        if self.depth and not self.skip:
            self.text.append(data)


def is_prose(text, shortest=60):
    """Sentences of plain English, told by length, letters, capital, stop, and common words."""
    if not shortest <= len(text) <= 3000 or not re.match(r"[\"'(]?[A-Z]", text) or not re.search(r"[.!?][\"')]?$", text):
        return False
    letters = sum(char.isalpha() and char.isascii() or char in " ,.'" for char in text)
    common = len(re.findall(r"\b(?:the|a|an|of|to|is|in|and|that|it|for|you|be|are|was)\b", text))
    return letters / len(text) > 0.94 and common * 7 >= len(text.split()) and not re.search(r"[{}<>|\\=]|::|\bhttps?:|__|[a-z]\(\)", text)


def plain(text):
    """ASCII forms of typographic characters, as in the books."""
    for old, new in {"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--", "–": "-", "…": "...", " ": " "}.items():
        text = text.replace(old, new)
    return text


def markdown(text):
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
    text = re.sub(r"```.*?```|~~~.*?~~~|\{%.*?%\}|<[^>]+>|\{\{.*?\}\}", "", text, flags=re.S)
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.)\s)", text):
        block = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", block)
        block = re.sub(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", block)
        block = re.sub(r"^\s*(?:[-*+>]|\d+\.|#+)\s+", "", block)
        yield " ".join(re.sub(r"[*_`]{1,2}", "", block).split())


def tree(folder):
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if not path.is_file() or path.suffix not in (".html", ".md", ".txt"):
            continue
        text = path.read_text("utf8", "ignore")
        if path.suffix == ".html":
            parser = Prose()
            parser.feed(text)
            parser.flush()
            found = parser.paragraphs
        else:
            found = markdown(text)
        yield path.stem, [line for line in map(plain, found) if is_prose(line)]


def speeches(folder):
    for path in sorted(pathlib.Path(folder).rglob("*.txt")):
        if re.match(r"(?:19|20)\d\d-", path.name):
            yield path.stem, [line for line in map(plain, markdown(path.read_text("utf8", "ignore"))) if is_prose(line, 30)]


def wordnet(folder):
    """Glosses as dictionary lines, "spoon: a piece of cutlery with a ...", and the sentences that show a word in use."""
    for part in ("noun", "verb", "adj", "adv"):
        lines = []
        for line in next(pathlib.Path(folder).rglob(f"data.{part}")).read_text("utf8").splitlines():
            if line.startswith(" ") or "|" not in line:
                continue
            head, gloss = line.split("|", 1)
            word = re.sub(r"\(\w+\)$", "", head.split()[4].replace("_", " "))
            meaning = re.split(r';\s*"', gloss.strip())[0].strip(" ;")
            examples = [text for text in re.findall(r'"([^"]{12,160})"', gloss)]
            lines.append(f"{word}: {meaning}." + "".join(f" {text[0].upper()}{text[1:].rstrip('.')}." for text in examples[:2]))
        yield f"Words and what they mean ({part})", lines


def factbook(folder):
    for path in sorted(pathlib.Path(folder).rglob("*.json")):
        country = json.loads(path.read_text("utf8"))
        if not isinstance(country, dict) or "Geography" not in country:
            continue
        name = field(country, "Government", "Country name", "conventional short form")
        if name is None or not re.fullmatch(r"[A-Z][A-Za-z ]+", name) or name.lower() == "none":
            continue
        texts = [clean(text) for section in country.values() if isinstance(section, dict) for text in strings(section)]
        yield name, facts(country, name) + [text for text in texts if is_prose(text)]


def strings(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def field(country, section, name, part="text"):
    value = country.get(section, {}).get(name, {}).get(part)
    value = value.get("text") if isinstance(value, dict) else value
    return clean(value) if isinstance(value, str) else None


def clean(text):
    text = " ".join(plain(text).replace("++", ";").split())
    return re.sub(r"\b([A-Z])([A-Z]{3,})\b", lambda match: match[1] + match[2].lower(), text).strip()


def facts(country, name):
    """Sentences from fields that hold one short value."""
    def short(value):
        return re.split(r"[;(]|\bnote\b", value)[0].strip(" .,") if value else None

    said = [
        ("The capital of {0} is {1}.", short(field(country, "Government", "Capital", "name"))),
        ("{0} is located in {1}.", short(field(country, "Geography", "Location"))),
        ("The population of {0} is {1}.", short(field(country, "People and Society", "Population"))),
        ("The climate of {0} is {1}.", short(field(country, "Geography", "Climate"))),
        ("The terrain of {0} is {1}.", short(field(country, "Geography", "Terrain"))),
        ("Its highest point is {1}.", short(field(country, "Geography", "Elevation extremes", "highest point"))),
        ("The official name of the country is {1}.", short(field(country, "Government", "Country name", "conventional long form"))),
        ("{0} grows and produces {1}.", short(field(country, "Economy", "Agriculture - products"))),
        ("Its main industries are {1}.", short(field(country, "Economy", "Industries"))),
        ("The natural resources of {0} are {1}.", short(field(country, "Geography", "Natural resources"))),
        ("The length of its coast is {1}.", short(field(country, "Geography", "Coastline"))),
        ("The languages spoken there are {1}.", short(field(country, "People and Society", "Languages"))),
        ("Its currency is {1}.", None),
    ]
    lines = [pattern.format(name, value) for pattern, value in said if value and value.lower() != "none"]
    return [" ".join(lines[index : index + 5]) for index in range(0, len(lines), 5)]


def dictionary(folder):
    path = next(pathlib.Path(folder).rglob("*.dict.dz"))
    text = plain(gzip.decompress(path.read_bytes()).decode("utf8", "ignore"))
    entries = re.split(r"\n(?=\S)", text)
    yield path.stem, [" ".join(entry.split()) for entry in entries if 80 <= len(entry) <= 3000 and "00-database" not in entry]


readers = {"wordnet": wordnet, "factbook": factbook, "speeches": speeches, "jargon": dictionary, "elements": dictionary}


def main():
    output, *sources = sys.argv[1:]
    seen = set()
    with lzma.open(output, "wt", encoding="utf8", preset=9) as out:
        for source in sources:
            name, folder = source.split("=", 1)
            size = 0
            for title, lines in readers.get(name, tree)(folder):
                lines = [line for line in lines if line not in seen]
                if sum(map(len, lines)) < 400:
                    continue
                seen.update(lines)
                size += sum(map(len, lines))
                print(MARK, f"Title: {title}", f"Source: {name}", "-------", *lines, sep="\n", file=out)
            print(f"{size / 1e6:8.2f} MB {name}", file=sys.stderr)


main()
