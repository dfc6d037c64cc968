//! What guests and hosts say of each other: `/bookings/{id}/reviews`, `/reviews`, and the lists of them.

mod blind;
mod lists;
mod moderation;
mod one_review;
mod overtaken;
mod replies;
mod scene;
mod time;
