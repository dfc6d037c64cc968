//! `/admin/…`

mod events;
mod jobs;
mod roles;
mod suspension;
mod users;
