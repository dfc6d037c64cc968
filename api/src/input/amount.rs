//! Prices in requests: `"120.00"` or `120.00`, read digit by digit.

use commands::place::PriceChange;
use domain::{Currency, Invalid, Money};

use super::fields::Fields;
use super::json::Json;
use super::problems::Noted;
use super::value::Value;

/// The digits of an amount in major units; what they are worth depends on a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Amount(String);

impl Amount {
    /// Digits that nobody needs: an amount longer than this is refused before it is read.
    const MAX_BYTES: usize = 64;

    /// The amount as a price.
    ///
    /// # Errors
    /// See [`Money::price`].
    pub(crate) fn price(&self, currency: Currency) -> Result<Money, Invalid> {
        Money::price(&self.0, currency)
    }

    /// The amount as a bound of prices, in minor units: zero will do.
    ///
    /// # Errors
    /// See [`Money::price`].
    pub(crate) fn bound(&self, currency: Currency) -> Result<i64, Invalid> {
        match self.price(currency) {
            Err(problem) if problem.code == "not_positive" && !self.0.starts_with('-') => Ok(0),
            price => Ok(price?.minor),
        }
    }
}

impl Value for Amount {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        let decimal = |c: u8| c.is_ascii_digit() || b"+-.eE".contains(&c);
        if (1..=Self::MAX_BYTES).contains(&text.len()) && text.bytes().all(decimal) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_amount", "Must be a decimal number, such as \"120.00\"."))
        }
    }

    fn from_json(json: Json<'_>) -> Result<Self, Invalid> {
        match json.number() {
            Ok(digits) => Self::from_text(digits),
            Err(_) => Self::from_text(
                &json
                    .text()
                    .map_err(|_| Invalid::new("wrong_type", "Must be a decimal number, such as \"120.00\" or 120."))?,
            ),
        }
    }
}

impl Fields<'_> {
    /// The fields `price` and `currency`, in euros where nothing else is said.
    ///
    /// # Errors
    /// Noted at either.
    pub(crate) fn price(&mut self) -> Result<Money, Noted> {
        let amount = self.required::<Amount>("price");
        let currency = self.optional("currency")?.unwrap_or(Currency::EUR);
        amount?.price(currency).map_err(|problem| self.note("price", problem))
    }

    /// The same as a change; without `currency` it is in that of the price that it replaces.
    ///
    /// # Errors
    /// Noted at either: `required` where there is a currency without a price, since no amount holds in two currencies.
    pub(crate) fn price_change(&mut self) -> Result<Option<PriceChange>, Noted> {
        let amount = self.changed::<Amount>("price");
        let currency = self.changed::<Currency>("currency");
        match (amount?, currency?) {
            (Some(Amount(amount)), currency) => Ok(Some(PriceChange { amount, currency })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(self.note("price", Invalid::new("required", "Must be given with a currency."))),
        }
    }
}
