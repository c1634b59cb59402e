//! The microphone, and why there is none.

use adapter_api::Code;
use js_sys::Reflect;
use softphone::protocol::Refusal;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamConstraints, MediaStreamTrack};

use crate::host::microphone as policy;

/// One track of the microphone that the browser would choose.
pub async fn open() -> Result<(MediaStream, MediaStreamTrack), Refusal> {
    let stream = stream().await.map_err(|error| refusal(&error))?;
    let track = stream.get_audio_tracks().get(0).dyn_into::<MediaStreamTrack>();
    match track {
        Ok(track) => Ok((stream, track)),
        Err(_) => Err(Refusal::new(Code::MediaMicrophoneMissing)),
    }
}

async fn stream() -> Result<MediaStream, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    // Absent where the page is no secure context.
    let devices = window.navigator().media_devices()?;
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&JsValue::TRUE);
    let stream = JsFuture::from(devices.get_user_media_with_constraints(&constraints)?).await?;
    stream.dyn_into()
}

/// The names are those of the Media Capture specification (§10.2).
fn refusal(error: &JsValue) -> Refusal {
    let said = |key| Reflect::get(error, &JsValue::from_str(key)).ok()?.as_string();
    match said("name").as_deref() {
        Some("NotAllowedError" | "SecurityError") if policy::is_refused() => {
            Refusal::new(Code::FrameNoMicrophone)
        }
        Some("NotAllowedError" | "SecurityError") => {
            Refusal::new(denied(&said("message").unwrap_or_default()))
        }
        Some("NotFoundError" | "OverconstrainedError") => {
            Refusal::new(Code::MediaMicrophoneMissing)
        }
        _ => Refusal::with_value(Code::MediaMicrophoneBusy, said("message").unwrap_or_default()),
    }
}

/// By whom, which only Chromium's messages tell: "Permission denied by system", "Permission dismissed".
fn denied(message: &str) -> Code {
    if message.contains("system") {
        Code::MediaMicrophoneSystem
    } else if message.contains("dismissed") {
        Code::MediaMicrophoneDismissed
    } else {
        Code::MediaMicrophoneDenied
    }
}
