//! A password that was changed, where the process died before the change took effect.

use std::sync::Arc;

use async_trait::async_trait;
use commands::ports::PortError;
use commands::ports::accounts::{Accounts, Credentials};
use commands::ports::password::Password;
use commands::reactors::Task;
use commands::user::{Register, change_password, register, sessions, sign_in};
use commands::{Actor, CommandError, Commands, Context, Ports};
use domain::Email;
use domain::text::Name;
use sqlx::ConnectOptions as _;
use uuid::Uuid;

use crate::app::App;
use crate::auth::SystemClock;
use crate::config::Config;
use crate::test_database::with_database;

/// The accounts of a process that dies when a change is in the log and has yet to take effect.
struct Dying(Arc<dyn Accounts>);

#[async_trait]
impl Accounts for Dying {
    async fn prepare(&self, user_id: Uuid, password_hash: Option<&str>) -> Result<(), PortError> {
        self.0.prepare(user_id, password_hash).await
    }

    async fn by_email(&self, email: &Email) -> Result<Option<Uuid>, PortError> {
        self.0.by_email(email).await
    }

    fn address_mark(&self, email: &Email) -> String {
        self.0.address_mark(email)
    }

    async fn credentials(&self, user_id: Uuid) -> Result<Option<Credentials>, PortError> {
        self.0.credentials(user_id).await
    }

    async fn stage_password(&self, change_id: Uuid, user_id: Uuid, password_hash: &str) -> Result<(), PortError> {
        self.0.stage_password(change_id, user_id, password_hash).await
    }

    async fn adopt_password(&self, _: Uuid, _: u64) -> Result<(), PortError> {
        Err(PortError::new(std::io::Error::other("the process died")))
    }

    async fn forget_credentials(&self, user_id: Uuid) -> Result<(), PortError> {
        self.0.forget_credentials(user_id).await
    }
}

fn password(text: &str) -> Password {
    Password::choose(text).unwrap()
}

fn context(actor: Actor) -> Context {
    Context { actor, request_id: "test".to_owned(), if_match: None, idempotency: None }
}

async fn ada(commands: &Commands) -> (Uuid, Email) {
    let email = Email::parse("ada@example.org").unwrap();
    let wish = Register {
        email: email.clone(),
        password: password("the first password"),
        first_name: Name::parse("Ada").unwrap(),
        last_name: Name::parse("Lovelace").unwrap(),
        phone: None,
        locale: None,
        time_zone: None,
    };
    (register(commands, &context(Actor::Anonymous), wish).await.unwrap().resource_id, email)
}

#[tokio::test]
async fn what_the_old_password_opens_before_a_change_takes_effect_ends_when_it_does() {
    with_database("half_changed", async |database| {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::from_variables([
            ("DATABASE_URL".to_owned(), database.pool().connect_options().to_url_lossy().to_string()),
            ("HBNB_DATA_DIR".to_owned(), folder.path().display().to_string()),
        ]);
        // It runs no jobs by itself.
        let app = App::open_for_command(&config.unwrap(), Arc::new(SystemClock)).await.unwrap();
        let house = &app.commands;
        let (user_id, email) = ada(house).await;
        let (old, new) = (password("the first password"), password("the second password"));
        sign_in(house, &email, &old, None).await.unwrap();
        let own = sessions(house, user_id).await.unwrap()[0].session_id;
        let accounts = Arc::new(Dying(house.ports().accounts.clone()));
        let dying = Commands::new(Ports { accounts, ..house.ports().clone() });
        let actor = Actor::User { id: user_id, roles: Default::default(), session_id: own };
        let done = change_password(&dying, &context(actor), old.expose(), &new).await.unwrap();

        sign_in(house, &email, &old, None).await.expect("nobody has taken the old password away yet");
        assert_eq!(sessions(house, user_id).await.unwrap().len(), 2);
        let change_id =
            sqlx::query_scalar("select change_id from staged_passwords").fetch_one(app.pool()).await.unwrap();
        let (version, changed_at) = (done.version.unwrap(), house.now() - jiff::SignedDuration::from_mins(1));
        let task = Task::AdoptPassword { user_id, change_id, kept_session: Some(own), version, changed_at };
        commands::jobs::run(house, "accounts:7", house.now(), &task).await.unwrap();

        let open: Vec<_> = sessions(house, user_id).await.unwrap().into_iter().map(|open| open.session_id).collect();
        assert_eq!(open, [own]);
        let refused = sign_in(house, &email, &old, None).await;
        assert!(matches!(refused, Err(CommandError::Unauthenticated)), "{refused:?}");
        sign_in(house, &email, &new, None).await.unwrap();
        app.close().await;
    })
    .await;
}
