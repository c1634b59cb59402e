//! The microphone, and why there is none.

use adapter_api::Code;
use js_sys::{JsString, Object, Reflect};
use softphone::{protocol::Refusal, snapshot::Role};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::devices::{Used, text};
use crate::host::microphone as policy;

/// One track of the microphone that is used, and how that is called; of the one that the browser would choose
/// where it has no name, or is gone.
pub async fn open(used: &Used) -> Result<(MediaStream, MediaStreamTrack, String), Refusal> {
    let device = used.value(Role::Microphone);
    let mut wanted = device.as_str();
    let stream = loop {
        match stream(wanted).await {
            Ok(stream) => break stream,
            Err(_) if !wanted.is_empty() => wanted = "",
            Err(error) => return Err(refusal(&error)),
        }
    };
    let track = stream.get_audio_tracks().get(0).dyn_into::<MediaStreamTrack>();
    match track {
        Ok(track) => Ok((stream, track, device)),
        Err(_) => Err(Refusal::new(Code::MediaMicrophoneMissing)),
    }
}

/// Absent where the page is no secure context.
pub fn devices() -> Result<MediaDevices, JsValue> {
    web_sys::window().ok_or(JsValue::NULL)?.navigator().media_devices()
}

/// As when the device was unplugged.
pub fn has_ended(track: &MediaStreamTrack) -> bool {
    text(track, "readyState") == "ended"
}

async fn stream(device: &str) -> Result<MediaStream, JsValue> {
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&wanted(device)?);
    let stream = JsFuture::from(devices()?.get_user_media_with_constraints(&constraints)?).await?;
    stream.dyn_into()
}

/// Chromium takes no heed of a device that is merely preferred.
fn wanted(device: &str) -> Result<JsValue, JsValue> {
    if device.is_empty() {
        return Ok(JsValue::TRUE);
    }
    let (exact, wanted) = (Object::new(), Object::new());
    Reflect::set(&exact, &"exact".into(), &device.into())?;
    Reflect::set(&wanted, &"deviceId".into(), &exact)?;
    Ok(wanted.into())
}

/// The names are those of the Media Capture specification (§10.2).
fn refusal(error: &JsValue) -> Refusal {
    match text(error, "name").as_str() {
        "NotAllowedError" | "SecurityError" if policy::is_refused() => {
            Refusal::new(Code::FrameNoMicrophone)
        }
        "NotAllowedError" | "SecurityError" => Refusal::new(denied(&text(error, "message"))),
        "NotFoundError" | "OverconstrainedError" => Refusal::new(Code::MediaMicrophoneMissing),
        _ => Refusal::with_value(Code::MediaMicrophoneBusy, text(error, "message")),
    }
}

/// By whom, which only Chromium's messages tell: "Permission denied by system", "Permission dismissed".
fn denied(message: &str) -> Code {
    let says = |words: &str| JsString::from(message).includes(words, 0);
    if says("system") {
        Code::MediaMicrophoneSystem
    } else if says("dismissed") {
        Code::MediaMicrophoneDismissed
    } else {
        Code::MediaMicrophoneDenied
    }
}
