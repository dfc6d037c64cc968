//! What somebody does at the very moment when the account is suspended or its password changed: nothing slips through.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use commands::ports::password::{Password, PasswordHasher};
use commands::user::{change_password, sign_in, suspend};
use commands::{Actor, CommandError, Commands, Context, PortError, Ports};
use domain::Email;
use domain::text::Note;
use futures::future::BoxFuture;
use harness::{PASSWORD, Person, shared};

/// Something that happens while a password is being compared.
type Deed = BoxFuture<'static, ()>;

/// Compares as the house does; once it has, the deed is done before anybody learns the outcome.
struct Meanwhile {
    house: Arc<dyn PasswordHasher>,
    deed: Mutex<Option<Deed>>,
}

#[async_trait]
impl PasswordHasher for Meanwhile {
    fn has_room(&self) -> Result<(), PortError> {
        self.house.has_room()
    }

    async fn hash(&self, password: &Password) -> Result<String, PortError> {
        self.house.hash(password).await
    }

    async fn verify(&self, password: &Password, hash: Option<&str>) -> Result<bool, PortError> {
        let matches = self.house.verify(password, hash).await?;
        let deed = self.deed.lock().expect("no test panics here").take();
        if let Some(deed) = deed {
            deed.await;
        }
        Ok(matches)
    }
}

fn house() -> Commands {
    shared().app.commands.clone()
}

/// The use cases of the shared house, with a deed in the middle of the first comparison.
fn with(deed: impl Future<Output = ()> + Send + 'static) -> Commands {
    let house = house().ports().clone();
    let deed = Mutex::new(Some(Box::pin(deed) as Deed));
    let passwords = Arc::new(Meanwhile { house: house.passwords.clone(), deed });
    Commands::new(Ports { passwords, ..house })
}

fn context(actor: Actor) -> Context {
    Context { actor, request_id: "test".to_owned(), if_match: None, idempotency: None }
}

fn password(text: &str) -> Password {
    Password::choose(text).expect("a password")
}

fn address(person: &Person) -> Email {
    Email::parse(&person.email).expect("an address")
}

/// Who somebody is in the newest session.
async fn in_a_session(person: &Person) -> Actor {
    let sessions = commands::user::sessions(&house(), person.id).await.expect("sessions");
    Actor::User { id: person.id, roles: Default::default(), session_id: sessions[0].session_id }
}

async fn open_sessions(person: &Person) -> usize {
    commands::user::sessions(&house(), person.id).await.expect("sessions").len()
}

#[tokio::test]
async fn nobody_signs_in_past_a_suspension() {
    let person = shared().client().somebody("Mallory").await;
    let id = person.id;
    let commands = with(async move {
        let reason = Note::parse("Fraud.").expect("a reason");
        suspend(&house(), &context(Actor::System), id, reason).await.expect("a suspension");
    });

    let outcome = sign_in(&commands, &address(&person), &password(PASSWORD), None).await;

    assert!(matches!(outcome, Err(CommandError::Forbidden)), "{outcome:?}");
    assert_eq!(open_sessions(&person).await, 0);
}

#[tokio::test]
async fn nobody_signs_in_with_a_password_that_has_just_been_changed() {
    let person = shared().client().somebody("Hedy").await;
    let owner = in_a_session(&person).await;
    let commands = with(async move {
        let new = password("another good password");
        change_password(&house(), &context(owner), PASSWORD, &new).await.expect("a change");
    });

    let outcome = sign_in(&commands, &address(&person), &password(PASSWORD), None).await;

    assert!(matches!(outcome, Err(CommandError::Unauthenticated)), "{outcome:?}");
    assert_eq!(open_sessions(&person).await, 1, "the one that changed it");
}

#[tokio::test]
async fn a_change_that_rests_on_a_password_which_has_just_been_changed_is_refused() {
    let person = shared().client().somebody("Hedy").await;
    let owner = in_a_session(&person).await;
    let first = owner.clone();
    let commands = with(async move {
        let new = password("another good password");
        change_password(&house(), &context(first), PASSWORD, &new).await.expect("a change");
    });

    let late = change_password(&commands, &context(owner), PASSWORD, &password("a third good password")).await;

    let Err(CommandError::Invalid(problems)) = late else { panic!("{late:?}") };
    assert_eq!((problems[0].field.as_str(), problems[0].code), ("current_password", "incorrect"));
    sign_in(&house(), &address(&person), &password("another good password"), None).await.expect("a session");
}
