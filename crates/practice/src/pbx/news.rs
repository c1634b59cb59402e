//! That something has happened to a call or a phone: whoever waits for it need not look again and again.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

/// Counts what happens: a state that changes, a message or a packet that is heard.
#[derive(Clone, Default)]
pub struct News(Arc<watch::Sender<u64>>);

impl News {
    pub fn tell(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    /// The count, as soon as it is beyond `seen`; or as it is, where nothing happens for long.
    pub async fn after(&self, seen: u64) -> u64 {
        let mut news = self.0.subscribe();
        let waited = tokio::time::timeout(LONG_POLL, news.wait_for(|count| *count > seen)).await;
        match waited {
            Ok(Ok(count)) => *count,
            Ok(Err(_)) | Err(_) => seen,
        }
    }
}

const LONG_POLL: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_has_happened_already_is_told_at_once_and_the_next_thing_when_it_happens() {
        let news = News::default();
        news.tell();
        assert_eq!(news.after(0).await, 1);

        let waiting = tokio::spawn({
            let news = news.clone();
            async move { news.after(1).await }
        });
        news.tell();

        assert_eq!(waiting.await.unwrap(), 2);
    }
}
