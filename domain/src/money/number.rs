//! Decimal numbers as people and JSON write them, read digit by digit: never by way of a float.

/// `digits` times ten to the power of `exponent`.
pub(super) struct Number {
    negative: bool,
    /// Without zeros at either end: empty for zero.
    digits: String,
    /// Held within what 64 bits can say: no honest amount comes near the ends.
    exponent: i64,
}

impl Number {
    /// Reads `-`? digits (`.` digits)? (`e` sign? digits)?, in ASCII; `None` for anything else.
    pub(super) fn parse(written: &str) -> Option<Self> {
        let (negative, unsigned) = written.strip_prefix('-').map_or((false, written), |rest| (true, rest));
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, parse_power(power)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) if are_digits(fraction) => (whole, fraction),
            Some(_) => return None,
            None => (mantissa, ""),
        };
        if !are_digits(whole) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let digits = all.trim_end_matches('0');
        let zeros = i64::try_from(all.len() - digits.len()).ok()?;
        let decimals = i64::try_from(fraction.len()).ok()?;
        let exponent = power.saturating_sub(decimals).saturating_add(zeros);
        Some(Self { negative, digits: digits.trim_start_matches('0').to_owned(), exponent })
    }

    /// Whether it is above zero.
    pub(super) fn is_positive(&self) -> bool {
        !self.negative && !self.digits.is_empty()
    }

    /// How many decimals it takes to write it without a power of ten.
    pub(super) fn decimals(&self) -> u64 {
        if self.exponent < 0 { self.exponent.unsigned_abs() } else { 0 }
    }

    /// Its absolute value times ten to the power of `by`, if that is a whole number of 64 bits.
    pub(super) fn scaled(&self, by: u32) -> Option<i64> {
        let power = u32::try_from(self.exponent.checked_add(i64::from(by))?).ok()?;
        self.digits.parse::<i64>().ok()?.checked_mul(10_i64.checked_pow(power)?)
    }
}

/// The power of ten after `e`; one that 64 bits cannot hold is as good as their largest.
fn parse_power(written: &str) -> Option<i64> {
    let (down, digits) = match written.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, written.strip_prefix('+').unwrap_or(written)),
    };
    let power = are_digits(digits).then(|| digits.parse().unwrap_or(i64::MAX))?;
    Some(if down { -power } else { power })
}

fn are_digits(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}
