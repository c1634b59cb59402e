//! A practice PBX on a free port, and phones: the user agent of `sip` over a true WebSocket, with true media.

#![allow(dead_code)] // Each test program uses its own part.

use std::{
    collections::VecDeque,
    net::TcpStream,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use practice::pbx::{
    Listening, News, PASSWORD, Pbx, Secret, Settings,
    media::{Media, Source},
};
use serde_json::{Value, json};
use sip::{Account, Credentials, Dial, Event, Incoming, InvitationId, Output, UserAgent};
use tokio::runtime::Runtime;
use tungstenite::{Message, WebSocket, client::IntoClientRequest, protocol::Role};

pub struct World {
    pub runtime: Runtime,
    pub pbx: Arc<Pbx>,
    pub announcement: Value,
    http: reqwest::Client,
}

impl World {
    pub fn start() -> Self {
        Self::start_with(None)
    }

    pub fn start_with(secret: Option<Secret>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Runtime::new().unwrap();
        let settings = Settings {
            listen: "127.0.0.1:0".parse().unwrap(),
            domain: "pbx.localhost".to_owned(),
            secret,
        };
        let listening = runtime.block_on(Listening::bind(settings)).unwrap();
        let pbx = listening.pbx.clone();
        runtime.spawn(listening.serve());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { runtime, announcement: pbx.announcement(), pbx, http }
    }

    pub fn port(&self) -> u16 {
        let socket = self.announcement["socket"].as_str().unwrap();
        socket.rsplit_once(':').unwrap().1.parse().unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/practice/{path}", self.port())
    }

    pub fn get(&self, path: &str) -> Value {
        let request = self.http.get(self.url(path));
        self.runtime.block_on(async { request.send().await.unwrap().json().await.unwrap() })
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(self.url(path)).json(body);
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.json().await.unwrap())
        })
    }

    /// A customer calls the extension.
    /// A customer calls, and the phone answers: the call, how the phone knows it, and the phone's media.
    pub fn answered(&self, phone: &mut Phone, source: Source) -> (String, Incoming, Media) {
        let call = self.ring("1001");
        let incoming = phone.incoming();
        let media = phone.answer(self, &incoming, source);
        (call, incoming, media)
    }

    pub fn ring(&self, extension: &str) -> String {
        let ring =
            json!({ "extension": extension, "number": "+15550100", "name": "Carla Customer" });
        let (status, answer) = self.post("calls", &ring);
        assert_eq!(status, 200, "{answer}");
        format!("calls/{}", answer["id"])
    }

    pub fn order(&self, call: &str, order: &Value) -> Value {
        let (status, answer) = self.post(call, order);
        assert_eq!(status, 200, "{answer}");
        answer
    }

    pub fn bindings(&self, extension: &str) -> u64 {
        let all = self.get("extensions");
        let mut rows = all.as_array().unwrap().iter();
        rows.find(|row| row["extension"] == extension).unwrap()["bindings"].as_u64().unwrap()
    }

    pub fn order_faults(&self, faults: &Value) {
        let (status, answer) = self.post("faults", faults);
        assert_eq!(status, 200, "{answer}");
    }

    /// The only call that does this part.
    pub fn call_of(&self, part: &str) -> Value {
        let calls = self.get("calls");
        let mut fitting = calls.as_array().unwrap().iter().filter(|call| call["part"] == part);
        let call = fitting.next().unwrap_or_else(|| panic!("no {part} in {calls}")).clone();
        assert!(fitting.next().is_none(), "{calls}");
        call
    }

    /// A phone that is registered.
    pub fn phone(&self, extension: &str) -> Phone {
        let mut phone = self.unregistered(extension, Credentials::new(extension, PASSWORD));
        phone.register(self);
        phone
    }

    pub fn unregistered(&self, extension: &str, credentials: Credentials) -> Phone {
        static BORN: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(1);
        let born = BORN.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let instance = format!("urn:uuid:00000000-0000-4000-8000-0000000000{born:02x}");
        self.phone_named(extension, credentials, instance, born)
    }

    pub fn phone_named(
        &self,
        extension: &str,
        credentials: Credentials,
        instance: String,
        seed: u8,
    ) -> Phone {
        let address = format!("sip:{extension}@pbx.localhost");
        let mut account = Account::new(&address, credentials, instance).unwrap();
        account.secure = false;
        let (sender, arrivals) = mpsc::channel();
        let mut phone = Phone {
            agent: UserAgent::new(account, [seed; 32]),
            born: now(),
            socket: None,
            generation: 0,
            sender,
            arrivals,
            events: VecDeque::new(),
            told: Vec::new(),
        };
        phone.connect(self);
        phone
    }
}

/// A phone without media; a conversation gives it some.
pub struct Phone {
    pub agent: UserAgent,
    born: Instant,
    socket: Option<(WebSocket<TcpStream>, TcpStream)>,
    generation: u32,
    sender: mpsc::Sender<(u32, Option<Vec<u8>>)>,
    arrivals: mpsc::Receiver<(u32, Option<Vec<u8>>)>,
    events: VecDeque<Event>,
    /// Everything that was said, for messages.
    told: Vec<String>,
}

impl Phone {
    pub fn connect(&mut self, world: &World) {
        assert!(self.try_connect(world));
    }

    /// `false` where the PBX takes no sockets.
    pub fn try_connect(&mut self, world: &World) -> bool {
        let stream = TcpStream::connect(("127.0.0.1", world.port())).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request =
            format!("ws://pbx.localhost:{}/", world.port()).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "sip".parse().unwrap());
        if tungstenite::client(request, stream.try_clone().unwrap()).is_err() {
            return false;
        }
        let writer = WebSocket::from_raw_socket(stream.try_clone().unwrap(), Role::Client, None);
        let mut reader =
            WebSocket::from_raw_socket(stream.try_clone().unwrap(), Role::Client, None);
        self.generation += 1;
        let (generation, sender) = (self.generation, self.sender.clone());
        std::thread::spawn(move || {
            loop {
                let arrival = match reader.read() {
                    Ok(Message::Text(text)) => Some(text.as_bytes().to_vec()),
                    Ok(Message::Binary(bytes)) => Some(bytes.to_vec()),
                    Ok(_) => continue,
                    Err(_) => None,
                };
                let ends = arrival.is_none();
                if sender.send((generation, arrival)).is_err() || ends {
                    return;
                }
            }
        });
        self.socket = Some((writer, stream));
        self.agent.link_up(self.clock());
        self.flush();
        true
    }

    /// The network is gone, without a word.
    pub fn cut(&mut self) {
        if let Some((_, stream)) = self.socket.take() {
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
        self.agent.link_down(self.clock());
    }

    pub fn is_connected(&self) -> bool {
        self.socket.is_some()
    }

    pub fn clock(&self) -> Duration {
        now() - self.born
    }

    pub fn register(&mut self, _world: &World) {
        let clock = self.clock();
        self.agent.register(clock);
        self.until("registered", |event| {
            matches!(event, Event::Registration(sip::Registration::Registered)).then_some(())
        });
    }

    /// Waits for an event; what came before it is dropped.
    pub fn until<T>(&mut self, what: &str, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        let end = now() + PATIENCE;
        loop {
            self.flush();
            while let Some(event) = self.events.pop_front() {
                self.told.push(format!("{event:?}"));
                if let Some(found) = wanted(&event) {
                    return found;
                }
            }
            assert!(now() < end, "not {what}; instead {:#?}", self.told);
            self.wait(end);
        }
    }

    /// Goes on until the condition holds, which something else brings about.
    pub fn while_not(&mut self, what: &str, mut holds: impl FnMut() -> bool) {
        let end = now() + PATIENCE;
        while !holds() {
            assert!(now() < end, "not {what}; instead {:#?}", self.told);
            self.wait((now() + Duration::from_millis(50)).min(end));
            self.flush();
        }
    }

    fn wait(&mut self, end: Instant) {
        let timer = self.agent.next_timeout().map(|at| self.born + at);
        let until = timer.into_iter().chain([end]).min().unwrap();
        let span = until.saturating_duration_since(now());
        match self.arrivals.recv_timeout(span) {
            Ok((generation, Some(bytes))) if generation == self.generation => {
                let clock = self.clock();
                self.agent.receive(clock, &bytes);
            }
            Ok((generation, None)) if generation == self.generation && self.socket.is_some() => {
                self.socket = None;
                let clock = self.clock();
                self.agent.link_down(clock);
            }
            _ => {}
        }
        let clock = self.clock();
        self.agent.handle_timeout(clock);
    }

    pub fn flush(&mut self) {
        while let Some(output) = self.agent.poll_output() {
            match output {
                Output::Transmit(bytes) => {
                    if let Some((socket, _)) = &mut self.socket {
                        let _ =
                            socket.send(Message::Text(String::from_utf8(bytes).unwrap().into()));
                    }
                }
                Output::Event(event) => self.events.push_back(event),
                Output::Reconnect => {}
            }
        }
    }

    // ── Calls ─────────────────────────────────────────────────────

    pub fn dial(&mut self, number: &str, offer: String) -> InvitationId {
        let clock = self.clock();
        let dial = Dial { target: number.to_owned(), offer, ..Dial::default() };
        let invitation = self.agent.dial(clock, dial).unwrap();
        self.flush();
        invitation
    }

    /// Calls, and talks as soon as somebody answers.
    pub fn call(&mut self, world: &World, number: &str, source: Source) -> (InvitationId, Media) {
        let media = world.media(source);
        let invitation = self.dial(number, media.offer().unwrap());
        let answer = self.established(invitation).unwrap();
        media.accept(&answer).unwrap();
        (invitation, media)
    }

    pub fn established(&mut self, wanted: InvitationId) -> Option<String> {
        self.until("established", |event| match event {
            Event::Established { invitation, answer, .. } if *invitation == wanted => {
                Some(answer.clone())
            }
            _ => None,
        })
    }

    pub fn incoming(&mut self) -> Incoming {
        self.until("called", |event| match event {
            Event::Incoming(incoming) => Some(incoming.clone()),
            _ => None,
        })
    }

    pub fn answer(&mut self, world: &World, incoming: &Incoming, source: Source) -> Media {
        let media = world.media(source);
        let answer = media.answer(incoming.offer.as_ref().unwrap()).unwrap();
        let clock = self.clock();
        self.agent.answer(clock, incoming.invitation, answer);
        self.flush();
        media
    }

    pub fn hang_up(&mut self, invitation: InvitationId) {
        let clock = self.clock();
        self.agent.hang_up(clock, invitation);
        self.flush();
    }

    pub fn ended(&mut self) -> sip::Cause {
        self.until("over", |event| match event {
            Event::Ended { cause, .. } => Some(cause.clone()),
            _ => None,
        })
    }
}

impl World {
    pub fn media(&self, source: Source) -> Media {
        let _runtime = self.runtime.enter();
        Media::open(source, Arc::default(), News::default()).unwrap()
    }
}

#[allow(clippy::disallowed_methods)] // A test waits in real time.
pub fn now() -> Instant {
    Instant::now()
}

const PATIENCE: Duration = Duration::from_secs(10);
