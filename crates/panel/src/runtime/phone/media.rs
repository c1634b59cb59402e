//! The media of calls: for each an `RTCPeerConnection`, whose work is done in the order in which it was
//! asked for.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use adapter_api::{Code, calling_account::IceServer};
use gloo::timers::{callback::Timeout, future::TimeoutFuture};
use js_sys::{Array, Map, Object, Reflect};
use softphone::{
    protocol::{CallId, Flow, Ice, MediaAsk, MediaFact, Microphone, PhoneFact, Refusal},
    snapshot::Role,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AudioContext, HtmlAudioElement, MediaStream, MediaStreamTrack, RtcConfiguration,
    RtcOfferOptions, RtcPeerConnection, RtcPeerConnectionState, RtcRtpSender, RtcRtpTransceiver,
    RtcRtpTransceiverDirection, RtcSdpType, RtcSessionDescriptionInit, RtcSignalingState,
    RtcTrackEvent, RtcdtmfSender,
};

use crate::{json, runtime::figures::figures};

use super::{
    conference,
    devices::{self, Used},
    gathering, microphone,
};

pub struct Media {
    report: Rc<dyn Fn(PhoneFact)>,
    used: Rc<Used>,
    calls: RefCell<Vec<(CallId, Rc<Call>)>>,
    conference: RefCell<Option<AudioContext>>,
}

impl Media {
    pub fn new(report: Rc<dyn Fn(PhoneFact)>, used: Rc<Used>) -> Self {
        Self { report, used, calls: RefCell::default(), conference: RefCell::default() }
    }

    pub fn ask(&self, id: CallId, ask: MediaAsk) {
        let known =
            self.calls.borrow().iter().find(|(of, _)| *of == id).map(|(_, call)| call.clone());
        match (known, ask) {
            (Some(call), MediaAsk::Close) => {
                self.calls.borrow_mut().retain(|(of, _)| *of != id);
                call.close();
            }
            (None, MediaAsk::Close) => {}
            (Some(call), MediaAsk::Mix(mixed)) => {
                call.mixed.set(mixed);
                self.mix();
            }
            (Some(call), ask) => call.ask(ask),
            (None, ask) => {
                let report = Rc::clone(&self.report);
                let report = move |fact| report(PhoneFact::Media { call: id, fact });
                let call = Rc::new(Call::new(Rc::new(report), Rc::clone(&self.used)));
                self.calls.borrow_mut().push((id, Rc::clone(&call)));
                call.ask(ask);
            }
        }
    }

    /// Others are to be used, also in calls that go on.
    pub fn change_devices(&self) {
        for (_, call) in self.calls.borrow().iter() {
            Rc::clone(call).ask(MediaAsk::Devices);
        }
    }

    /// Where the browser cannot mix, each peer talks with the agent alone.
    fn mix(&self) {
        if let Some(context) = self.conference.take() {
            drop(context.close());
        }
        let calls = self.calls.borrow();
        let mut joined = Vec::new();
        for (_, call) in calls.iter() {
            call.send(None);
            joined.extend(call.current().filter(|_| call.mixed.get()).map(|line| (call, line)));
        }
        let Some(context) = AudioContext::new().ok().filter(|_| joined.len() > 1) else { return };
        // While the page captures the microphone it may play as well.
        drop(context.resume());
        for (at, (call, _)) in joined.iter().enumerate() {
            let heard = joined.iter().enumerate().map(|(of, (_, line))| match of == at {
                true => &line.microphone,
                false => &line.voice,
            });
            call.send(conference::mixed(&context, heard).ok());
        }
        self.conference.replace(Some(context));
    }
}

struct Call {
    report: Rc<dyn Fn(MediaFact)>,
    used: Rc<Used>,
    asked: RefCell<VecDeque<MediaAsk>>,
    busy: Cell<bool>,
    closed: Cell<bool>,
    muted: Cell<bool>,
    flow: Cell<Flow>,
    mixed: Cell<bool>,
    /// In a conference: what the peer hears in the microphone's place.
    sent: RefCell<Option<MediaStreamTrack>>,
    line: RefCell<Option<Line>>,
}

/// What there is once the first description was asked for.
#[derive(Clone)]
struct Line {
    connection: RtcPeerConnection,
    microphone: MediaStreamTrack,
    /// Which one was asked for.
    device: String,
    sender: RtcRtpSender,
    /// What the peer says: the same track as long as there is a connection.
    voice: MediaStreamTrack,
    handlers: Rc<Handlers>,
}

struct Handlers {
    _track: Closure<dyn FnMut(RtcTrackEvent)>,
    _state: Closure<dyn FnMut()>,
    audio: HtmlAudioElement,
    /// A short interruption mends itself.
    patience: Rc<RefCell<Option<Timeout>>>,
}

impl Call {
    fn new(report: Rc<dyn Fn(MediaFact)>, used: Rc<Used>) -> Self {
        Self {
            report,
            used,
            asked: RefCell::default(),
            busy: Cell::new(false),
            closed: Cell::new(false),
            muted: Cell::new(false),
            flow: Cell::new(Flow::Both),
            mixed: Cell::new(false),
            sent: RefCell::default(),
            line: RefCell::default(),
        }
    }

    fn ask(self: Rc<Self>, ask: MediaAsk) {
        self.asked.borrow_mut().push_back(ask);
        self.work();
    }

    fn work(self: &Rc<Self>) {
        if self.busy.replace(true) {
            return;
        }
        let this = Rc::clone(self);
        spawn_local(async move {
            while let Some(ask) = this.next() {
                this.perform(ask).await;
            }
            this.busy.set(false);
            if this.closed.get() {
                this.end().await;
            }
        });
    }

    fn next(&self) -> Option<MediaAsk> {
        self.asked.borrow_mut().pop_front().filter(|_| !self.closed.get())
    }

    /// Silent at once; what is under way comes to its end first.
    fn close(self: &Rc<Self>) {
        if let Some(line) = self.current() {
            line.fall_silent();
        }
        self.closed.set(true);
        self.sent.take();
        self.work();
    }

    /// Chromium keeps a connection for as long as there is the page if it is closed while an event of it is under way,
    /// as in the moment in which the peer reaches it first: so it is closed a little later.
    async fn end(&self) {
        let Some(line) = self.line.take() else { return };
        TimeoutFuture::new(QUIET_MS).await;
        line.connection.close();
    }

    fn tell(&self, fact: MediaFact) {
        if !self.closed.get() {
            (self.report)(fact);
        }
    }

    async fn perform(self: &Rc<Self>, ask: MediaAsk) {
        let described = match ask {
            MediaAsk::Offer { ice_servers } => self.offer_first(&ice_servers).await,
            MediaAsk::Accept { offer, ice_servers } => self.accept(&offer, &ice_servers).await,
            MediaAsk::Early(sdp) => self.hear(RtcSdpType::Pranswer, &sdp).await.map(|()| None),
            MediaAsk::Answer(sdp) => self.hear(RtcSdpType::Answer, &sdp).await.map(|()| None),
            MediaAsk::Reoffer { flow, ice } => self.offer_again(flow, ice).await,
            MediaAsk::AcceptOffer { offer, flow } => self.accept_again(&offer, flow).await,
            MediaAsk::TakeBack => self.take_back().await.map(|()| None),
            MediaAsk::Microphone(microphone) => {
                self.muted.set(microphone == Microphone::Off);
                self.settle_microphone();
                Ok(None)
            }
            MediaAsk::Devices => {
                Rc::clone(self).change_devices();
                Ok(None)
            }
            MediaAsk::Press(digit) => {
                self.press(digit);
                Ok(None)
            }
            MediaAsk::Measure => {
                self.measure().await;
                Ok(None)
            }
            // Not here.
            MediaAsk::Mix(_) | MediaAsk::Close => Ok(None),
        };
        match described {
            Ok(Some(sdp)) => self.tell(MediaFact::Described(sdp)),
            Ok(None) => {}
            Err(refusal) => self.tell(MediaFact::Failed(refusal)),
        }
    }

    // ── The first descriptions ────────────────────────────────────

    async fn offer_first(&self, ice_servers: &[IceServer]) -> Described {
        let line = self.line(ice_servers).await?;
        let offer = JsFuture::from(line.connection.create_offer()).await.map_err(unfit)?;
        line.describe(&offer).await.map(Some)
    }

    async fn accept(&self, offer: &str, ice_servers: &[IceServer]) -> Described {
        let line = self.line(ice_servers).await?;
        line.hear(RtcSdpType::Offer, offer).await?;
        line.answer().await.map(Some)
    }

    async fn line(&self, ice_servers: &[IceServer]) -> Result<Line, Refusal> {
        let (stream, microphone, device) = microphone::open(&self.used).await?;
        if self.closed.get() {
            microphone.stop();
            return Err(Refusal::new(Code::MediaNotAcceptable));
        }
        let line = Line::new(ice_servers, stream, (microphone, device), Rc::clone(&self.report))
            .map_err(unfit)?;
        devices::play_on(&line.handlers.audio, &self.used.value(Role::Speaker));
        self.line.replace(Some(line.clone()));
        self.settle_microphone();
        Ok(line)
    }

    // ── What is agreed later ──────────────────────────────────────

    async fn hear(&self, kind: RtcSdpType, sdp: &str) -> Result<(), Refusal> {
        match self.current() {
            Some(line) => line.hear(kind, sdp).await,
            None => Ok(()),
        }
    }

    async fn offer_again(&self, flow: Flow, ice: Ice) -> Described {
        let Some(line) = self.current() else { return Ok(None) };
        self.flow.set(flow);
        self.settle_microphone();
        line.direct(flow);
        let options = RtcOfferOptions::new();
        options.set_ice_restart(ice == Ice::Restarted);
        let offer = line.connection.create_offer_with_rtc_offer_options(&options);
        let offer = JsFuture::from(offer).await.map_err(unfit)?;
        line.describe(&offer).await.map(Some)
    }

    async fn accept_again(&self, offer: &str, flow: Flow) -> Described {
        let Some(line) = self.current() else { return Ok(None) };
        self.flow.set(flow);
        self.settle_microphone();
        // An own offer that is still open is taken back by the browser itself.
        line.hear(RtcSdpType::Offer, offer).await?;
        line.direct(flow);
        line.answer().await.map(Some)
    }

    async fn take_back(&self) -> Result<(), Refusal> {
        let Some(line) = self.current() else { return Ok(()) };
        if line.connection.signaling_state() == RtcSignalingState::HaveLocalOffer {
            let rollback = RtcSessionDescriptionInit::new(RtcSdpType::Rollback);
            let taken = JsFuture::from(line.connection.set_local_description(&rollback)).await;
            taken.map_err(unfit)?;
        }
        Ok(())
    }

    /// A held peer hears nothing, and neither does anybody while the agent is muted; packets go on, so that
    /// no PBX takes the call for dead.
    fn settle_microphone(&self) {
        let is_heard = self.flow.get() == Flow::Both;
        if let Some(line) = self.current() {
            line.microphone.set_enabled(!self.muted.get() && is_heard);
        }
        if let Some(sent) = &*self.sent.borrow() {
            sent.set_enabled(is_heard);
        }
    }

    /// The peer notices nothing: no other description is agreed on. Should the microphone not open, all stays as
    /// it was.
    fn change_devices(self: Rc<Self>) {
        let Some(line) = self.current() else { return };
        devices::play_on(&line.handlers.audio, &self.used.value(Role::Speaker));
        if line.device == self.used.value(Role::Microphone)
            && !microphone::has_ended(&line.microphone)
        {
            return;
        }
        // Beside the other work, and to its end: what has opened is given back if nobody speaks through it.
        spawn_local(async move {
            let Ok((_, microphone, device)) = microphone::open(&self.used).await else { return };
            match self.current().filter(|_| self.used.value(Role::Microphone) == device) {
                Some(line) => {
                    line.microphone.stop();
                    self.line.replace(Some(Line { microphone, device, ..line }));
                    self.send(self.sent.take());
                    self.tell(MediaFact::MicrophoneChanged);
                }
                None => microphone.stop(),
            }
        });
    }

    fn send(&self, mixed: Option<MediaStreamTrack>) {
        if let Some(line) = self.current() {
            let track = mixed.as_ref().unwrap_or(&line.microphone);
            drop(line.sender.replace_track(Some(track)));
        }
        self.sent.replace(mixed);
        self.settle_microphone();
    }

    /// RFC 4733 where the peer takes it.
    fn press(&self, digit: char) {
        let tones = self.current().and_then(|line| line.sender.dtmf());
        match tones.filter(takes_tones) {
            // Tones that are still to be played stay in front.
            Some(tones) => tones.insert_dtmf(&format!("{}{digit}", tones.tone_buffer())),
            None => self.tell(MediaFact::DigitNotSent(digit)),
        }
    }

    async fn measure(&self) {
        let Some(line) = self.current() else { return };
        let report = JsFuture::from(line.connection.get_stats()).await;
        if let Ok(report) = report {
            let report = Array::from(&report.unchecked_ref::<Map>().values());
            self.tell(MediaFact::Measured(figures(&json::value_of(&report))));
        }
    }

    /// None once it is closed.
    fn current(&self) -> Option<Line> {
        self.line.borrow().clone().filter(|_| !self.closed.get())
    }
}

impl Line {
    fn new(
        ice_servers: &[IceServer],
        stream: MediaStream,
        (microphone, device): (MediaStreamTrack, String),
        report: Rc<dyn Fn(MediaFact)>,
    ) -> Result<Self, JsValue> {
        let configuration = RtcConfiguration::new();
        configuration.set_ice_servers(&servers(ice_servers)?);
        let connection = RtcPeerConnection::new_with_configuration(&configuration)?;
        let sender = connection.add_track_0(&microphone, &stream);
        let transceiver = connection.get_transceivers().get(0);
        let voice = transceiver.unchecked_ref::<RtcRtpTransceiver>().receiver().track();
        let handlers = Rc::new(Handlers::new(&connection, report)?);
        Ok(Self { connection, microphone, device, sender, voice, handlers })
    }

    async fn hear(&self, kind: RtcSdpType, sdp: &str) -> Result<(), Refusal> {
        // The same answer again, as after a retransmission, or one to an offer taken back.
        let stable = self.connection.signaling_state() == RtcSignalingState::Stable;
        if stable && kind != RtcSdpType::Offer {
            return Ok(());
        }
        let description = RtcSessionDescriptionInit::new(kind);
        description.set_sdp(sdp);
        let heard = JsFuture::from(self.connection.set_remote_description(&description)).await;
        heard.map(drop).map_err(unfit)
    }

    async fn answer(&self) -> Result<String, Refusal> {
        let answer = JsFuture::from(self.connection.create_answer()).await.map_err(unfit)?;
        self.describe(&answer).await
    }

    async fn describe(&self, description: &JsValue) -> Result<String, Refusal> {
        let description = description.unchecked_ref::<RtcSessionDescriptionInit>();
        let set = JsFuture::from(self.connection.set_local_description(description)).await;
        set.map_err(unfit)?;
        gathering::gathered(&self.connection).await;
        let described = self.connection.local_description().map(|described| described.sdp());
        described.ok_or_else(|| Refusal::new(Code::MediaNotAcceptable))
    }

    fn direct(&self, flow: Flow) {
        let direction = match flow {
            Flow::Both => RtcRtpTransceiverDirection::Sendrecv,
            Flow::Held => RtcRtpTransceiverDirection::Sendonly,
        };
        for transceiver in self.connection.get_transceivers().iter() {
            transceiver.unchecked_ref::<RtcRtpTransceiver>().set_direction(direction);
        }
    }

    fn fall_silent(&self) {
        self.connection.set_ontrack(None);
        self.connection.set_onconnectionstatechange(None);
        drop(self.handlers.patience.take());
        // The browser keeps what may yet be heard.
        self.handlers.audio.set_src_object(None);
        self.microphone.stop();
    }
}

impl Handlers {
    fn new(connection: &RtcPeerConnection, report: Rc<dyn Fn(MediaFact)>) -> Result<Self, JsValue> {
        let audio = HtmlAudioElement::new()?;
        audio.set_autoplay(true);
        let ear = audio.clone();
        let track = Closure::new(move |event: RtcTrackEvent| {
            let stream = event.streams().get(0).dyn_into::<MediaStream>().ok();
            let stream =
                stream.or_else(|| MediaStream::new_with_tracks(&Array::of1(&event.track())).ok());
            ear.set_src_object(stream.as_ref());
            // While the page captures the microphone it may play as well.
            drop(ear.play());
        });
        let patience: Rc<RefCell<Option<Timeout>>> = Rc::default();
        let state = state_handler(connection.clone(), Rc::clone(&patience), report);
        connection.set_ontrack(Some(track.as_ref().unchecked_ref()));
        connection.set_onconnectionstatechange(Some(state.as_ref().unchecked_ref()));
        Ok(Self { _track: track, _state: state, audio, patience })
    }
}

fn state_handler(
    connection: RtcPeerConnection,
    patience: Rc<RefCell<Option<Timeout>>>,
    report: Rc<dyn Fn(MediaFact)>,
) -> Closure<dyn FnMut()> {
    Closure::new(move || {
        drop(patience.take());
        match connection.connection_state() {
            RtcPeerConnectionState::Connected => report(MediaFact::Connected),
            RtcPeerConnectionState::Failed => report(MediaFact::Interrupted),
            RtcPeerConnectionState::Disconnected => {
                let report = Rc::clone(&report);
                let lost = move || report(MediaFact::Interrupted);
                patience.replace(Some(Timeout::new(PATIENCE_MS, lost)));
            }
            _ => {}
        }
    })
}

fn takes_tones(sender: &RtcdtmfSender) -> bool {
    let can = Reflect::get(sender, &JsValue::from_str("canInsertDTMF"));
    can.ok().and_then(|can| can.as_bool()).unwrap_or(false)
}

fn servers(ice_servers: &[IceServer]) -> Result<JsValue, JsValue> {
    let servers = Array::new();
    for server in ice_servers {
        let object = Object::new();
        let urls: Array = server.urls.iter().map(|url| JsValue::from_str(url)).collect();
        Reflect::set(&object, &"urls".into(), &urls)?;
        if let Some(username) = &server.username {
            Reflect::set(&object, &"username".into(), &JsValue::from_str(username))?;
        }
        if let Some(credential) = &server.credential {
            Reflect::set(&object, &"credential".into(), &JsValue::from_str(&credential.0))?;
        }
        servers.push(&object);
    }
    Ok(servers.into())
}

fn unfit(error: JsValue) -> Refusal {
    let said = Reflect::get(&error, &JsValue::from_str("message")).ok();
    let said = said.and_then(|said| said.as_string()).unwrap_or_default();
    Refusal::with_value(Code::MediaNotAcceptable, said)
}

/// A description to be sent, where one was asked for.
type Described = Result<Option<String>, Refusal>;

const PATIENCE_MS: u32 = 2_000;
const QUIET_MS: u32 = 200;
