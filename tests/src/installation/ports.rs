use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::atomic::{AtomicU16, Ordering},
};

use anyhow::{Result, bail, ensure};

#[derive(Clone, Copy, Debug)]
pub struct Ports {
    pub practice: u16,
    pub adapter: u16,
    /// The practice PBX's.
    pub pbx: u16,
    /// Before console and adapter, over TLS and under Salesforce's own names; nothing without.
    pub front: Option<u16>,
}

impl Ports {
    /// Below the range from which the system gives ports to whoever connects.
    pub fn free() -> Result<Self> {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let start = std::process::id().wrapping_mul(41);
        for _ in 0..500 {
            let offset = start.wrapping_add(3 * u32::from(NEXT.fetch_add(1, Ordering::Relaxed)));
            let practice = 20_000 + (offset % 12_000) as u16;
            let ports = Self { practice, adapter: practice + 1, pbx: practice + 2, front: None };
            if ports.all().into_iter().all(is_free) {
                return Ok(ports);
            }
        }
        bail!("no three neighbouring ports between 20000 and 32000 are free")
    }

    /// The same with a front.
    pub fn with_front(self) -> Result<Self> {
        Ok(Self { front: Some(Self::free()?.practice), ..self })
    }

    pub fn ensure_free(self) -> Result<()> {
        for port in self.all() {
            ensure!(is_free(port), "port {port} is busy; choose others with `--port-base N`");
        }
        Ok(())
    }

    fn all(self) -> [u16; 3] {
        [self.practice, self.adapter, self.pbx]
    }
}

pub fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(loopback(port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_two_worlds_differ() {
        let (one, other) = (Ports::free().unwrap(), Ports::free().unwrap());

        assert_ne!(one.practice, other.practice);
        assert_ne!(one.adapter, other.practice);
    }

    #[test]
    fn a_busy_port_is_said_in_a_sentence() {
        let listener = TcpListener::bind(loopback(0)).unwrap();
        let port = listener.local_addr().unwrap().port();

        let error = Ports { practice: port, adapter: port, pbx: port, front: None }
            .ensure_free()
            .unwrap_err();

        assert_eq!(
            error.to_string(),
            format!("port {port} is busy; choose others with `--port-base N`")
        );
    }
}
