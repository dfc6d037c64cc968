//! Money: integer minor units and an ISO 4217 currency.

mod number;

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::number::Number;
use crate::field::Invalid;

/// The largest amount accepted where one major unit is worth about a dollar.
const MAX_MAJOR: i64 = 1_000_000;

macro_rules! currencies {
    ($($code:ident $exponent:literal $scale:literal),+ $(,)?) => {
        /// A currency that prices may be in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[allow(missing_docs, reason = "the ISO 4217 codes say it")]
        pub enum Currency { $($code),+ }

        impl Currency {
            /// Every currency, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The ISO 4217 code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$code => stringify!($code)),+ }
            }

            /// Decimals of the minor unit, after ISO 4217.
            pub fn exponent(self) -> u32 {
                match self { $(Self::$code => $exponent),+ }
            }

            /// How many times more of it a comparable price takes than in euros, to the power of ten.
            pub fn scale(self) -> i64 {
                match self { $(Self::$code => $scale),+ }
            }
        }
    };
}

currencies! {
    AED 2 10, ARS 2 1000, AUD 2 1, BGN 2 1, BHD 3 1, BRL 2 10, CAD 2 1, CHF 2 1, CLP 0 1000, CNY 2 10, COP 2 10_000,
    CZK 2 100, DKK 2 10, EUR 2 1, GBP 2 1, HKD 2 10, HUF 2 1000, IDR 2 10_000, ILS 2 10, INR 2 100, ISK 0 100,
    JPY 0 100, KRW 0 1000, KWD 3 1, MAD 2 10, MXN 2 100, MYR 2 10, NOK 2 10, NZD 2 1, PEN 2 10, PHP 2 100, PLN 2 10,
    RON 2 10, SAR 2 10, SEK 2 10, SGD 2 1, THB 2 100, TND 3 10, TRY 2 100, TWD 2 100, USD 2 1, VND 0 10_000, ZAR 2 100,
}

impl FromStr for Currency {
    type Err = Invalid;

    fn from_str(code: &str) -> Result<Self, Invalid> {
        Self::ALL.iter().copied().find(|currency| currency.code() == code).ok_or_else(|| {
            Invalid::new("unknown_currency", "Must be the ISO 4217 code of a supported currency, such as EUR.")
        })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units (cents for EUR, yen for JPY).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// Their currency.
    pub currency: Currency,
}

impl Money {
    /// A price that somebody asks: a decimal in major units, above zero and at most a million euros' worth.
    ///
    /// The grammar is that of a JSON number (`120`, `120.00`, `1.2e2`; leading zeros do no harm), and every digit of it
    /// counts: nothing is rounded.
    ///
    /// # Errors
    /// `invalid_amount`, `too_precise`, `not_positive` or `too_large`.
    pub fn price(amount: &str, currency: Currency) -> Result<Self, Invalid> {
        let number = Number::parse(amount)
            .ok_or_else(|| Invalid::new("invalid_amount", "Must be a decimal number, such as \"120.00\"."))?;
        if !number.is_positive() {
            return Err(Invalid::new("not_positive", "Must be above zero."));
        }
        let exponent = currency.exponent();
        if number.decimals() > u64::from(exponent) {
            return Err(Invalid::new("too_precise", format!("{currency} has {exponent} decimals.")));
        }
        let largest = MAX_MAJOR * currency.scale();
        number
            .scaled(exponent)
            .filter(|minor| *minor <= largest * 10_i64.pow(exponent))
            .map(|minor| Self { minor, currency })
            .ok_or_else(|| Invalid::new("too_large", format!("Must be at most {largest} {currency}.")))
    }

    /// This amount `quantity` times, unless it leaves the range of 64 bits.
    pub fn times(self, quantity: u32) -> Option<Self> {
        let minor = self.minor.checked_mul(i64::from(quantity))?;
        Some(Self { minor, ..self })
    }

    /// The amount in major units with all the decimals of its currency: `120.00`, `15000`, `1.500`.
    pub fn amount(self) -> String {
        let exponent = self.currency.exponent();
        Decimal::new(self.minor, exponent).to_string()
    }
}

#[cfg(test)]
mod tests;
