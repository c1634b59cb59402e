//! What is heard of a call before it is answered: tones made here, so that nothing has to be loaded.
//!
//! Cadence and pitch are Europe's (ETSI TR 101 041): 425 Hz for a second in every five to the one who
//! calls; the one who is called hears two notes.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo::timers::{
    callback::{Interval, Timeout},
    future::TimeoutFuture,
};
use js_sys::{Function, Promise};
use softphone::{
    protocol::{PhoneFact, Ring},
    snapshot::Role,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AudioContext, AudioContextState, AudioNode, HtmlAudioElement, OscillatorType};

use super::devices::{Used, play_on};

pub struct Ringer {
    used: Rc<Used>,
    ringing: RefCell<Option<Ringing>>,
    tried: Cell<bool>,
}

/// Silent when dropped.
struct Ringing {
    ring: Ring,
    _beat: Interval,
}

/// What the tones go through. Silent when dropped.
struct Sound {
    context: AudioContext,
    end: AudioNode,
    player: Option<HtmlAudioElement>,
}

impl Ringer {
    pub fn new(used: Rc<Used>) -> Self {
        Self { used, ringing: RefCell::default(), tried: Cell::new(false) }
    }

    /// What rings goes on by others.
    pub fn change_devices(&self) {
        let ring = self.ringing.borrow().as_ref().map(|ringing| ringing.ring);
        if let Some(ring) = ring {
            self.ring(ring);
        }
    }

    /// Once, before any call: reports that it would not be heard, and later that it would.
    pub fn try_out(&self, report: &Rc<dyn Fn(PhoneFact)>) {
        if !self.tried.replace(true) {
            let report = Rc::clone(report);
            spawn_local(async move { drop(tried_out(report).await) });
        }
    }

    pub fn ring(&self, ring: Ring) {
        if ring != Ring::Test {
            drop(self.ringing.take());
        }
        let cadence = match ring {
            Ring::Silent => return,
            Ring::Incoming | Ring::Test => &INCOMING,
            Ring::Outgoing => &OUTGOING,
            Ring::Beep => &BEEP,
        };
        // What only the agent is to hear is heard where the other side is, and as loud as ever.
        let (role, loudness) = match ring {
            Ring::Incoming | Ring::Test => (Role::Ringer, self.used.value(Role::Volume)),
            _ => (Role::Speaker, String::new()),
        };
        let loudness = loudness.bytes().next().unwrap_or(b'9').wrapping_sub(b'0');
        let volume = cadence.volume * f32::from(loudness) / 9.0;
        // Without sound there is still what the screen says.
        if let Ok(sound) = Sound::new(&self.used.value(role)) {
            let sound = Rc::new(sound);
            let _ = sound.play(cadence, volume);
            if matches!(ring, Ring::Beep | Ring::Test) {
                // Nothing that happens meanwhile cuts it short.
                Timeout::new(cadence.every_ms, move || drop(sound)).forget();
                return;
            }
            let beat = Interval::new(cadence.every_ms, move || drop(sound.play(cadence, volume)));
            self.ringing.replace(Some(Ringing { ring, _beat: beat }));
        }
    }
}

impl Sound {
    /// On another device than the browser's own choice it is heard as the other side of a call is: a context may choose
    /// none in a frame that was not lent the choice (Permissions Policy, `speaker-selection`).
    fn new(device: &str) -> Result<Self, JsValue> {
        let context = AudioContext::new()?;
        if device.is_empty() {
            let end = context.destination().into();
            return Ok(Self { context, end, player: None });
        }
        let end = context.create_media_stream_destination()?;
        let player = HtmlAudioElement::new()?;
        player.set_autoplay(true);
        player.set_src_object(Some(&end.stream()));
        play_on(&player, device);
        Ok(Self { context, end: end.into(), player: Some(player) })
    }

    fn play(&self, cadence: &Cadence, volume: f32) -> Result<(), JsValue> {
        let Self { context, end, .. } = self;
        // A context that was made before any click may start by now.
        drop(context.resume());
        for (pitch, start, length) in cadence.notes {
            let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
            oscillator.set_type(OscillatorType::Sine);
            oscillator.frequency().set_value(*pitch);
            gain.gain().set_value(volume);
            oscillator.connect_with_audio_node(&gain)?;
            gain.connect_with_audio_node(end)?;
            let begins = context.current_time() + start;
            oscillator.start_with_when(begins)?;
            oscillator.stop_with_when(begins + length)?;
        }
        Ok(())
    }
}

impl Drop for Sound {
    fn drop(&mut self) {
        drop(self.context.close());
        if let Some(player) = &self.player {
            player.set_src_object(None);
        }
    }
}

/// A page that nobody has touched may make no sound, unless the browser or the page around it allows it. The click
/// that it takes is awaited, not the press before: what is shown may move at this word, and not under the pointer.
async fn tried_out(report: Rc<dyn Fn(PhoneFact)>) -> Result<(), JsValue> {
    let context = AudioContext::new()?;
    TimeoutFuture::new(START_MS).await;
    if context.state() != AudioContextState::Running {
        report(PhoneFact::RingMute(true));
        let document =
            web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
        let mut touched = |resolve: Function, _: Function| {
            for event in ["click", "keyup"] {
                let _ = document.add_event_listener_with_callback(event, &resolve);
            }
        };
        JsFuture::from(Promise::new(&mut touched)).await?;
        JsFuture::from(context.resume()?).await?;
        report(PhoneFact::RingMute(false));
    }
    JsFuture::from(context.close()?).await.map(drop)
}

struct Cadence {
    /// Pitch, start and length in seconds.
    notes: &'static [(f32, f64, f64)],
    every_ms: u32,
    volume: f32,
}

/// In which a context that may start has started.
const START_MS: u32 = 300;

const BEEP: Cadence = Cadence { notes: &[(880.0, 0.0, 0.3)], every_ms: 1_000, volume: 0.3 };
const OUTGOING: Cadence = Cadence { notes: &[(425.0, 0.0, 1.0)], every_ms: 5_000, volume: 0.1 };
const INCOMING: Cadence = Cadence {
    notes: &[(660.0, 0.0, 0.4), (520.0, 0.4, 0.4), (660.0, 0.8, 0.4)],
    every_ms: 3_000,
    volume: 0.3,
};
