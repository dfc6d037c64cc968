//! `/admin`

mod roles;
mod suspension;
mod users;
