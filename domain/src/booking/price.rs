use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::nights::Nights;

/// What a stay costs, item by item; frozen at the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// In the order in which they are shown; their amounts add up to the total.
    pub lines: Vec<PriceLine>,
    /// The sum of the lines.
    pub total: Money,
}

/// One item of a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLine {
    /// What it is for.
    pub kind: LineKind,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub unit: Money,
    /// `quantity` times `unit`.
    pub amount: Money,
}

/// What a line of a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Nights at the place's price.
    Nights,
}

impl LineKind {
    /// The name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nights => "nights",
        }
    }
}

impl Price {
    /// The price of `nights` at `nightly` each; `None` where it leaves the range of 64 bits.
    pub fn of(nightly: Money, nights: Nights) -> Option<Self> {
        let quantity = nights.count();
        let amount = nightly.times(quantity)?;
        let line = PriceLine { kind: LineKind::Nights, quantity, unit: nightly, amount };
        Some(Self { lines: vec![line], total: amount })
    }
}
