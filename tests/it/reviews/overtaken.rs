//! An author whose account changes between the look at the token and the review.

use commands::{Actor, CommandError, Context};
use domain::review::{Categories, Opinion, Stars};
use domain::text::Note;
use uuid::Uuid;

use super::scene::Scene;

fn context(actor: &Actor) -> Context {
    Context { actor: actor.clone(), request_id: "test".to_owned(), if_match: None, idempotency: None }
}

#[tokio::test]
async fn an_author_who_was_suspended_meanwhile_writes_nothing() {
    let scene = Scene::of_a_completed_stay().await;
    let house = &scene.server.app.commands;
    let author = Actor::User { id: scene.guest.id, roles: [].into(), session_id: Uuid::nil() };
    let reason = Note::parse("Fraud.").expect("a reason");
    commands::user::suspend(house, &context(&Actor::System), scene.guest.id, reason).await.expect("a suspension");
    let opinion = Opinion { rating: Stars::new(4).expect("a rating"), categories: Categories::new(), text: None };

    // Its token was looked at before that.
    let outcome = commands::review::submit(house, &context(&author), scene.booking, opinion).await;

    assert!(matches!(outcome, Err(CommandError::Forbidden)), "{outcome:?}");
}
