//! For admins, auditors and the operator of the machine.

mod create_user;
mod discard_job;
mod event;
mod events;
mod grant_role;
mod hide_review;
mod import_listings;
mod jobs;
mod park_projection;
mod projections;
mod reason;
mod rebuild_projection;
mod restore_place;
mod resume_projection;
mod retry_job;
mod revoke_role;
mod suspend;
mod unlist_place;
mod users;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(users::users, create_user::create_user))
        .routes(routes!(grant_role::grant_role))
        .routes(routes!(unlist_place::unlist_place))
        .routes(routes!(restore_place::restore_place))
        .routes(routes!(hide_review::hide_review))
        .routes(routes!(revoke_role::revoke_role))
        .routes(routes!(suspend::suspend))
        .routes(routes!(suspend::restore))
        .routes(routes!(projections::projections))
        .routes(routes!(rebuild_projection::rebuild))
        .routes(routes!(resume_projection::resume))
        .routes(routes!(park_projection::park))
        .routes(routes!(jobs::jobs))
        .routes(routes!(retry_job::retry))
        .routes(routes!(discard_job::discard))
        .routes(routes!(import_listings::import_listings))
        .routes(routes!(events::events))
        .routes(routes!(event::event))
}
