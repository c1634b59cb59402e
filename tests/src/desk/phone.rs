//! A phone that has nothing but an account: no panel, no ears. It shows what the account is good for.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, TcpStream},
    time::{Duration, Instant},
};

use adapter_api::calling_account::Account;
use anyhow::{Context as _, Result, ensure};
use sip::{Credentials, Event, Output, Registration, UserAgent};
use tungstenite::{Message, WebSocket, client::IntoClientRequest as _};
use url::Url;

use super::key;
use crate::{clock, installation::Installation};

pub struct Phone {
    agent: UserAgent,
    socket: WebSocket<TcpStream>,
    born: Instant,
}

impl Phone {
    /// Asks the phone system to be registered; its word.
    pub fn register(installation: &Installation, account: &Account) -> Result<Registration> {
        let mut phone = Self::connect(installation, account)?;
        phone.agent.link_up(phone.clock());
        phone.agent.register(phone.clock());
        phone.word()
    }

    fn connect(installation: &Installation, account: &Account) -> Result<Self> {
        let credentials = Credentials::new(&account.username, &account.password.0);
        let instance = format!("urn:cordboard:story:{}", key::random_text());
        let mut settings = sip::Account::new(&account.address, credentials, instance)
            .with_context(|| format!("`{}` is no address", account.address))?;
        settings.secure = false;
        let mut request = account.websocket.as_str().into_client_request()?;
        request.headers_mut().insert("Origin", installation.adapter_url().parse()?);
        request.headers_mut().insert("Sec-WebSocket-Protocol", "sip".parse()?);
        let stream = TcpStream::connect(address(&account.websocket)?)?;
        let (socket, _) = tungstenite::client(request, stream)?;
        let agent = UserAgent::new(settings, key::random());
        Ok(Self { agent, socket, born: clock::now() })
    }

    /// That it is registered, or why not.
    fn word(&mut self) -> Result<Registration> {
        loop {
            while let Some(output) = self.agent.poll_output() {
                match output {
                    Output::Transmit(bytes) => {
                        let text = String::from_utf8(bytes)?;
                        self.socket.send(Message::Text(text.into()))?;
                    }
                    Output::Event(Event::Registration(Registration::Lost)) => {}
                    Output::Event(Event::Registration(word)) => return Ok(word),
                    Output::Event(_) | Output::Reconnect => {}
                }
            }
            ensure!(self.clock() < PATIENCE, "the phone system says nothing");
            self.hear()?;
        }
    }

    fn hear(&mut self) -> Result<()> {
        let due = self.agent.next_timeout().unwrap_or(PATIENCE).min(PATIENCE);
        let left = due.saturating_sub(self.clock()).max(Duration::from_millis(1));
        self.socket.get_ref().set_read_timeout(Some(left))?;
        match self.socket.read() {
            Ok(Message::Text(text)) => self.agent.receive(self.clock(), text.as_bytes()),
            Ok(Message::Binary(bytes)) => self.agent.receive(self.clock(), &bytes),
            Ok(_) => {}
            Err(tungstenite::Error::Io(error))
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
            {
                self.agent.handle_timeout(self.clock());
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn clock(&self) -> Duration {
        self.born.elapsed()
    }
}

/// On loopback, whatever the name.
fn address(websocket: &str) -> Result<(Ipv4Addr, u16)> {
    let url = Url::parse(websocket)?;
    let host = url.host_str().context("a host")?;
    let port = url.port().context("a port")?;
    Ok((host.parse().unwrap_or(Ipv4Addr::LOCALHOST), port))
}

const PATIENCE: Duration = Duration::from_secs(10);
