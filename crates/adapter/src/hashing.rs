//! Where passwords are hashed: on threads of their own, as many at once as there are cores, with a queue
//! that is as long as people wait.

use std::num::NonZeroUsize;

use identity::password::Cost;
use tokio::{sync::Semaphore, task};

/// How much of the machine passwords may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Hashed at once.
    pub threads: NonZeroUsize,
    /// Waiting beside those.
    pub waiting: usize,
    /// Of each new hash.
    pub cost: Cost,
}

pub struct Hashing {
    pub cost: Cost,
    threads: Semaphore,
    /// A place for each that is hashed or waits.
    places: Semaphore,
}

/// The queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl Hashing {
    pub fn new(room: Room) -> Self {
        let threads = room.threads.get();
        Self {
            cost: room.cost,
            threads: Semaphore::new(threads),
            places: Semaphore::new(threads + room.waiting),
        }
    }

    pub async fn run<T: Send + 'static>(
        &self,
        hash: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let _place = self.places.try_acquire().map_err(|_| Busy)?;
        let _thread = self.threads.acquire().await.map_err(|_| Busy)?;
        task::spawn_blocking(hash).await.map_err(|_| Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_is_said_at_once() {
        let room = Room { threads: NonZeroUsize::MIN, waiting: 0, cost: Cost::default() };
        let hashing = Hashing::new(room);
        let place = hashing.places.acquire().await.unwrap();
        assert_eq!(hashing.run(|| 1).await, Err(Busy));

        drop(place);

        assert_eq!(hashing.run(|| 1).await, Ok(1));
    }
}
