use domain::Invalid;
use jiff::ToSpan;
use jiff::civil::Date;
use utoipa::IntoParams;

use crate::input::{Noted, Params, Query};

/// The most nights that are looked at in one go.
const MAX_NIGHTS: i32 = 400;

/// Nights from one date to before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DateRange {
    /// The first night.
    #[param(example = "2027-05-31")]
    pub(crate) from: Date,
    /// The first night that is not looked at; at most 400 nights after the first.
    #[param(example = "2027-06-30")]
    pub(crate) to: Date,
}

impl Query for DateRange {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        let (from, to) = (params.required::<Date>("from"), params.required::<Date>("to"));
        let (from, to) = (from?, to?);
        if to <= from {
            return Err(params.note("to", Invalid::new("not_after", "Must be after the first date.")));
        }
        if to > from.saturating_add(MAX_NIGHTS.days()) {
            let message = format!("Must be at most {MAX_NIGHTS} nights after the first.");
            return Err(params.note("to", Invalid::new("too_many_nights", message)));
        }
        Ok(Self { from, to })
    }
}

impl DateRange {
    /// Each date.
    pub(crate) fn dates(self) -> impl Iterator<Item = Date> {
        self.from.series(1.day()).take_while(move |date| *date < self.to)
    }
}
