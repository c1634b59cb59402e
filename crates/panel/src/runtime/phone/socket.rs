//! The socket to the PBX (RFC 7118): one at a time, and silence about any but the last.

use std::{cell::RefCell, rc::Rc};

use gloo::timers::future::TimeoutFuture;
use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use softphone::protocol::PhoneFact;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BinaryType, Event, MessageEvent, PermissionState, PermissionStatus, WebSocket};

pub struct Socket {
    report: Rc<dyn Fn(PhoneFact)>,
    open: RefCell<Option<Open>>,
}

impl Socket {
    pub fn new(report: Rc<dyn Fn(PhoneFact)>) -> Self {
        Self { report, open: RefCell::default() }
    }

    pub fn open(&self, websocket: &str) {
        self.close();
        match Open::new(websocket, Rc::clone(&self.report)) {
            Some(open) => drop(self.open.replace(Some(open))),
            // What the address does not allow is told when the mind has come to rest.
            None => {
                let report = Rc::clone(&self.report);
                spawn_local(async move {
                    TimeoutFuture::new(0).await;
                    report(PhoneFact::SocketLost);
                });
            }
        }
    }

    /// Silently: whoever closes it knows.
    pub fn close(&self) {
        drop(self.open.take());
    }

    pub fn send(&self, message: &[u8]) {
        let open = self.open.borrow();
        let Some(open) = open.as_ref() else { return };
        // A socket that cannot send is about to say that it closes.
        let _ = match std::str::from_utf8(message) {
            Ok(text) => open.socket.send_with_str(text),
            Err(_) => open.socket.send_with_u8_array(message),
        };
    }
}

/// Closes when dropped, and is not heard from again.
struct Open {
    socket: WebSocket,
    _handlers: [Closure<dyn FnMut(Event)>; 3],
}

impl Open {
    fn new(websocket: &str, report: Rc<dyn Fn(PhoneFact)>) -> Option<Self> {
        let socket = WebSocket::new_with_str(websocket, SUBPROTOCOL).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let (opened, received, closed) = (Rc::clone(&report), Rc::clone(&report), report);
        let handlers: [Closure<dyn FnMut(Event)>; 3] = [
            Closure::new(move |_| opened(PhoneFact::SocketOpened)),
            Closure::new(move |event: Event| {
                if let Some(bytes) = bytes(event) {
                    received(PhoneFact::Received(bytes));
                }
            }),
            Closure::new(move |_| {
                closed(PhoneFact::SocketLost);
                spawn_local(tell_if_barred(Rc::clone(&closed)));
            }),
        ];
        let [on_open, on_message, on_close] = &handlers;
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self { socket, _handlers: handlers })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

/// Local Network Access: a socket that the browser does not open looks like one that nobody answers.
async fn tell_if_barred(report: Rc<dyn Fn(PhoneFact)>) {
    if let Some(PermissionState::Denied) = local_network().await {
        report(PhoneFact::SocketBarred);
    }
}

/// Nothing from a browser that does not know the permission.
async fn local_network() -> Option<PermissionState> {
    let permissions = web_sys::window()?.navigator().permissions().ok()?;
    let permission = Object::new();
    Reflect::set(&permission, &"name".into(), &"local-network-access".into()).ok()?;
    let status = JsFuture::from(permissions.query(&permission).ok()?).await.ok()?;
    Some(status.unchecked_into::<PermissionStatus>().state())
}

/// RFC 7118 §5.2: messages come as text or as binary frames.
fn bytes(event: Event) -> Option<Vec<u8>> {
    let data = event.dyn_into::<MessageEvent>().ok()?.data();
    match data.as_string() {
        Some(text) => Some(text.into_bytes()),
        None => Some(Uint8Array::new(data.dyn_ref::<ArrayBuffer>()?).to_vec()),
    }
}

const SUBPROTOCOL: &str = "sip";
