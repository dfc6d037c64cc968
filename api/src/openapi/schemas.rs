//! Schemas that many endpoints share.

use domain::Money;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Money)]
pub(crate) struct MoneyBody {
    /// Major units with all the decimals of the currency.
    #[schema(example = "120.00")]
    amount: String,
    /// ISO 4217.
    #[schema(example = "EUR")]
    currency: &'static str,
}

impl From<Money> for MoneyBody {
    fn from(money: Money) -> Self {
        Self { amount: money.amount(), currency: money.currency.code() }
    }
}

/// The envelope of a success, as documentation has it: [`crate::answer::Envelope`] writes it.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what is written elsewhere")]
pub(crate) struct Success<T> {
    /// `success`.
    #[schema(example = "success")]
    status: String,
    /// What was asked for.
    data: T,
    /// One sentence for people.
    #[schema(example = "Here you are.")]
    message: String,
    /// When it was answered.
    timestamp: Timestamp,
}

/// The envelope of a failure.
#[derive(ToSchema)]
#[schema(as = Failure)]
#[allow(dead_code, reason = "describes what is written elsewhere")]
pub(crate) struct Failed {
    /// `error`.
    #[schema(example = "error")]
    status: String,
    /// One of the closed list at `/docs/errors`.
    #[schema(example = "validation_failed")]
    code: String,
    /// One sentence for people, the same for every such failure.
    #[schema(example = "Some values are missing or not valid.")]
    message: String,
    /// The fields or parameters that were wrong.
    errors: Vec<FailedField>,
    /// The request's id, as in `X-Request-Id`.
    #[schema(example = "019a8f2e-7c3b-7d10-8a4e-5f6071829304")]
    request_id: String,
    /// When it was answered.
    timestamp: Timestamp,
}

/// What is wrong with a field or parameter.
#[derive(ToSchema)]
#[schema(as = FieldProblem)]
#[allow(dead_code, reason = "describes what is written elsewhere")]
pub(crate) struct FailedField {
    /// Its name as it was sent.
    #[schema(example = "check_out")]
    field: String,
    /// A word for programs.
    #[schema(example = "not_after")]
    code: String,
    /// One sentence for people.
    #[schema(example = "Must be after the first date.")]
    message: String,
}
