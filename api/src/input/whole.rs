use domain::Invalid;

use super::json::Json;
use super::value::Value;

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whole<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> Whole<MIN, MAX> {
    /// The number.
    pub(crate) fn get(self) -> u64 {
        self.0
    }

    /// The number as a count; bounds above 32 bits are cut there.
    pub(crate) fn count(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX)
    }
}

impl<const MIN: u64, const MAX: u64> Value for Whole<MIN, MAX> {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Invalid::new("wrong_type", "Must be a whole number."));
        }
        // Digits alone fail to parse only where there are too many of them.
        match text.parse::<u64>() {
            Ok(number) if (MIN..=MAX).contains(&number) => Ok(Self(number)),
            _ if MAX == u64::MAX => Err(Invalid::new("out_of_range", format!("Must be at least {MIN}."))),
            _ => Err(Invalid::new("out_of_range", format!("Must be between {MIN} and {MAX}."))),
        }
    }

    fn from_json(json: Json<'_>) -> Result<Self, Invalid> {
        Self::from_text(json.number()?)
    }
}
