//! Waiting for ICE candidates, and not for ever: a STUN server that does not answer holds Chromium for
//! forty seconds.

use gloo::timers::callback::Timeout;
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RtcIceGatheringState, RtcPeerConnection};

/// Resolves when all candidates are there, or when those that are there have to do.
pub async fn gathered(connection: &RtcPeerConnection) {
    if connection.ice_gathering_state() == RtcIceGatheringState::Complete {
        return;
    }
    // Lives as long as it is waited for: the handler holds the connection, and would hold it for ever.
    let mut waiting = None;
    let enough = Promise::new(&mut |resolve: Function, _| {
        let (gathering, complete) = (connection.clone(), resolve.clone());
        let on_change = Closure::<dyn FnMut()>::new(move || {
            if gathering.ice_gathering_state() == RtcIceGatheringState::Complete {
                let _ = complete.call0(&JsValue::NULL);
            }
        });
        connection.set_onicegatheringstatechange(Some(on_change.as_ref().unchecked_ref()));
        let patience = Timeout::new(LONGEST_MS, move || drop(resolve.call0(&JsValue::NULL)));
        waiting = Some((on_change, patience));
    });
    let _ = JsFuture::from(enough).await;
    connection.set_onicegatheringstatechange(None);
    drop(waiting);
}

const LONGEST_MS: u32 = 1_000;
