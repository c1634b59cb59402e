//! Waiting for ICE candidates, and not for ever: a STUN server that does not answer holds Chromium for
//! forty seconds.

use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RtcIceGatheringState, RtcPeerConnection};

/// Resolves when all candidates are there, or when those that are there have to do.
pub async fn gathered(connection: &RtcPeerConnection) {
    if connection.ice_gathering_state() == RtcIceGatheringState::Complete {
        return;
    }
    let complete = complete(connection);
    let enough = wasm_bindgen_futures::future_to_promise(async {
        TimeoutFuture::new(LONGEST_MS).await;
        Ok(JsValue::NULL)
    });
    let either = Promise::race(&js_sys::Array::of2(&complete, &enough));
    let _ = JsFuture::from(either).await;
    connection.set_onicegatheringstatechange(None);
}

fn complete(connection: &RtcPeerConnection) -> Promise {
    Promise::new(&mut |resolve: Function, _| {
        let gathering = Rc::new(connection.clone());
        let on_change = Closure::<dyn FnMut()>::new(move || {
            if gathering.ice_gathering_state() == RtcIceGatheringState::Complete {
                let _ = resolve.call0(&JsValue::NULL);
            }
        });
        connection.set_onicegatheringstatechange(Some(on_change.as_ref().unchecked_ref()));
        // The browser keeps what it calls until the handler is taken off.
        on_change.forget();
    })
}

const LONGEST_MS: u32 = 1_000;
