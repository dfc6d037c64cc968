use domain::text::Note;
use utoipa::ToSchema;

use crate::input::{Body, Fields, Noted};

/// Why an admin does something.
#[derive(ToSchema)]
#[schema(as = Reason)]
pub(crate) struct ReasonBody {
    /// Kept in the log.
    #[schema(value_type = String, max_length = 2_000, example = "Reported as a scam, and the photos are another flat's.")]
    pub(super) reason: Note,
}

impl Body for ReasonBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self { reason: fields.required("reason")? })
    }
}
