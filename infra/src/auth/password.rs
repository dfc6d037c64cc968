//! Argon2id, off the threads that serve requests, and never at their expense: anybody may offer passwords, as many as
//! the network carries, and those who only read must hardly notice.
//!
//! At most half of the cores hash at once, and over time all of them together get an eighth of the machine: beyond that,
//! a thread that has hashed rests before the next turn. Who does not fit into the queue is turned away at once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error as HashError, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use commands::ports::PortError;
use commands::ports::password::{Password, PasswordHasher};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Memory of one hash in KiB, passes over it, and lanes: OWASP's Password Storage Cheat Sheet, second choice.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The most hashes at once, however many cores there are: each takes its 19 MiB.
const MAX_AT_ONCE: usize = 4;
/// How many callers may wait for their turn: as many as have it within [`DEADLINE`] on a slow machine.
const MAX_WAITING: usize = 32;
/// The part of the machine's cores that hashing gets over time: one in so many.
const CORES_PER_HASHING: u32 = 8;
/// How long it may be ahead of that, so that people who sign in at the same moment do not wait: 4 s are 40 hashes of
/// 25 ms on two cores.
const AHEAD: Duration = Duration::from_secs(4);
/// How long a caller waits for its turn.
const DEADLINE: Duration = Duration::from_secs(5);

/// Hashes passwords, a few at a time.
pub struct Argon2Hasher {
    argon2: Argon2<'static>,
    /// What an unknown account's password is compared with, for the time that it takes.
    decoy: String,
    turns: Arc<Semaphore>,
    pace: Option<Arc<Pace>>,
    /// Places of those who wait or have their turn.
    queue: Arc<Semaphore>,
}

/// Why a password could not be hashed or compared.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// More callers than can be served in time.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// The stored hash is not a PHC string, or hashing failed.
    #[error("the password cannot be hashed or compared")]
    Hash(#[from] HashError),
    /// The thread that hashes ended early.
    #[error("the thread that hashes passwords ended")]
    Thread(#[from] oneshot::error::RecvError),
}

impl From<argon2::Error> for PasswordError {
    fn from(error: argon2::Error) -> Self {
        Self::Hash(error.into())
    }
}

impl Argon2Hasher {
    /// A hasher for half as many hashes at once as there are cores, up to four; `limited` to an eighth of the machine over
    /// time, or not.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new(limited: bool) -> Result<Self, PasswordError> {
        let parameters = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
        let decoy = argon2.hash_password(b"nobody's password")?.to_string();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (turns, queue) = (Semaphore::new(at_once(cores)), Semaphore::new(MAX_WAITING));
        let pace = limited.then(|| Arc::new(Pace::of(cores, Instant::now())));
        Ok(Self { argon2, decoy, turns: Arc::new(turns), pace, queue: Arc::new(queue) })
    }

    /// Runs `work` on a thread for such work, when its turn comes.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.queue.try_acquire().map_err(|_| PasswordError::Busy)?;
        let turn = match timeout(DEADLINE, Arc::clone(&self.turns).acquire_owned()).await {
            Ok(Ok(turn)) => turn,
            Ok(Err(_)) | Err(_) => return Err(PasswordError::Busy),
        };
        let (argon2, pace, (tell, told)) = (self.argon2.clone(), self.pace.clone(), oneshot::channel());
        // The turn goes along: work whose caller has gone still occupies its thread and memory.
        spawn_blocking(move || {
            let began = Instant::now();
            let outcome = work(&argon2);
            let ended = Instant::now();
            // The caller does not wait for the rest, and may have gone before.
            drop(tell.send(outcome));
            if let Some(pace) = pace {
                std::thread::sleep(pace.rest_after(began, ended));
            }
            drop(turn);
        });
        told.await?
    }
}

/// How many may hash at once: the other half of the cores is for those who do not sign in.
fn at_once(cores: usize) -> usize {
    (cores / 2).clamp(1, MAX_AT_ONCE)
}

/// Keeps hashing to its part of the machine over time, whatever is offered: the generic cell rate algorithm (ITU-T I.371)
/// with the time that work took in place of cells.
#[derive(Debug)]
struct Pace {
    /// By how much the work of one core is stretched.
    stretch: f64,
    /// When the work that has been done would be done, had it kept to its part.
    settled: Mutex<Instant>,
}

impl Pace {
    fn of(cores: usize, now: Instant) -> Self {
        Self { stretch: f64::from(CORES_PER_HASHING) / cores as f64, settled: Mutex::new(now) }
    }

    /// How long to rest after work.
    fn rest_after(&self, began: Instant, ended: Instant) -> Duration {
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        *settled = (*settled).max(began) + ended.duration_since(began).mul_f64(self.stretch);
        settled.saturating_duration_since(ended).saturating_sub(AHEAD)
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    fn has_room(&self) -> Result<(), PortError> {
        if self.queue.available_permits() > 0 { Ok(()) } else { Err(PortError::new(PasswordError::Busy)) }
    }

    async fn hash(&self, password: &Password) -> Result<String, PortError> {
        let password = password.clone();
        let hash = self.in_turn(move |argon2| Ok(argon2.hash_password(password.expose().as_bytes())?.to_string()));
        hash.await.map_err(PortError::new)
    }

    async fn verify(&self, password: &Password, hash: Option<&str>) -> Result<bool, PortError> {
        let (password, is_known) = (password.clone(), hash.is_some());
        let stored = hash.unwrap_or(&self.decoy).to_owned();
        let matches = self.in_turn(move |argon2| {
            let stored = PasswordHash::new(&stored).map_err(HashError::from)?;
            match argon2.verify_password(password.expose().as_bytes(), &stored) {
                Ok(()) => Ok(true),
                Err(HashError::PasswordInvalid) => Ok(false),
                Err(error) => Err(error.into()),
            }
        });
        Ok(matches.await.map_err(PortError::new)? && is_known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(raw: &str) -> Password {
        Password::choose(raw).unwrap()
    }

    #[tokio::test]
    async fn the_right_password_matches_its_hash_and_no_other_does() {
        let hasher = Argon2Hasher::new(true).unwrap();
        let hash = hasher.hash(&password("correct horse")).await.unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify(&password("correct horse"), Some(&hash)).await.unwrap());
        assert!(!hasher.verify(&password("battery staple"), Some(&hash)).await.unwrap());
        assert_ne!(hash, hasher.hash(&password("correct horse")).await.unwrap(), "salted");
    }

    #[tokio::test]
    async fn nobodys_password_never_matches() {
        let hasher = Argon2Hasher::new(true).unwrap();

        assert!(!hasher.verify(&password("nobody's password"), None).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_account_takes_the_work_of_a_known_one() {
        let hasher = Argon2Hasher::new(true).unwrap();
        let known = hasher.hash(&password("correct horse")).await.unwrap();
        let work = |hash: &str| {
            let hash = PasswordHash::new(hash).unwrap();
            let lengths = (hash.salt.map(|salt| salt.len()), hash.hash.map(|output| output.len()));
            (hash.algorithm.to_string(), hash.version, hash.params.to_string(), lengths)
        };

        assert_eq!(work(&hasher.decoy), work(&known));
    }

    #[tokio::test]
    async fn a_damaged_hash_is_an_error_rather_than_a_wrong_password() {
        let hasher = Argon2Hasher::new(true).unwrap();

        assert!(hasher.verify(&password("correct horse"), Some("$argon2id$damaged")).await.is_err());
    }

    #[test]
    fn half_of_the_cores_are_not_for_hashing() {
        let expected = [(1, 1), (2, 1), (3, 1), (4, 2), (8, 4), (64, 4)];
        for (cores, hashes) in expected {
            assert_eq!(at_once(cores), hashes, "{cores} cores");
        }
    }

    /// The work and the rests of hashes of 25 ms, each `every` after the one before began, or once that has rested.
    fn work(cores: usize, hashes: u32, every: Duration) -> Vec<Duration> {
        let begin = Instant::now();
        let (pace, mut free) = (Pace::of(cores, begin), begin);
        let turn = |number| {
            let began = free.max(begin + every * number);
            let ended = began + Duration::from_millis(25);
            let rest = pace.rest_after(began, ended);
            free = ended + rest;
            rest
        };
        (0..hashes).map(turn).collect()
    }

    #[test]
    fn people_who_sign_in_at_the_same_moment_do_not_wait_for_each_other_s_rest() {
        assert!(work(2, 40, Duration::ZERO).iter().all(Duration::is_zero));
    }

    #[test]
    fn hashing_gets_an_eighth_of_the_machine_whether_few_attempts_are_offered_or_many() {
        // 1,500 a minute, and as many as the thread can take.
        for every in [Duration::from_millis(40), Duration::ZERO] {
            let rests = work(2, 1_000, every);
            let late: Duration = rests[500..].iter().sum();
            let share = 0.025 * 500.0 / (0.025 * 500.0 + late.as_secs_f64());
            assert!((share - 0.25).abs() < 0.01, "{share} of one of two cores");
        }
    }

    #[test]
    fn what_keeps_to_its_part_never_rests() {
        assert!(work(2, 1_000, Duration::from_millis(100)).iter().all(Duration::is_zero));
        assert!(work(64, 1_000, Duration::ZERO).iter().all(Duration::is_zero), "four threads are less than an eighth");
    }

    #[tokio::test]
    async fn more_callers_than_can_be_served_are_turned_away_at_once() {
        let hasher = Argon2Hasher::new(true).unwrap();
        let full = hasher.queue.try_acquire_many(MAX_WAITING as u32).unwrap();

        let error = hasher.hash(&password("correct horse")).await.unwrap_err();

        assert!(error.to_string().contains("too many"), "{error}");
        assert!(hasher.has_room().unwrap_err().to_string().contains("too many"));
        drop(full);
        hasher.has_room().unwrap();
    }
}
