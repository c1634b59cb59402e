//! SIPp, which speaks SIP for the far end by scenarios of ours (tests/kamailio): it tells of what happens to calls and
//! is told what to do, over a connection for third parties that control calls (`-3pcc`). Each message has a Call-ID
//! and ends with an escape.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
};

use anyhow::{Result, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::process::Process;

/// One process.
pub struct Sipp {
    process: Process,
    /// What it has not expected.
    errors: PathBuf,
}

/// What it is told over.
pub struct Control(TcpStream);

/// By the names of the lines that a scenario writes.
pub struct Event(BTreeMap<String, String>);

/// What a process does.
pub enum Scenario<'s> {
    /// Takes every call that comes to [`TRUNK_PORT`].
    Called,
    /// Calls once.
    Calling(&'s Outgoing<'s>),
}

pub struct Outgoing<'o> {
    pub call_id: &'o str,
    pub name: Option<&'o str>,
    pub number: &'o str,
    /// Whom.
    pub to: &'o str,
    /// Where what is said to the caller is to be sent.
    pub media_port: u16,
}

impl Sipp {
    /// Ready, or calling. What happens goes to `tell`, with that over which it may be answered.
    pub fn start(
        address: Ipv4Addr,
        folder: &Path,
        scenario: &Scenario<'_>,
        tell: impl Fn(&Arc<Control>, &Event) + Send + 'static,
    ) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let (name, first_half) = match scenario {
            Scenario::Called => ("called", CALLED),
            Scenario::Calling(_) => ("calling", CALLING),
        };
        let file = folder.join("scenario.xml");
        fs::write(&file, whole(name, first_half))?;
        let errors = folder.join("errors");
        let listener = TcpListener::bind((address, 0))?;

        let mut command = Command::new("stdbuf");
        command.args(["-oL", "sipp", "-sf"]).arg(&file);
        command.args(["-i", &address.to_string(), "-bind_local", "-ci", &address.to_string()]);
        command.args(["-3pcc", &listener.local_addr()?.to_string()]);
        // One message at a time, and what a scenario does not know does no harm.
        command.args(["-max_recv_loops", "1", "-default_behaviors", "none"]);
        command.args(["-nostdin", "-f", "3600", "-trace_err", "-error_file"]).arg(&errors);
        command.args(arguments(address, scenario));
        let process =
            Process::start_foreign(&format!("sipp {name}"), &command, &folder.join("log"), READY)?;

        let connects = poll(&mut [PollFd::new(&listener, PollFlags::IN)], Some(&PATIENCE))?;
        ensure!(connects == 1, "sipp {name} does not connect\n{}", process.tail());
        let (stream, _) = listener.accept()?;
        let events = BufReader::new(stream.try_clone()?);
        let control = Arc::new(Control(stream));
        thread::spawn(move || {
            for message in events.split(ESCAPE).map_while(Result::ok) {
                tell(&control, &Event::parse(&String::from_utf8_lossy(&message)));
            }
        });
        Ok(Self { process, errors })
    }

    pub fn tail(&self) -> String {
        self.process.tail() + &fs::read_to_string(&self.errors).unwrap_or_default()
    }
}

impl Control {
    /// An order that a scenario knows, to one of its calls.
    pub fn order(&self, call_id: &str, order: &str, more: &str) -> Result<()> {
        let message = format!("Call-ID: {call_id}\r\nOrder: {order}\r\n{more}\r\n\r\n");
        let mut bytes = message.into_bytes();
        bytes.push(ESCAPE);
        Ok((&self.0).write_all(&bytes)?)
    }
}

impl Event {
    fn parse(text: &str) -> Self {
        let lines = text.lines().filter_map(|line| line.split_once(": "));
        Self(lines.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect())
    }

    /// What does not stand there is nothing.
    pub fn line(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

fn whole(name: &str, first_half: &str) -> String {
    let both = format!("{first_half}{TALKING}");
    let both = both.replace("OFFER\n", OFFER).replace("DESCRIPTION\n", DESCRIPTION);
    format!("<?xml version=\"1.0\"?>\n<scenario name=\"{name}\">\n{both}</scenario>\n")
}

fn arguments(address: Ipv4Addr, scenario: &Scenario<'_>) -> Vec<String> {
    let Scenario::Calling(Outgoing { call_id, name, number, to, media_port }) = scenario else {
        return vec!["-p".to_owned(), TRUNK_PORT.to_string()];
    };
    let name = name.map(|name| format!("\"{name}\" ")).unwrap_or_default();
    let media_port = media_port.to_string();
    let proxy = format!("{address}:5060");
    let once = [&proxy, "-m", "1", "-cid_str", call_id];
    let keys = [
        ["-key", "name", &name],
        ["-key", "number", number],
        ["-key", "extension", to],
        ["-key", "domain", DOMAIN],
        ["-key", "media", &media_port],
    ];
    once.into_iter().chain(keys.into_iter().flatten()).map(str::to_owned).collect()
}

pub const DOMAIN: &str = "pbx.example";
/// Where Kamailio sends calls to.
pub const TRUNK_PORT: u16 = 5070;
const ESCAPE: u8 = 0x1B;
/// It has opened everything else by then.
const READY: &str = "Resolving peer address";
const PATIENCE: Timespec = Timespec { tv_sec: 10, tv_nsec: 0 };
const CALLED: &str = include_str!("../../kamailio/called.xml");
const CALLING: &str = include_str!("../../kamailio/calling.xml");
const TALKING: &str = include_str!("../../kamailio/talking.xml");
const OFFER: &str = include_str!("../../kamailio/offer.xml");
const DESCRIPTION: &str = include_str!("../../kamailio/description.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_line_by_line() {
        let event = Event::parse("Call-ID: 1@far\r\nEvent: over\r\nWhy: hung_up\r\n\r\n");

        assert_eq!((event.line("Event"), event.line("Why")), ("over", "hung_up"));
        assert_eq!(event.line("Media"), "");
    }

    #[test]
    fn nothing_of_a_scenario_is_left_to_fill_in() {
        for half in [CALLED, CALLING] {
            let scenario = whole("any", half);
            assert!(!scenario.contains("\nOFFER\n") && !scenario.contains("\nDESCRIPTION\n"));
        }
    }
}
