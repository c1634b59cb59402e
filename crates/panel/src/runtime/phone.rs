//! The phone's hands: the SIP socket, the media of each call, and the ring.
//!
//! ~~~text
//! PhoneEffect --> socket:  WebSocket, subprotocol `sip`
//!             --> media:   one RTCPeerConnection for each call, and what is mixed of them
//!             --> ringer:  tones
//! PhoneFact  <-- what they say
//! ~~~

mod conference;
mod gathering;
mod media;
mod microphone;
mod ringer;
mod socket;

use std::rc::Rc;

use gloo::events::EventListener;
use softphone::protocol::{PhoneEffect, PhoneFact};

pub struct Phone {
    socket: socket::Socket,
    media: media::Media,
    ringer: ringer::Ringer,
    report: Rc<dyn Fn(PhoneFact)>,
    _online: Option<EventListener>,
}

impl Phone {
    pub fn new(report: impl Fn(PhoneFact) + 'static) -> Self {
        let report: Rc<dyn Fn(PhoneFact)> = Rc::new(report);
        let online = Rc::clone(&report);
        let online = move |_: &_| online(PhoneFact::Online);
        Self {
            _online: web_sys::window().map(|window| EventListener::new(&window, "online", online)),
            socket: socket::Socket::new(Rc::clone(&report)),
            media: media::Media::new(Rc::clone(&report)),
            ringer: ringer::Ringer::default(),
            report,
        }
    }

    pub fn perform(&self, effect: PhoneEffect) {
        match effect {
            PhoneEffect::OpenSocket { websocket } => {
                self.socket.open(&websocket);
                self.ringer.try_out(&self.report);
            }
            PhoneEffect::CloseSocket => self.socket.close(),
            PhoneEffect::Transmit(message) => self.socket.send(&message),
            PhoneEffect::Media { call, ask } => self.media.ask(call, ask),
            PhoneEffect::Ring(ring) => self.ringer.ring(ring),
        }
    }
}
