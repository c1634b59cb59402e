//! The people at Kamailio's far end, and the board on which their calls are written down.
//!
//! ~~~text
//! story --order--> FarEnd --+--> Sipp ==SIP== Kamailio
//!                           |      |
//!                 Board <---+------+ events
//!                   |
//!                   +--> Line ==RTP== rtpengine
//! ~~~

use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::{
    accepted,
    line::{Description, Line, Sound},
    sipp::{Control, Event, Outgoing, Scenario, Sipp},
};

pub struct FarEnd {
    board: Arc<Board>,
    /// It takes the calls that come.
    called: Sipp,
}

struct Board {
    address: Ipv4Addr,
    folder: PathBuf,
    calls: Mutex<Calls>,
    /// Something has happened.
    bell: Condvar,
}

#[derive(Default)]
struct Calls {
    /// By number; in the order in which they began.
    all: BTreeMap<u64, Call>,
    news: u64,
}

struct Call {
    part: &'static str,
    /// Whose call it is.
    number: String,
    peer: String,
    sound: Sound,
    state: &'static str,
    ended: Option<String>,
    /// One, or two once somebody has sent it on; the newest is talked on.
    legs: Vec<Leg>,
}

struct Leg {
    call_id: String,
    line: Line,
    control: Option<Arc<Control>>,
    open: bool,
    /// That of whoever calls.
    process: Option<Sipp>,
}

impl FarEnd {
    /// Everybody can be called.
    pub fn start(address: Ipv4Addr, folder: &Path) -> Result<Self> {
        let board = Arc::new(Board {
            address,
            folder: folder.to_owned(),
            calls: Mutex::default(),
            bell: Condvar::new(),
        });
        let tell = Board::listener(&board);
        let called = Sipp::start(address, &folder.join("called"), &Scenario::Called, tell)?;
        Ok(Self { board, called })
    }

    /// A customer appears and calls somebody; the number of the call.
    pub fn ring(&self, extension: &str, number: &str, name: Option<&str>) -> Result<u64> {
        let id = {
            let mut calls = self.board.calls();
            calls.add(Call::new("customer", number, extension, Sound::Tone(CUSTOMER)))
        };
        self.board.call(id, extension, name)?;
        Ok(id)
    }

    pub fn order(&self, id: u64, order: &Value) -> Result<Value> {
        let mut calls = self.board.calls();
        let call = calls.all.get_mut(&id).context("no such call")?;
        match order["order"].as_str() {
            Some("listen") => call.leg()?.line.listen_anew(),
            Some("play") => {
                let hertz = order["hertz"].as_f64();
                call.sound = hertz.map_or(Sound::Silence, Sound::Tone);
                call.leg()?.line.say(call.sound);
            }
            Some("answer") => call.answer()?,
            Some("hang_up") => call.leg()?.order("hang_up", "")?,
            _ => bail!("the far end is not told {order}"),
        }
        Ok(accepted(id))
    }

    pub fn calls(&self) -> Result<Vec<Value>> {
        self.board.calls().all.iter().map(|(id, call)| call.json(*id)).collect()
    }

    /// The count of what has happened, as soon as it is beyond `seen`. Sound comes without a word, so that it is
    /// time to look again soon in any case.
    pub fn news(&self, seen: u64) -> u64 {
        let calls = self.board.calls();
        let nothing_new = |calls: &mut Calls| calls.news <= seen;
        let waited = self.board.bell.wait_timeout_while(calls, SOON, nothing_new);
        waited.unwrap_or_else(PoisonError::into_inner).0.news
    }

    pub fn tail(&self) -> String {
        let calls = self.board.calls();
        let legs = calls.all.values().flat_map(|call| &call.legs);
        let callers = legs.filter_map(|leg| leg.process.as_ref()).map(Sipp::tail);
        self.called.tail() + &callers.collect::<String>()
    }
}

impl Board {
    /// For as long as the board is there.
    fn listener(board: &Arc<Self>) -> impl Fn(&Arc<Control>, &Event) + Send + 'static {
        let board: Weak<Self> = Arc::downgrade(board);
        move |control, event| {
            if let Some(board) = board.upgrade() {
                // Whoever cannot be told or heard is gone, and the story waits in vain.
                let _ = board.hear(control, event);
                board.calls().news += 1;
                board.bell.notify_all();
            }
        }
    }

    fn hear(self: &Arc<Self>, control: &Arc<Control>, event: &Event) -> Result<()> {
        let call_id = event.line("Call-ID");
        if event.line("Event") == "called" {
            return self.take(control, event);
        }
        let referred = {
            let mut calls = self.calls();
            let (id, call) = calls.of_leg(control, call_id).context("nobody's call")?;
            call.hear(control, event)?;
            (event.line("Event") == "referred").then_some(id)
        };
        match referred {
            Some(id) => self.call(id, event.line("To"), None),
            None => Ok(()),
        }
    }

    /// Somebody is called, and does at once what is theirs to do.
    fn take(&self, control: &Arc<Control>, event: &Event) -> Result<()> {
        let line = Line::open(self.address)?;
        line.describe(description(event)?);
        let (part, sound, answers) = character(event.line("Number"));
        let mut call = Call::new(part, event.line("Number"), event.line("Peer"), sound);
        call.state = "ringing";
        call.legs.push(Leg {
            call_id: event.line("Call-ID").to_owned(),
            line,
            control: Some(Arc::clone(control)),
            open: true,
            process: None,
        });
        match answers {
            Answers::AtOnce => call.answer()?,
            Answers::Never => call.leg()?.order("ring", "")?,
            Answers::WhenTold { says } => {
                call.leg()?.line.say(says);
                call.leg()?.order("early", "")?;
            }
            Answers::Busy => {
                call.leg()?.order("refuse", "")?;
                call.end("refused");
            }
        }
        self.calls().add(call);
        Ok(())
    }

    /// On a leg of its own, for whoever has a call, or begins one.
    fn call(self: &Arc<Self>, id: u64, to: &str, name: Option<&str>) -> Result<()> {
        let line = Line::open(self.address)?;
        let media_port = line.port;
        let (number, call_id) = {
            let mut calls = self.calls();
            let call = calls.all.get_mut(&id).context("no such call")?;
            let call_id = format!("{id}-{}@far-end", call.legs.len());
            let leg =
                Leg { call_id: call_id.clone(), line, control: None, open: true, process: None };
            call.legs.push(leg);
            (call.number.clone(), call_id)
        };
        let outgoing = Outgoing { call_id: &call_id, name, number: &number, to, media_port };
        let folder = self.folder.join(&call_id);
        let scenario = Scenario::Calling(&outgoing);
        let sipp = Sipp::start(self.address, &folder, &scenario, Self::listener(self))?;
        let mut calls = self.calls();
        let call = calls.all.get_mut(&id).context("no such call")?;
        let leg = call.legs.iter_mut().find(|leg| leg.call_id == call_id).context("no such leg")?;
        leg.process = Some(sipp);
        Ok(())
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Calls {
    fn add(&mut self, call: Call) -> u64 {
        let id = self.all.len() as u64 + 1;
        self.all.insert(id, call);
        id
    }

    fn of_leg(&mut self, control: &Arc<Control>, call_id: &str) -> Option<(u64, &mut Call)> {
        let is_of = |call: &Call| call.legs.iter().any(|leg| leg.is_it(control, call_id));
        self.all.iter_mut().find(|(_, call)| is_of(call)).map(|(id, call)| (*id, call))
    }
}

impl Call {
    fn new(part: &'static str, number: &str, peer: &str, sound: Sound) -> Self {
        Self {
            part,
            number: number.to_owned(),
            peer: peer.to_owned(),
            sound,
            state: "calling",
            ended: None,
            legs: Vec::new(),
        }
    }

    /// The newest.
    fn leg(&self) -> Result<&Leg> {
        self.legs.last().context("nobody has called yet")
    }

    fn answer(&self) -> Result<()> {
        let leg = self.leg()?;
        leg.line.say(self.sound);
        leg.order("answer", "")
    }

    fn hear(&mut self, control: &Arc<Control>, event: &Event) -> Result<()> {
        let is_it = |leg: &Leg| leg.is_it(control, event.line("Call-ID"));
        let at = self.legs.iter().position(is_it).context("no such leg")?;
        let (before, from_here) = self.legs.split_at_mut(at);
        let leg = &mut from_here[0];
        match event.line("Event") {
            "calling" => leg.control = Some(Arc::clone(control)),
            "ringing" => self.state = "ringing",
            "established" => {
                self.state = "established";
                // Whoever has called learns by the answer where to send.
                if !event.line("Media").is_empty() {
                    leg.line.describe(description(event)?);
                    leg.line.say(self.sound);
                }
                if let Some(sent_on) = before.last().filter(|leg| leg.open) {
                    sent_on.order("notify", "Status: 200")?;
                }
            }
            "described" => leg.line.describe(description(event)?),
            "over" => {
                leg.open = false;
                if self.legs.iter().all(|leg| !leg.open) {
                    self.end(event.line("Why"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, why: &str) {
        self.state = "over";
        self.ended = Some(why.to_owned());
    }

    fn json(&self, id: u64) -> Result<Value> {
        let heard = self.legs.last().map(|leg| leg.line.heard()).unwrap_or_default();
        let connected = self.state == "established" && heard.packets > 0;
        Ok(json!({
            "id": id,
            "part": self.part,
            "number": self.number,
            "peer": self.peer,
            "state": self.state,
            "ended": self.ended,
            "connected": connected,
            "keys": heard.keys,
            "call_id": self.legs.last().map(|leg| &leg.call_id),
            "packets_received": heard.packets,
            "packets_lost": heard.packets_lost,
            "silent_packets": heard.silent_packets,
            "energy": heard.energy,
            "tone": heard.tone,
            "longest_gap_ms": u64::try_from(heard.longest_gap.as_millis())?,
        }))
    }
}

impl Leg {
    /// Two of the far end that talk with each other have the same Call-ID, over connections of their own.
    fn is_it(&self, control: &Arc<Control>, call_id: &str) -> bool {
        let same = |known| Arc::ptr_eq(known, control);
        self.call_id == call_id && self.control.as_ref().is_none_or(same)
    }

    fn order(&self, order: &str, more: &str) -> Result<()> {
        let control = self.control.as_ref().context("nobody is there")?;
        control.order(&self.call_id, order, &format!("Port: {}\r\n{more}", self.line.port))
    }
}

/// Of the other side, as a scenario has read it.
fn description(event: &Event) -> Result<Description> {
    Ok(Description {
        peer: event.line("Media").parse().context("nowhere to send to")?,
        keys: event.line("Keys").parse().context("no telephone events")?,
        may_send: event.line("Direction") == "sendrecv",
    })
}

enum Answers {
    AtOnce,
    /// Lets it ring.
    Never,
    /// Says something meanwhile.
    WhenTold {
        says: Sound,
    },
    /// Is on the phone already.
    Busy,
}

/// Who has a number: those of the practice PBX, as far as they are one person's.
fn character(number: &str) -> (&'static str, Sound, Answers) {
    match number {
        "600" => ("echo", Sound::Echo, Answers::AtOnce),
        "601" => ("music", Sound::Tone(440.0), Answers::AtOnce),
        "602" => ("busy", Sound::Silence, Answers::Busy),
        "603" => ("no_answer", Sound::Silence, Answers::Never),
        "605" => ("keys", Sound::Tone(CUSTOMER), Answers::AtOnce),
        "606" => {
            let says = Sound::Tone(620.0);
            ("early_media", Sound::Tone(440.0), Answers::WhenTold { says })
        }
        _ => ("customer", Sound::Tone(CUSTOMER), Answers::AtOnce),
    }
}

/// What customers hum, in hertz.
const CUSTOMER: f64 = 350.0;
const SOON: Duration = Duration::from_millis(100);
