//! The phone's hands: the SIP socket, the media of each call, and the ring.
//!
//! ~~~text
//! PhoneEffect --> socket:  WebSocket, subprotocol `sip`
//!             --> media:   one RTCPeerConnection for each call, and what is mixed of them
//!             --> ringer:  tones
//!             --> devices: by which of them all this is heard, and spoken through
//! PhoneFact  <-- what they say
//! ~~~

mod conference;
mod devices;
mod gathering;
mod level;
mod media;
mod microphone;
mod ringer;
mod socket;

use std::rc::Rc;

use gloo::events::EventListener;
use softphone::protocol::{AudioEffect, PhoneEffect, PhoneFact};

pub struct Phone {
    socket: socket::Socket,
    media: media::Media,
    ringer: ringer::Ringer,
    devices: devices::Devices,
    report: Rc<dyn Fn(PhoneFact)>,
    _online: Option<EventListener>,
}

impl Phone {
    pub fn new(report: impl Fn(PhoneFact) + 'static) -> Self {
        let report: Rc<dyn Fn(PhoneFact)> = Rc::new(report);
        let used = Rc::<devices::Used>::default();
        let online = Rc::clone(&report);
        let online = move |_: &_| online(PhoneFact::Online);
        Self {
            _online: web_sys::window().map(|window| EventListener::new(&window, "online", online)),
            socket: socket::Socket::new(Rc::clone(&report)),
            devices: devices::Devices::new(Rc::clone(&report), Rc::clone(&used)),
            media: media::Media::new(Rc::clone(&report), Rc::clone(&used)),
            ringer: ringer::Ringer::new(used),
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
            PhoneEffect::Audio(effect) => {
                let others = matches!(effect, AudioEffect::Use { .. });
                self.devices.perform(effect);
                if others {
                    self.media.change_devices();
                    self.ringer.change_devices();
                }
            }
        }
    }
}
