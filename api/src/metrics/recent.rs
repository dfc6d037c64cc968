use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// What was found a moment ago: however many ask, the question is put once in that time. Whoever asks meanwhile waits for
/// the answer.
#[derive(Debug)]
pub(crate) struct Recent<T> {
    holds: Duration,
    known: Arc<Mutex<Option<(Instant, T)>>>,
}

impl<T> Clone for Recent<T> {
    fn clone(&self) -> Self {
        Self { holds: self.holds, known: Arc::clone(&self.known) }
    }
}

impl<T: Clone> Recent<T> {
    /// Nothing is known yet; what will be holds for so long.
    pub(crate) fn holding(holds: Duration) -> Self {
        Self { holds, known: Arc::default() }
    }

    /// The answer of a moment ago, or a new one. A failure is nobody's answer but the asker's.
    pub(super) async fn or_ask<E>(&self, ask: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let mut known = self.known.lock().await;
        if let Some((_, answer)) = known.as_ref().filter(|(at, _)| at.elapsed() < self.holds) {
            return Ok(answer.clone());
        }
        let answer = ask.await?;
        *known = Some((Instant::now(), answer.clone()));
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(recent: &Recent<u32>, answer: Result<u32, &'static str>) -> Result<u32, &'static str> {
        recent.or_ask(async { answer }).await
    }

    #[tokio::test]
    async fn an_answer_is_given_again_as_long_as_it_holds() {
        let recent = Recent::holding(Duration::from_secs(3_600));
        assert_eq!(ask(&recent, Err("away")).await, Err("away"));
        assert_eq!(ask(&recent, Ok(1)).await, Ok(1));
        assert_eq!(ask(&recent.clone(), Ok(2)).await, Ok(1));

        let forgetful = Recent::holding(Duration::ZERO);
        assert_eq!((ask(&forgetful, Ok(1)).await, ask(&forgetful, Ok(2)).await), (Ok(1), Ok(2)));
    }
}
