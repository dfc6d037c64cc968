//! Text that people write: normalised once, bounded, printable.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::field::Invalid;

/// Text in NFC without surrounding white space, of `MIN` to `MAX` characters, on one line unless `LINES`.
///
/// Any script is welcome; control characters are not (line breaks and tabs are, where `LINES`).
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
        let length = text.chars().count();
        if length == 0 {
            return Err(Invalid::new("blank", "Must not be blank."));
        }
        if length < MIN {
            return Err(Invalid::new("too_short", format!("Must have at least {MIN} characters.")));
        }
        if length > MAX {
            return Err(Invalid::new("too_long", format!("Must have at most {MAX} characters.")));
        }
        let printable = |c: char| !c.is_control() || (LINES && matches!(c, '\n' | '\r' | '\t'));
        if !text.chars().all(printable) {
            return Err(Invalid::new("control_character", "Must not contain control characters."));
        }
        Ok(Self(text))
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
