//! Known and unknown addresses take the same work, counted where it is done.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use commands::ports::accounts::{Accounts, Credentials};
use commands::ports::password::{Password, PasswordHasher};
use commands::ports::queue::Queue;
use commands::reactors::NewJob;
use commands::{CommandError, Commands, PortError, Ports, user};
use domain::Email;
use harness::{PASSWORD, shared};
use uuid::Uuid;

/// Does what the house does, and counts it.
struct Counting {
    house: Ports,
    verified: AtomicU32,
    hashed: AtomicU32,
    looked_up: AtomicU32,
    credentials: AtomicU32,
    enqueued: AtomicU32,
    keys: Mutex<Vec<String>>,
}

#[async_trait]
impl PasswordHasher for Counting {
    fn has_room(&self) -> Result<(), PortError> {
        self.house.passwords.has_room()
    }

    async fn hash(&self, password: &Password) -> Result<String, PortError> {
        self.hashed.fetch_add(1, Ordering::SeqCst);
        self.house.passwords.hash(password).await
    }

    async fn verify(&self, password: &Password, hash: Option<&str>) -> Result<bool, PortError> {
        self.verified.fetch_add(1, Ordering::SeqCst);
        self.house.passwords.verify(password, hash).await
    }
}

#[async_trait]
impl Queue for Counting {
    async fn add(&self, job: NewJob) -> Result<bool, PortError> {
        self.enqueued.fetch_add(1, Ordering::SeqCst);
        self.keys.lock().expect("no test panics here").push(job.key.clone());
        self.house.queue.add(job).await
    }
}

#[async_trait]
impl Accounts for Counting {
    async fn prepare(&self, user_id: Uuid, password_hash: Option<&str>) -> Result<(), PortError> {
        self.house.accounts.prepare(user_id, password_hash).await
    }

    async fn by_email(&self, email: &Email) -> Result<Option<Uuid>, PortError> {
        self.looked_up.fetch_add(1, Ordering::SeqCst);
        self.house.accounts.by_email(email).await
    }

    fn address_mark(&self, email: &Email) -> String {
        self.house.accounts.address_mark(email)
    }

    async fn credentials(&self, user_id: Uuid) -> Result<Option<Credentials>, PortError> {
        self.credentials.fetch_add(1, Ordering::SeqCst);
        self.house.accounts.credentials(user_id).await
    }

    async fn stage_password(&self, change_id: Uuid, user_id: Uuid, password_hash: &str) -> Result<(), PortError> {
        self.house.accounts.stage_password(change_id, user_id, password_hash).await
    }

    async fn adopt_password(&self, change_id: Uuid, version: u64) -> Result<(), PortError> {
        self.house.accounts.adopt_password(change_id, version).await
    }

    async fn forget_credentials(&self, user_id: Uuid) -> Result<(), PortError> {
        self.house.accounts.forget_credentials(user_id).await
    }
}

/// The use cases of the shared house, counted: how often passwords are verified and hashed, addresses and credentials
/// looked up, and jobs added.
fn counted() -> (Commands, Arc<Counting>) {
    let house = shared().app.commands.ports().clone();
    let zero = AtomicU32::default;
    let counting = Arc::new(Counting {
        house: house.clone(),
        verified: zero(),
        hashed: zero(),
        looked_up: zero(),
        credentials: zero(),
        enqueued: zero(),
        keys: Mutex::default(),
    });
    let (accounts, passwords, queue) = (counting.clone(), counting.clone(), counting.clone());
    (Commands::new(Ports { accounts, passwords, queue, ..house }), counting)
}

impl Counting {
    /// What was done since the last question.
    fn work(&self) -> [u32; 5] {
        [&self.verified, &self.hashed, &self.looked_up, &self.credentials, &self.enqueued]
            .map(|count| count.swap(0, Ordering::SeqCst))
    }
}

fn address(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_take_one_comparison_each() {
    let person = shared().client().somebody("Grace").await;
    let (commands, counting) = counted();
    let wrong = Password::given("not the password").expect("a password");

    for email in [address(&person.email), address("nobody@example.org")] {
        let outcome = user::sign_in(&commands, &email, &wrong, None).await;
        assert!(matches!(outcome, Err(CommandError::Unauthenticated)), "{outcome:?}");
        assert_eq!(counting.work(), [1, 0, 1, 1, 0]);
    }
    let right = Password::given(PASSWORD).expect("a password");
    user::sign_in(&commands, &address(&person.email), &right, None).await.expect("a session");
    assert_eq!(counting.work(), [1, 0, 1, 2, 0], "they are looked at again once the session is open");
}

#[tokio::test]
async fn a_forgotten_password_takes_one_look_and_one_job_whether_the_address_is_known_or_not() {
    let person = shared().client().somebody("Grace").await;
    let (commands, counting) = counted();

    let nobody = address(&format!("{}@example.org", Uuid::now_v7().simple()));
    for email in [address(&person.email), nobody] {
        for _ in 0..2 {
            user::forgot_password(&commands, &email).await.expect("an answer");
            assert_eq!(counting.work(), [0, 0, 1, 0, 1]);
        }
        // Within a minute the second finds the job of the first, whosever address it is.
        let keys = std::mem::take(&mut *counting.keys.lock().expect("no test panics here"));
        let addressed: Vec<_> =
            keys.iter().filter_map(|key| key.rsplit_once(':')).map(|(address, _)| address).collect();
        assert!(addressed.len() == 2 && addressed[0] == addressed[1], "{keys:?}");
    }
}
