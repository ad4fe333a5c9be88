"""Signs that Word keeps as places in fonts of symbols, as the characters that they look like."""

from __future__ import annotations

# By the published tables of the fonts "Symbol", "Wingdings" and "Wingdings 2"; what is not in them is told.
_GREEK = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
_GREEK_CAPITALS = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
SYMBOL = {
    **{0x61 + place: sign for place, sign in enumerate(_GREEK)},
    **{0x41 + place: sign for place, sign in enumerate(_GREEK_CAPITALS)},
    **{code: chr(code) for code in range(0x20, 0x41)},
    0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓",
    0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB6: "∂", 0xB7: "•", 0xB8: "÷",
    0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC5: "⊕", 0xD0: "∠", 0xD5: "∏", 0xD6: "√",
    0xD7: "⋅", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
WINGDINGS = {
    0x28: "☎", 0x2A: "✉", 0x4A: "☺", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x74: "⧫",
    0x75: "◆", 0x76: "❖", 0x77: "◆", 0x9F: "•", 0xA0: "▪", 0xA1: "○", 0xA4: "◉", 0xA7: "▪",
    0xA8: "◻", 0xAB: "★", 0xB2: "☆", 0xD8: "➢", 0xDC: "➲", 0xE0: "→", 0xDF: "←", 0xE8: "➔",
    0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    **{0x80 + number: chr(0x245F + number) for number in range(1, 11)},
    **{0x8B + number: chr(0x2775 + number) for number in range(1, 11)},
    0x80: "⓪",
}  # fmt: skip
WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0xA3: "□", 0x2A: "□"}
FONTS = {"symbol": SYMBOL, "wingdings": WINGDINGS, "wingdings 2": WINGDINGS_2}


def sign(font: str, code: str) -> str:
    """Return the character of ``w:sym``; empty where it is not known."""
    try:
        place = int(code, 16)
    except ValueError:
        return ""
    table = FONTS.get(font.lower())
    if table is not None:
        return table.get(place & 0xFF, "") if place >= 0xF000 or place < 0x100 else chr(place)
    if 0xF020 <= place <= 0xF0FF:
        return ""  # the place in a font that is not known
    return (
        chr(place) if place >= 0x20 and not 0xD800 <= place <= 0xDFFF and place <= 0x10FFFF else ""
    )
