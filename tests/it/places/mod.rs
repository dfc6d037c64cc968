//! `/places`

mod availability;
mod blocks;
mod change;
mod create;
mod lifecycle;
mod list;
mod price;
mod remembered;
