//! Kamailio as registrar and proxy, rtpengine for the media, and a far end that SIPp speaks for: programs of Debian's,
//! for one story, on a loopback address of its own (`127.0.0.0/8` has enough of them).

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU16, Ordering},
    },
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::{Trunk, accepted, far_end::FarEnd, sipp::DOMAIN};
use crate::{http, process::Process};

pub struct Kamailio {
    address: Ipv4Addr,
    folder: PathBuf,
    far_end: FarEnd,
    proxy: Mutex<Option<Process>>,
    relay: Process,
}

impl Kamailio {
    pub fn start(folder: &Path) -> Result<Self> {
        let folder = folder.join("pbx");
        fs::create_dir_all(&folder)?;
        let address = free_address()?;
        for (name, text) in [(CONFIG_FILE, CONFIG), (RELAY_CONFIG_FILE, RELAY_CONFIG)] {
            let text = text.replace("127.0.0.1", &address.to_string());
            fs::write(folder.join(name), text.replace(AGENTS, &folder.to_string_lossy()))?;
        }
        fs::write(folder.join(PASSWORDS_FILE), PASSWORDS)?;
        // The proxy asks at its start whether the relay is there.
        let relay = start_relay(&folder)?;
        let proxy = Mutex::new(Some(start_proxy(&folder)?));
        let far_end = FarEnd::start(address, &folder)?;
        Ok(Self { address, folder, far_end, proxy, relay })
    }

    pub fn far_end(&self) -> &FarEnd {
        &self.far_end
    }

    /// Who is registered, and by how many phones.
    pub fn extensions(&self) -> Result<Value> {
        let server = SocketAddr::from((self.address, WEBSOCKET_PORT));
        let asked = json!({ "jsonrpc": "2.0", "id": 1, "method": "ul.dump" });
        let answer = http::post_json(server, &server.to_string(), "/bindings", &asked)?;
        let all = answer.pointer("/result/Domains/0/Domain/AoRs").and_then(Value::as_array);
        let extension = |one: &Value| {
            let contacts = one.pointer("/Info/Contacts").and_then(Value::as_array);
            // One that has expired is swept away later.
            let lives = |contact: &&Value| contact["Contact"]["Expires"].is_u64();
            let bindings = contacts.into_iter().flatten().filter(lives).count();
            json!({ "extension": one["Info"]["AoR"], "bindings": bindings })
        };
        Ok(all.into_iter().flatten().map(extension).collect())
    }

    pub fn trunk(&self) -> Trunk {
        Trunk {
            socket: format!("ws://{}:{WEBSOCKET_PORT}/ws", self.address),
            domain: DOMAIN.to_owned(),
            secret: SECRET.to_owned(),
            password: PASSWORD.to_owned(),
        }
    }

    pub fn ring(&self, who: &Value) -> Result<Value> {
        let extension = who["extension"].as_str().context("a customer calls an extension")?;
        let number = who["number"].as_str().context("a customer has a number")?;
        Ok(accepted(self.far_end.ring(extension, number, who["name"].as_str())?))
    }

    /// `{sockets: refused}` stops Kamailio, which ends every connection, and nothing starts it again; either way it
    /// forgets every phone, as it does on `{registrar: forgets}`. Audio passes through rtpengine, which goes on.
    pub fn play(&self, faults: &Value) -> Result<Value> {
        let members = faults.as_object().context("faults are an object")?;
        match (members.len(), faults["sockets"].as_str(), faults["registrar"].as_str()) {
            (1, Some("refused"), None) => drop(self.proxy().take()),
            (1, None, Some("forgets")) => {
                drop(self.proxy().take());
                self.go_on()?;
            }
            (0, ..) => self.go_on()?,
            _ => bail!("Kamailio cannot be told to play {faults}"),
        }
        Ok(faults.clone())
    }

    fn go_on(&self) -> Result<()> {
        let mut proxy = self.proxy();
        if proxy.is_none() {
            *proxy = Some(start_proxy(&self.folder)?);
        }
        Ok(())
    }

    pub fn tail(&self) -> String {
        let proxy = self.proxy().as_ref().map(Process::tail).unwrap_or_default();
        format!("{proxy}{}{}", self.relay.tail(), self.far_end.tail())
    }

    fn proxy(&self) -> MutexGuard<'_, Option<Process>> {
        self.proxy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn start_proxy(folder: &Path) -> Result<Process> {
    let mut command = Command::new("kamailio");
    command.args(["-DD", "-E", "-m", "32", "-M", "4", "-f"]).arg(folder.join(CONFIG_FILE));
    Process::start_foreign("kamailio", &command, &folder.join("kamailio.log"), "the PBX listens")
}

/// Without a file named it would read Debian's own.
fn start_relay(folder: &Path) -> Result<Process> {
    let mut command = Command::new("rtpengine");
    command.arg(format!("--config-file={}", folder.join(RELAY_CONFIG_FILE).display()));
    Process::start_foreign("rtpengine", &command, &folder.join("rtpengine.log"), "Startup complete")
}

/// One that no other story has, of this process or of another.
fn free_address() -> Result<Ipv4Addr> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = (std::process::id() as u16).wrapping_mul(41);
    for _ in 0..500 {
        let [high, low] = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)).to_be_bytes();
        let address = Ipv4Addr::new(127, 1 + high % 250, low, 1);
        let web = TcpListener::bind((address, WEBSOCKET_PORT));
        let sip = UdpSocket::bind((address, SIP_PORT));
        if web.is_ok() && sip.is_ok() {
            return Ok(address);
        }
    }
    bail!("no loopback address has its ports {WEBSOCKET_PORT} and {SIP_PORT} free")
}

const CONFIG: &str = include_str!("../../kamailio/kamailio.cfg");
const CONFIG_FILE: &str = "kamailio.cfg";
const RELAY_CONFIG: &str = include_str!("../../kamailio/rtpengine.conf");
const RELAY_CONFIG_FILE: &str = "rtpengine.conf";
const PASSWORDS: &str = include_str!("../../kamailio/subscriber");
const PASSWORDS_FILE: &str = "subscriber";
/// Where the configuration looks for that file.
const AGENTS: &str = "/tmp/agents";
const WEBSOCKET_PORT: u16 = 8080;
const SIP_PORT: u16 = 5060;
/// As the configuration has it.
const SECRET: &str = "practice";
/// As that file has it.
const PASSWORD: &str = "practice";
