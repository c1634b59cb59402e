//! What is heard of a call before it is answered: tones made here, so that nothing has to be loaded.
//!
//! Cadence and pitch are Europe's (ETSI TR 101 041): 425 Hz for a second in every five to the one who
//! calls; the one who is called hears two notes.

use std::{cell::RefCell, rc::Rc};

use gloo::timers::callback::{Interval, Timeout};
use softphone::protocol::Ring;
use wasm_bindgen::JsValue;
use web_sys::{AudioContext, OscillatorType};

#[derive(Default)]
pub struct Ringer {
    ringing: RefCell<Option<Ringing>>,
}

/// Silent when dropped.
struct Ringing {
    context: Rc<AudioContext>,
    _beat: Interval,
}

impl Ringer {
    pub fn ring(&self, ring: Ring) {
        drop(self.ringing.take());
        let cadence = match ring {
            Ring::Silent => return,
            Ring::Incoming => &INCOMING,
            Ring::Outgoing => &OUTGOING,
            Ring::Beep => &BEEP,
        };
        // Without sound there is still what the screen says.
        if let Ok(context) = AudioContext::new() {
            let context = Rc::new(context);
            let _ = play(&context, cadence);
            let again = Rc::clone(&context);
            if ring == Ring::Beep {
                // Nothing that happens meanwhile cuts it short.
                Timeout::new(cadence.every_ms, move || drop(again.close())).forget();
                return;
            }
            let beat = Interval::new(cadence.every_ms, move || drop(play(&again, cadence)));
            self.ringing.replace(Some(Ringing { context, _beat: beat }));
        }
    }
}

impl Drop for Ringing {
    fn drop(&mut self) {
        drop(self.context.close());
    }
}

struct Cadence {
    /// Pitch, start and length in seconds.
    notes: &'static [(f32, f64, f64)],
    every_ms: u32,
    volume: f32,
}

fn play(context: &AudioContext, cadence: &Cadence) -> Result<(), JsValue> {
    // A context that was made before any click may start by now.
    drop(context.resume());
    for (pitch, start, length) in cadence.notes {
        let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
        oscillator.set_type(OscillatorType::Sine);
        oscillator.frequency().set_value(*pitch);
        gain.gain().set_value(cadence.volume);
        oscillator.connect_with_audio_node(&gain)?;
        gain.connect_with_audio_node(&context.destination())?;
        let begins = context.current_time() + start;
        oscillator.start_with_when(begins)?;
        oscillator.stop_with_when(begins + length)?;
    }
    Ok(())
}

const BEEP: Cadence = Cadence { notes: &[(880.0, 0.0, 0.3)], every_ms: 1_000, volume: 0.3 };
const OUTGOING: Cadence = Cadence { notes: &[(425.0, 0.0, 1.0)], every_ms: 5_000, volume: 0.1 };
const INCOMING: Cadence = Cadence {
    notes: &[(660.0, 0.0, 0.4), (520.0, 0.4, 0.4), (660.0, 0.8, 0.4)],
    every_ms: 3_000,
    volume: 0.3,
};
