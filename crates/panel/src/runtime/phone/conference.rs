//! A conference, mixed here: each peer is sent the agent's microphone and what the other peers say.
//!
//! ~~~text
//! microphone of A --+--> to A          microphone of B --+--> to B
//! what B says ------+                  what A says ------+
//! ~~~
//!
//! Each call has a microphone track of its own, so mute is what it is in any call.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, MediaStream, MediaStreamTrack};

/// What one peer is sent, of the tracks that it is to hear.
pub fn mixed<'a>(
    context: &AudioContext,
    heard: impl Iterator<Item = &'a MediaStreamTrack>,
) -> Result<MediaStreamTrack, JsValue> {
    let mixed = context.create_media_stream_destination()?;
    for track in heard {
        let stream = MediaStream::new_with_tracks(&Array::of1(track))?;
        context.create_media_stream_source(&stream)?.connect_with_audio_node(&mixed)?;
    }
    mixed.stream().get_audio_tracks().get(0).dyn_into()
}
