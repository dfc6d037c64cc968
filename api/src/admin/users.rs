use axum::extract::State;
use domain::text::Text;
use utoipa::IntoParams;

use crate::answer::{Answer, List, Paging, PagingParams};
use crate::caller::Admin;
use crate::failure::ApiError;
use crate::input::{Noted, Params, Query};
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;
use crate::users::AccountBody;

/// As long as an address can be.
type Sought = Text<1, 120, false>;

/// Which accounts are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// An id, or the beginning of an e-mail address, first or last name; case does not matter.
    #[param(value_type = Option<String>, example = "ada")]
    q: Option<Sought>,
    #[param(ignore)]
    paging: Paging,
}

impl Query for Wanted {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        let (q, paging) = (params.optional("q"), params.paging());
        Ok(Self { q: q?, paging: paging? })
    }
}

/// Find accounts
///
/// Closed ones too, newest first.
#[utoipa::path(
    get, path = "/admin/users", tag = "admin", security(("bearer" = [])), params(Wanted, PagingParams),
    responses((status = 200, description = "Part of the list.", body = Success<List<AccountBody>>))
)]
pub(crate) async fn users(State(api): State<ApiState>, read: Read<Admin, Wanted>) -> Result<Answer, ApiError> {
    let Wanted { q, paging } = read.query;
    let prefix = q.as_ref().map(Text::as_str);
    let users = projections::user::search(&api.views, prefix, paging.slice).await?;
    List::of(users.map(AccountBody::from), &paging).answer("These accounts match.")
}
