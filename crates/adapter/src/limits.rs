//! How many requests one address may send. Per node and in memory: at a second node the same address has
//! another bucket, and a restart fills all of them.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use identity::bucket::{Bucket, Rate, TooMany};
use jiff::Timestamp;

use crate::network::household;

/// One limit, and the bucket of each address that has lately sent something.
#[derive(Debug)]
pub struct Limit {
    rate: Rate,
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    of: HashMap<IpAddr, Bucket>,
    /// How many there may be before the full ones are dropped.
    tidy_at: usize,
}

impl Limit {
    pub fn new(rate: Rate) -> Self {
        let buckets = Buckets { of: HashMap::new(), tidy_at: FEW };
        Self { rate, buckets: Mutex::new(buckets) }
    }

    pub fn admit(&self, address: IpAddr, now: Timestamp) -> Result<(), TooMany> {
        // A poisoned lock still holds whole buckets.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.of.len() >= buckets.tidy_at {
            buckets.of.retain(|_, bucket| !bucket.is_full(now));
            // So each request pays for a constant number of buckets, however many there are.
            buckets.tidy_at = FEW.max(buckets.of.len() * 2);
        }
        buckets.of.entry(household(address)).or_default().admit(self.rate, now)
    }
}

const FEW: usize = 1024;

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn an_address_uses_up_its_own_bucket_alone() {
        let limit = limit();
        limit.admit(address(1), at(0)).unwrap();

        assert!(limit.admit(address(1), at(0)).is_err());
        assert_eq!(limit.admit(address(2), at(0)), Ok(()));
        assert_eq!(limit.admit(address(1), at(1)), Ok(()));
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_share_a_bucket() {
        let limit = limit();
        limit.admit("2001:db8::1".parse().unwrap(), at(0)).unwrap();

        assert!(limit.admit("2001:db8::2".parse().unwrap(), at(0)).is_err());
        assert_eq!(limit.admit("2001:db8:0:1::2".parse().unwrap(), at(0)), Ok(()));
    }

    #[test]
    fn addresses_that_have_gone_quiet_are_forgotten() {
        let limit = limit();
        for second in 0..10 {
            for number in 0..1_000 {
                let number = second * 1_000 + number;
                limit.admit(address(number), at(i64::from(second))).unwrap();
            }
        }

        let held = limit.buckets.lock().unwrap().of.len();
        assert!(held <= 3_000, "{held} are held");
    }

    fn limit() -> Limit {
        Limit::new(Rate { burst: NonZeroU32::MIN, per_second: NonZeroU32::MIN })
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::V4((0x0a00_0000 + number).into())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }
}
