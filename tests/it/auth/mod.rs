//! `/auth`

mod email;
mod equal_work;
mod keys;
mod login;
mod mail;
mod overtaken;
mod password;
mod processes;
mod refresh;
mod register;
