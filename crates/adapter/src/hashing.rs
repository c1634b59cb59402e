//! Where passwords are hashed: on threads of their own, as many at once as there are cores, with a queue
//! that is as long as people wait.

use std::thread;

use tokio::{sync::Semaphore, task};

pub struct Hashing {
    cores: Semaphore,
    /// A place for each that is hashed or waits.
    places: Semaphore,
}

/// The queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl Hashing {
    pub fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { cores: Semaphore::new(cores), places: Semaphore::new(cores + MOST_WAITING) }
    }

    pub async fn run<T: Send + 'static>(
        &self,
        hash: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let _place = self.places.try_acquire().map_err(|_| Busy)?;
        let _core = self.cores.acquire().await.map_err(|_| Busy)?;
        task::spawn_blocking(hash).await.map_err(|_| Busy)
    }
}

const MOST_WAITING: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_is_said_at_once() {
        let hashing = Hashing { cores: Semaphore::new(1), places: Semaphore::new(1) };
        let place = hashing.places.acquire().await.unwrap();
        assert_eq!(hashing.run(|| 1).await, Err(Busy));

        drop(place);

        assert_eq!(hashing.run(|| 1).await, Ok(1));
    }
}
