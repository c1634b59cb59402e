//! How loud the microphone is, for as long as somebody looks: by a track of its own, so that it is the same in a
//! call and without one, muted or not.

use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use softphone::{
    protocol::{AudioFact, PhoneFact},
    snapshot::Role,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AudioContext, MediaStream};

use super::{devices::Used, microphone};

/// Follows to another microphone, and ends by itself.
pub fn meter(used: &Rc<Used>, report: &Rc<dyn Fn(PhoneFact)>) {
    if !used.metered.get() || used.is_being_metered.replace(true) {
        return;
    }
    let (used, report) = (Rc::clone(used), Rc::clone(report));
    spawn_local(async move {
        while used.metered.get() {
            let (stream, track, device) = match microphone::open(&used).await {
                Ok(opened) => opened,
                Err(refusal) => {
                    report(PhoneFact::Audio(AudioFact::Refused(refusal)));
                    break;
                }
            };
            let Ok((context, analyser)) = analyser(&stream) else { break };
            while used.metered.get()
                && used.value(Role::Microphone) == device
                && !microphone::has_ended(&track)
            {
                TimeoutFuture::new(EVERY_MS).await;
                let mut wave = [0; WINDOW];
                analyser.get_byte_time_domain_data(&mut wave);
                let loudest = wave.into_iter().max().unwrap_or_default().saturating_sub(SILENCE);
                report(PhoneFact::Audio(AudioFact::Level(u32::from(loudest) / 12)));
            }
            track.stop();
            drop(context.close());
        }
        used.is_being_metered.set(false);
    });
}

fn analyser(stream: &MediaStream) -> Result<(AudioContext, web_sys::AnalyserNode), JsValue> {
    let context = AudioContext::new()?;
    let analyser = context.create_analyser()?;
    context.create_media_stream_source(stream)?.connect_with_audio_node(&analyser)?;
    Ok((context, analyser))
}

const SILENCE: u8 = 128;
const EVERY_MS: u32 = 100;
/// As many samples as an `AnalyserNode` holds by itself: 43 ms.
const WINDOW: usize = 2_048;
