//! Where words end. The engine knows most marks of punctuation as borders of words, but takes `★Loft★` and `loft+garden`
//! for one word each. So what it does not know is set off by a character that has no width, and taken back from its
//! answers. (It can be told of other borders, but then prepares for them anew in each search.)

use unicode_normalization::char::is_combining_mark;

/// The zero-width non-joiner, which is a border to the engine.
const BORDER: char = '\u{200C}';

/// What the engine knows by itself, of what people use most.
const KNOWN: &str = "!\"#%&'()*,-./:;?@[\\]_`{}";

/// A text as the engine is given it.
pub(super) fn set_off(text: &str) -> String {
    let mut set_off = String::with_capacity(text.len());
    for c in text.chars() {
        let is_plain = c.is_alphanumeric() || c.is_whitespace() || is_combining_mark(c) || KNOWN.contains(c);
        if is_plain {
            set_off.push(c);
        } else {
            set_off.extend([BORDER, c, BORDER]);
        }
    }
    set_off
}

/// The text again.
pub(super) fn take_back(text: &str) -> String {
    text.replace(BORDER, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hide_a_word_is_set_off_and_nobody_sees_it() {
        for (text, given) in [
            ("★Loft★", "|★|Loft|★|"),
            ("<b>2BR+garden</b>", "|<|b|>|2BR|+|garden|<|/b|>|"),
            ("Été, l'eau (wi-fi)", "Été, l'eau (wi-fi)"),
            ("e\u{301}te\u{301} 東京", "e\u{301}te\u{301} 東京"),
            ("", ""),
        ] {
            assert_eq!(set_off(text), given.replace('|', &BORDER.to_string()));
            assert_eq!(take_back(&set_off(text)), text);
        }
    }
}
