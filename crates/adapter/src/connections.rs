//! How many connections one address may hold at once. Most of what is limited comes over a proxy of ours; this
//! bounds what one stranger can keep open who reaches the adapter without it.

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::network::household;

#[derive(Debug)]
pub struct Connections {
    most: usize,
    held: Mutex<HashMap<IpAddr, usize>>,
}

impl Connections {
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, held: Mutex::default() })
    }

    /// A place for one more connection of this address, until it is dropped.
    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = household(address);
        let mut all = self.held();
        let held = all.entry(address).or_default();
        if *held >= self.most {
            return None;
        }
        *held += 1;
        Some(Place { connections: self.clone(), address })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // A poisoned lock still holds whole numbers.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
pub struct Place {
    connections: Arc<Connections>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.connections.held();
        if let Some(held) = all.get_mut(&self.address) {
            *held -= 1;
            if *held == 0 {
                all.remove(&self.address);
            }
        }
    }
}

/// A connection with its place, which a WebSocket takes along when it leaves HTTP.
#[derive(Debug)]
pub struct Placed {
    stream: TcpStream,
    _place: Option<Place>,
}

impl Placed {
    pub fn new(stream: TcpStream, place: Option<Place>) -> Self {
        Self { stream, _place: place }
    }
}

impl AsyncRead for Placed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_so_many_connections_and_gets_a_place_back() {
        let connections = Connections::new(2);
        let first = connections.admit(address("192.0.2.1")).unwrap();
        let _second = connections.admit(address("192.0.2.1")).unwrap();

        assert!(connections.admit(address("192.0.2.1")).is_none());
        assert!(connections.admit(address("192.0.2.2")).is_some());
        drop(first);
        assert!(connections.admit(address("192.0.2.1")).is_some());
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_share_their_places() {
        let connections = Connections::new(1);
        let _place = connections.admit(address("2001:db8::1")).unwrap();

        assert!(connections.admit(address("2001:db8::2")).is_none());
        assert!(connections.admit(address("2001:db8:0:1::2")).is_some());
    }

    #[test]
    fn an_address_that_has_left_is_forgotten() {
        let connections = Connections::new(1);
        drop(connections.admit(address("192.0.2.1")));

        assert!(connections.held().is_empty());
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }
}
