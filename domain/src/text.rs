//! Text that people write: normalised once, bounded, printable.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::field::Invalid;

/// Text in NFC without surrounding white space, of `MIN` to `MAX` characters, on one line unless `LINES`.
///
/// Any script is welcome; control characters are not (line breaks and tabs are, where `LINES`). Characters that nobody
/// sees (zero-width spaces, direction marks, variation selectors) are kept, but do not count towards `MIN`.
///
/// Reading it from the log checks nothing: the past is not judged by today's bounds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text<const MIN: usize, const MAX: usize, const LINES: bool>(String);

/// The title of a place.
pub type Title = Text<3, 255, false>;
/// A person's first or last name.
pub type Name = Text<1, 100, false>;
/// A description, house rules.
pub type Prose = Text<1, 10_000, true>;
/// A message to a host, a reason given.
pub type Note = Text<1, 2_000, true>;
/// What a review says.
pub type Comment = Text<1, 5_000, true>;
/// A postal address, without city and country.
pub type Address = Text<1, 255, false>;
/// A city or a country.
pub type Region = Text<1, 100, false>;

impl<const MIN: usize, const MAX: usize, const LINES: bool> Text<MIN, MAX, LINES> {
    /// Takes what a person wrote.
    ///
    /// # Errors
    /// `blank`, `too_short`, `too_long` or `control_character`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let text: String = raw.nfc().collect::<String>().trim().to_owned();
        if !text.chars().all(Self::is_allowed) {
            return Err(Invalid::new("control_character", "Must not contain control characters."));
        }
        if !text.chars().any(|c| is_visible(c) && !c.is_whitespace()) {
            return Err(Invalid::new("blank", "Must not be blank."));
        }
        if text.chars().filter(|c| is_visible(*c)).count() < MIN {
            return Err(Invalid::new("too_short", format!("Must have at least {MIN} characters.")));
        }
        if text.chars().count() > MAX {
            return Err(Invalid::new("too_long", format!("Must have at most {MAX} characters.")));
        }
        Ok(Self(text))
    }

    fn is_allowed(c: char) -> bool {
        match c {
            '\n' | '\r' | '\t' | LINE_SEPARATOR | PARAGRAPH_SEPARATOR => LINES,
            c => !c.is_control(),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize, const LINES: bool> fmt::Display for Text<MIN, MAX, LINES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize, const LINES: bool> From<Text<MIN, MAX, LINES>> for String {
    fn from(text: Text<MIN, MAX, LINES>) -> Self {
        text.0
    }
}

const LINE_SEPARATOR: char = '\u{2028}';
const PARAGRAPH_SEPARATOR: char = '\u{2029}';

/// Whether a reader could see that a character is there: those of Unicode's `Default_Ignorable_Code_Point` property,
/// and the blank Braille pattern, cannot be seen.
fn is_visible(c: char) -> bool {
    !matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// A telephone number in international form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// Takes `+` and 7 to 15 digits (ITU-T E.164); spaces, dots, hyphens and brackets between them are dropped.
    ///
    /// # Errors
    /// `invalid_phone`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let number: String = raw.trim().chars().filter(|c| !" .-()".contains(*c)).collect();
        let digits = number.strip_prefix('+').unwrap_or_default();
        if (7..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit()) {
            Ok(Self(number))
        } else {
            Err(Invalid::new("invalid_phone", "Must be an international number, such as +33 6 12 34 56 78."))
        }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
