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
    room: Room,
    threads: Semaphore,
    /// A place for each that is hashed or waits.
    places: Semaphore,
}

/// How many passwords are hashed at this moment, and how many wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    pub running: usize,
    pub waiting: usize,
}

/// The queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl Hashing {
    pub fn new(room: Room) -> Self {
        let threads = room.threads.get();
        Self {
            room,
            threads: Semaphore::new(threads),
            places: Semaphore::new(threads + room.waiting),
        }
    }

    pub fn cost(&self) -> Cost {
        self.room.cost
    }

    pub fn load(&self) -> Load {
        let threads = self.room.threads.get();
        let running = threads - self.threads.available_permits();
        let held = threads + self.room.waiting - self.places.available_permits();
        Load { running, waiting: held.saturating_sub(running) }
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
        let hashing = one_at_once(0);
        let place = hashing.places.acquire().await.unwrap();
        assert_eq!(hashing.run(|| 1).await, Err(Busy));

        drop(place);

        assert_eq!(hashing.run(|| 1).await, Ok(1));
    }

    #[tokio::test]
    async fn what_runs_and_what_waits_is_told_apart() {
        let hashing = one_at_once(4);
        let (release, hold) = std::sync::mpsc::channel::<()>();
        let running = hashing.run(move || hold.recv());
        let (first, second) = (hashing.run(|| ()), hashing.run(|| ()));
        let look = async {
            assert_eq!(hashing.load(), Load { running: 1, waiting: 2 });
            release.send(()).unwrap();
        };

        let _ = tokio::join!(running, first, second, look);

        assert_eq!(hashing.load(), Load { running: 0, waiting: 0 });
    }

    fn one_at_once(waiting: usize) -> Hashing {
        Hashing::new(Room { threads: NonZeroUsize::MIN, waiting, cost: Cost::default() })
    }
}
