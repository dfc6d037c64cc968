//! `/auth`

mod login;
mod refresh;
mod register;
