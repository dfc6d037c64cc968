//! `/admin/…`

mod events;
mod jobs;
mod roles;
mod suspension;
mod users;

use commands::{Actor, Context};
use domain::user::Role;
use harness::{Person, shared};

/// Somebody who has a role at the shared server.
async fn somebody_with(role: Role) -> Person {
    let server = shared();
    let person = server.client().somebody("Olga").await;
    let context = Context { actor: Actor::System, request_id: "tests".to_owned(), if_match: None, idempotency: None };
    let granted = commands::user::grant_role(&server.app.commands, &context, person.id, role, None).await;
    granted.expect("a role can be granted");
    // It holds at once in a new session.
    server.client().sign_in(person.id, &person.email).await
}
