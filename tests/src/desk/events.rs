//! The events socket of a signed-in panel.

use std::{net::TcpStream, time::Duration};

use adapter_api::events::{Event, PATH};
use anyhow::{Context as _, Result, ensure};
use tungstenite::{Message, WebSocket, client::IntoClientRequest as _};

use super::Desk;
use crate::clock::Deadline;

pub struct Events(WebSocket<TcpStream>);

impl Events {
    /// With a ticket of the session's, until the adapter says that it was good.
    pub(super) fn open(desk: &Desk<'_>, access_token: &str) -> Result<Self> {
        let ticket = desk.ticket(access_token)?.json()?;
        let ticket = ticket["ticket"].as_str().context("a ticket")?.to_owned();
        let origin = desk.installation.adapter_url();
        let address = format!("{}{PATH}", origin.replacen("http", "ws", 1));
        let mut request = address.into_client_request()?;
        request.headers_mut().insert("Origin", origin.parse()?);
        let stream = TcpStream::connect(desk.installation.adapter_address())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (socket, _) = tungstenite::client(request, stream)?;
        let mut events = Self(socket);
        events.0.send(Message::Text(ticket.into()))?;
        events.hears(&Event::Ready, PATIENCE)?;
        Ok(events)
    }

    /// Whatever it says before.
    pub fn closes(&mut self) -> Result<()> {
        self.0.get_ref().set_read_timeout(Some(PATIENCE))?;
        loop {
            if let Message::Close(_) = self.0.read().context("the socket stays open")? {
                return Ok(());
            }
        }
    }

    /// The next event is this one, and comes in time.
    pub fn hears(&mut self, expected: &Event, within: Duration) -> Result<()> {
        let event = self.next(within).with_context(|| format!("no {expected:?} in time"))?;
        ensure!(event == *expected, "the socket says {event:?}, not {expected:?}");
        Ok(())
    }

    pub fn next(&mut self, within: Duration) -> Result<Event> {
        let deadline = Deadline::after(within);
        loop {
            let left = deadline.left().context("nothing in time")?;
            self.0.get_ref().set_read_timeout(Some(left))?;
            if let Message::Text(text) = self.0.read()? {
                return Ok(serde_json::from_str(&text)?);
            }
        }
    }
}

const PATIENCE: Duration = Duration::from_secs(10);
