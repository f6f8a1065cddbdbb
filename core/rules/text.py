"""Text from people: what is refused when it is typed, and how stored text is made harmless when shown.

Entry and display are guarded apart, because text reaches the database by other ways than our forms.
"""

import re
import unicodedata

_REFUSED = {"Cc": "a control character", "Cf": "an invisible or direction-changing character"}
_REFUSED |= {"Zl": "a line separator", "Zp": "a paragraph separator", "Cs": "half of a surrogate pair"}
# All of these are drawn alike, as U+FFFD.
_REFUSED |= {"Cn": "a character that Unicode does not know", "Co": "a character of private use"}
# Letters, marks and signs that show nothing, though their category does not say so.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
# They pick a shape, or a tone of skin, of the character before them; terminals disagree about its width then.
_VARIATION_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")
_IN_NO_DATABASE = re.compile("[\0\ud800-\udfff]")
# Their width is a guess of each terminal, so a drawn line could run over its cell.
_UNDRAWABLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
_SUBSTITUTE = "\N{REPLACEMENT CHARACTER}"
_CONTROL_PICTURES = 0x2400
_DELETE = "\x7f"


def normalised(text: str) -> str:
    """Return *text* in Unicode normalisation form C with the white space around it removed.

    What no database takes becomes U+FFFD: NUL, and halves of surrogate pairs, which an argument that is not UTF-8
    leaves behind.
    """
    return unicodedata.normalize("NFC", _IN_NO_DATABASE.sub(_SUBSTITUTE, text)).strip()


def folded(text: str) -> str:
    """Return the form in which two names are the same name: NFKC, without regard to case or to chosen shapes."""
    plain = _VARIATION_SELECTORS.sub("", text)
    # Taken apart first: letters that have their other case in several characters fold the same then.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", plain).casefold())


def is_visible(text: str) -> bool:
    """Tell whether anything of *text* can be seen: marks need a letter under them, and blanks are none."""
    return any(unicodedata.category(character)[0] not in "MZ" and character not in _BLANK for character in folded(text))


def refused_character(text: str) -> str | None:
    """Say in words which character of *text* may not be entered, or return None if all may."""
    for character in text:
        kind = "an invisible character" if character in _BLANK else _REFUSED.get(unicodedata.category(character))
        if kind:
            return f"{kind} (U+{ord(character):04X})"
    return None


def shown(text: str) -> str:
    """Return *text* as one line that no terminal obeys: whatever is not plainly printable is replaced.

    Control characters become their visible pictures, everything else of no certain width becomes U+FFFD;
    variation selectors are left out.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_drawable, _VARIATION_SELECTORS.sub("", text)))


def _drawable(character: str) -> str:
    if unicodedata.category(character) not in _UNDRAWABLE and character not in _BLANK:
        return character
    if character < " ":
        return chr(_CONTROL_PICTURES + ord(character))
    return "\N{SYMBOL FOR DELETE}" if character == _DELETE else _SUBSTITUTE
