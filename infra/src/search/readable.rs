//! Texts as the engine can read them.
//!
//! It knows most marks of punctuation as borders of words, but takes `★Loft★` and `loft+garden` for one word each. So what
//! it does not know is set off by a character that has no width, and taken back from its answers. (It can be told of other
//! borders, but then prepares for them anew in each search.) And it reads `œ` as `oe`, as people type it, but not `ß` as
//! `ss`.

use projections::search::fold;
use unicode_normalization::char::is_combining_mark;

/// The zero-width non-joiner, which is a border to the engine.
const BORDER: char = '\u{200C}';

/// Borders that the engine knows by itself, of what people use most.
const KNOWN: &str = "!\"#%&'()*,-./:;?@[\\]_`{}";

/// Letters, lower case, that [`fold`] reads as others and the engine (1.50) does not.
const UNREAD: [char; 9] = ['ß', 'ł', 'đ', 'ð', 'ħ', 'ĸ', 'ŋ', 'ŧ', 'þ'];

/// A text as the engine is given it.
pub(super) fn readable(text: &str) -> String {
    let mut readable = String::with_capacity(text.len());
    for c in text.chars() {
        let is_plain = c.is_alphanumeric() || c.is_whitespace() || is_combining_mark(c) || KNOWN.contains(c);
        if c.to_lowercase().any(|lower| UNREAD.contains(&lower)) {
            readable.push_str(&fold(c.encode_utf8(&mut [0; 4])));
        } else if is_plain {
            readable.push(c);
        } else {
            readable.extend([BORDER, c, BORDER]);
        }
    }
    readable
}

/// The text again, but for letters that were given as others.
pub(super) fn take_back(text: &str) -> String {
    text.replace(BORDER, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_given_as_people_type_them() {
        assert_eq!(readable("Łódź, Straße, GROẞ, Þór"), "lódź, Strasse, GROss, thór");
        assert!(UNREAD.iter().all(|letter| fold(&letter.to_string()) != letter.to_string()));
        assert_eq!(readable("Cœur, Ærø, Kadıköy"), "Cœur, Ærø, Kadıköy", "the engine reads them by itself");
    }

    #[test]
    fn what_may_hide_a_word_is_set_off_and_nobody_sees_it() {
        for (text, given) in [
            ("★Loft★", "|★|Loft|★|"),
            ("<b>2BR+garden</b>", "|<|b|>|2BR|+|garden|<|/b|>|"),
            ("Été, l'eau (wi-fi)", "Été, l'eau (wi-fi)"),
            ("e\u{301}te\u{301} 東京", "e\u{301}te\u{301} 東京"),
            ("", ""),
        ] {
            assert_eq!(readable(text), given.replace('|', &BORDER.to_string()));
            assert_eq!(take_back(&readable(text)), text);
        }
    }
}
