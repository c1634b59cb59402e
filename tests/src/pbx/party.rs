//! One party at the far end: a baresip of its own, with a control connection (JSON in netstrings over TCP).

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::ears;
use crate::process::Process;

/// Who somebody is, and what they do when they are called.
#[derive(Clone, Debug)]
pub struct Character {
    /// As the control interface names it.
    pub part: &'static str,
    pub number: String,
    pub name: Option<String>,
    pub sound: Sound,
    pub answers: Answers,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sound {
    /// What is heard is said.
    Echo,
    /// A tone, in hertz.
    Tone(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    AtOnce,
    /// Lets it ring.
    Never,
    /// Is on the phone already.
    Busy,
}

/// Where it finds its PBX, and may be found itself.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// The PBX's address; the control connection is there as well.
    pub address: Ipv4Addr,
    pub control_port: u16,
    pub folder: &'p Path,
}

pub struct Party {
    pub folder: PathBuf,
    control: TcpStream,
    process: Process,
}

impl Party {
    /// Registered and ready. What happens to its calls goes to `tell`.
    pub fn start(
        character: &Character,
        place: Place<'_>,
        tell: impl Fn(&Value) + Send + 'static,
    ) -> Result<Self> {
        write_configuration(character, place)?;
        let mut command = Command::new("stdbuf");
        command.args(["-oL", "baresip", "-f"]).arg(place.folder);
        let name = format!("baresip {}", character.number);
        let log = place.folder.join("log");
        let process = Process::start_foreign(&name, &command, &log, "200 OK")?;

        let address = SocketAddr::from((place.address, place.control_port));
        let control = TcpStream::connect(address).with_context(|| format!("control of {name}"))?;
        let (events, orders) = (BufReader::new(control.try_clone()?), control.try_clone()?);
        let mut habits = Habits {
            answers: character.answers,
            source: source(character.sound, place.folder),
            talks: false,
        };
        thread::spawn(move || {
            read(events, |event| {
                if let Some((command, parameters)) = habits.reaction(event) {
                    // The party is gone if it cannot be told, and its story fails.
                    let _ = order(&orders, command, parameters);
                }
                tell(event);
            });
        });
        Ok(Self { folder: place.folder.to_owned(), control, process })
    }

    /// A command of baresip's menu.
    pub fn command(&self, command: &str, parameters: &str) -> Result<()> {
        order(&self.control, command, parameters)
    }

    pub fn tail(&self) -> String {
        self.process.tail()
    }
}

/// What a party does by itself.
struct Habits {
    answers: Answers,
    source: String,
    talks: bool,
}

impl Habits {
    /// A command of baresip's menu, where there is something to do.
    fn reaction(&mut self, event: &Value) -> Option<(&'static str, &str)> {
        match event["type"].as_str()? {
            "CALL_INCOMING" if self.answers == Answers::Busy => Some(("hangup", "")),
            // baresip 1.0.0 does not take its source up again by itself when somebody who has held it resumes.
            // While it is held it sends nothing of it.
            "CALL_REMOTE_SDP" if self.talks => Some(("ausrc", &self.source)),
            "CALL_ESTABLISHED" => {
                self.talks = true;
                None
            }
            _ => None,
        }
    }
}

/// As baresip names it.
fn source(sound: Sound, folder: &Path) -> String {
    match sound {
        Sound::Echo => "aubridge,ears".to_owned(),
        Sound::Tone(_) => format!("aufile,{}", folder.join(TONE).display()),
    }
}

fn order(mut control: &TcpStream, command: &str, parameters: &str) -> Result<()> {
    let order = json!({ "command": command, "params": parameters }).to_string();
    Ok(control.write_all(format!("{}:{order},", order.len()).as_bytes())?)
}

fn write_configuration(character: &Character, place: Place<'_>) -> Result<()> {
    let Place { address, control_port, folder } = place;
    fs::create_dir_all(folder)?;
    let shown = folder.display();
    let config = CONFIG
        .replace("/tmp/far-end", &shown.to_string())
        .replace("127.0.0.1:4444", &format!("{address}:{control_port}"))
        .replace(ECHO, &format!("audio_source            {}", source(character.sound, folder)));
    if let Sound::Tone(hertz) = character.sound {
        fs::write(folder.join(TONE), ears::tone(hertz))?;
    }
    fs::write(folder.join("config"), config)?;
    fs::write(folder.join("contacts"), "")?;
    let Character { number, name, answers, .. } = character;
    let name = name.as_deref().map(|name| format!("\"{name}\" ")).unwrap_or_default();
    let mode = match answers {
        Answers::AtOnce => "auto",
        Answers::Never | Answers::Busy => "manual",
    };
    let account = format!(
        "{name}<sip:{number}@{DOMAIN};transport=udp>\
         ;outbound=\"sip:{address}:5060;transport=udp\";auth_pass=none;answermode={mode};regint=60\n"
    );
    Ok(fs::write(folder.join("accounts"), account)?)
}

/// Until the party is gone.
fn read(mut events: BufReader<TcpStream>, mut tell: impl FnMut(&Value)) {
    while let Ok(event) = netstring(&mut events) {
        tell(&event);
    }
}

/// `LENGTH:JSON,`
fn netstring(from: &mut BufReader<TcpStream>) -> Result<Value> {
    let mut length = Vec::new();
    from.read_until(b':', &mut length)?;
    let length = String::from_utf8(length)?;
    let mut text = vec![0; length.trim_end_matches(':').parse::<usize>()? + 1];
    from.read_exact(&mut text)?;
    ensure!(text.pop() == Some(b','), "a netstring ends with a comma");
    Ok(serde_json::from_slice(&text)?)
}

pub const DOMAIN: &str = "pbx.example";

/// The line of the configuration that says back what is heard.
const ECHO: &str = "audio_source            aubridge,ears";
const TONE: &str = "tone.wav";
const CONFIG: &str = include_str!("../../kamailio/baresip.config");
