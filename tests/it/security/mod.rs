//! What hostile clients must not get: the campaign that `docs/security.md` maps to threats.

mod access;
mod addresses;
mod bodies;
mod crossed;
mod heads;
mod logs;
mod mass_assignment;
mod page;
mod raw;
mod requests;
mod silence;
mod slow;
mod stays;
mod table;
mod tokens;
mod world;
