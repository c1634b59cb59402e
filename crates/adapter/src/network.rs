//! Blocks of addresses, and which address a request comes from where proxies stand between.

use std::net::{IpAddr, Ipv6Addr};

use anyhow::{Context as _, ensure};

/// `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

impl Network {
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address = address.parse::<IpAddr>().context("this is no IP address")?;
        let longest = bits(address);
        let prefix = match prefix {
            Some(prefix) => prefix.parse().context("what follows the slash is no number")?,
            None => longest,
        };
        ensure!(prefix <= longest, "what follows the slash is at most {longest}");
        Ok(Self { first: first_of(address, prefix), prefix })
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        bits(address) == bits(self.first) && first_of(address, self.prefix) == self.first
    }
}

/// Whether the address is a proxy's of ours.
pub fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|network| network.contains(address))
}

/// The peer; or where the peer is a proxy of ours, the last hop before it that is none. What stands farther
/// left in `X-Forwarded-For` anybody can have written.
pub fn client<'a>(
    peer: IpAddr,
    forwarded_for: impl DoubleEndedIterator<Item = &'a str>,
    trusted: &[Network],
) -> IpAddr {
    let mut client = peer.to_canonical();
    let mut hops = forwarded_for.flat_map(|line| line.split(',')).rev();
    while is_trusted(client, trusted) {
        let Some(Ok(hop)) = hops.next().map(|hop| hop.trim().parse::<IpAddr>()) else { break };
        client = hop.to_canonical();
    }
    client
}

/// What one customer of a provider has: an IPv4 address, or an IPv6 network of 64 bits.
pub fn household(address: IpAddr) -> IpAddr {
    first_of(address, if address.is_ipv4() { 32 } else { 64 })
}

/// What tells an office from a stranger, and not one person from another: an IPv4 /24, an IPv6 /48.
pub fn neighbourhood(address: IpAddr) -> String {
    let prefix = if address.is_ipv4() { 24 } else { 48 };
    format!("{}/{prefix}", first_of(address, prefix))
}

fn first_of(address: IpAddr, prefix: u8) -> IpAddr {
    let host = u32::from(bits(address) - prefix);
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(host).unwrap_or(0);
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(host).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_its_own_addresses_alone() {
        for (network, inside, outside) in [
            ("192.0.2.128/25", "192.0.2.255", "192.0.2.127"),
            ("192.0.2.130/25", "192.0.2.255", "192.0.2.127"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
            ("::1", "::1", "127.0.0.1"),
            ("127.0.0.1/0", "203.0.113.9", "::1"),
        ] {
            let network = Network::parse(network).unwrap();
            assert!(network.contains(address(inside)), "{network:?} {inside}");
            assert!(!network.contains(address(outside)), "{network:?} {outside}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "localhost", "192.0.2.0/33", "::/129", "192.0.2.0/", "192.0.2.0/x"] {
            assert!(Network::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_client_is_the_last_hop_that_is_no_proxy_of_ours() {
        for (peer, forwarded_for, expected) in [
            // Nobody but a proxy of ours is believed.
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            // What the client itself wrote stands to the left of what the proxy saw.
            ("127.0.0.1", &["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9, 192.0.2.2"], "203.0.113.9"),
            ("::ffff:127.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["203.0.113.9, unknown"], "127.0.0.1"),
            ("127.0.0.1", &["192.0.2.2"], "192.0.2.2"),
        ] {
            let trusted = ["127.0.0.0/8", "192.0.2.0/24"].map(|text| Network::parse(text).unwrap());

            let found = client(address(peer), forwarded_for.iter().copied(), &trusted);

            assert_eq!(found, address(expected), "{peer} {forwarded_for:?}");
        }
    }

    #[test]
    fn a_household_has_one_address_or_a_network_of_64_bits() {
        assert_eq!(household(address("192.0.2.7")), address("192.0.2.7"));
        assert_eq!(household(address("2001:db8:1:2:3:4:5:6")), address("2001:db8:1:2::"));
    }

    #[test]
    fn a_neighbourhood_names_no_single_address() {
        assert_eq!(neighbourhood(address("192.0.2.7")), "192.0.2.0/24");
        assert_eq!(neighbourhood(address("2001:db8:1:2:3:4:5:6")), "2001:db8:1::/48");
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }
}
