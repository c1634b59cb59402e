//! The events socket: a ticket, a WebSocket, and silence about any socket but the last.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use adapter_api::Secret;
use gloo::timers::callback::Timeout;
use softphone::protocol::EventsFact;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

use super::{adapter::Adapter, address, events};

/// At most one socket; what an earlier one still says is not heard.
pub struct Events {
    adapter: Rc<Adapter>,
    report: Box<dyn Fn(EventsFact)>,
    /// Which opening is the current one.
    generation: Cell<u32>,
    socket: RefCell<Option<Socket>>,
    this: Weak<Self>,
}

impl Events {
    pub fn new(adapter: Rc<Adapter>, report: impl Fn(EventsFact) + 'static) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            adapter,
            report: Box::new(report),
            generation: Cell::new(0),
            socket: RefCell::new(None),
            this: this.clone(),
        })
    }

    pub fn open(&self) {
        self.close();
        let generation = self.generation.get();
        let Some(this) = self.this.upgrade() else { return };
        spawn_local(async move {
            let ticket = this.adapter.events_ticket().await;
            if this.generation.get() != generation {
                return;
            }
            match ticket {
                Ok(ticket) => this.connect(ticket),
                Err(failure) => (this.report)(events::no_ticket(failure)),
            }
        });
    }

    /// Silently: whoever closes it knows.
    pub fn close(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
        drop(self.socket.take());
    }

    /// What is told while there is no socket, or none that is open, is told again by whoever hears that one has opened.
    pub fn tell(&self, word: &str) {
        if let Some(socket) = &*self.socket.borrow() {
            let _ = socket.socket.send_with_str(word);
        }
    }

    fn connect(&self, ticket: Secret) {
        let (this, generation) = (self.this.clone(), self.generation.get());
        let hear = move |fact| {
            if let Some(this) = this.upgrade().filter(|this| this.generation.get() == generation) {
                this.hear(fact);
            }
        };
        match Socket::open(self.adapter.origin(), ticket, Rc::new(hear)) {
            Some(socket) => drop(self.socket.replace(Some(socket))),
            None => (self.report)(EventsFact::Lost),
        }
    }

    fn hear(&self, fact: EventsFact) {
        match fact {
            EventsFact::Opened => {
                if let Some(socket) = self.socket.borrow_mut().as_mut() {
                    socket.deadline = None;
                }
            }
            // Nothing comes after either.
            EventsFact::Lost | EventsFact::Later(_) | EventsFact::Ended(_) => self.close(),
            EventsFact::CallingChanged | EventsFact::CallSettled { .. } => {}
        }
        (self.report)(fact);
    }
}

/// Closes when dropped, and is not heard from again.
struct Socket {
    socket: WebSocket,
    deadline: Option<Timeout>,
    _handlers: [Closure<dyn FnMut(Event)>; 3],
}

impl Socket {
    fn open(origin: &str, ticket: Secret, hear: Rc<dyn Fn(EventsFact)>) -> Option<Self> {
        let socket = WebSocket::new(&address::events_socket(origin)?).ok()?;
        let opened = socket.clone();
        // A socket that cannot send is about to say that it closes.
        let on_open = move |_| drop(opened.send_with_str(&ticket.0));
        // An error is always followed by a close, and says nothing more.
        let handlers = [
            Closure::new(on_open),
            handler(message, Rc::clone(&hear)),
            handler(closed, Rc::clone(&hear)),
        ];
        let [on_open, on_message, on_close] = &handlers;
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        let deadline = Timeout::new(events::READY_WITHIN_MS, move || hear(EventsFact::Lost));
        Some(Self { socket, deadline: Some(deadline), _handlers: handlers })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

fn handler(
    read: fn(&Event) -> Option<EventsFact>,
    hear: Rc<dyn Fn(EventsFact)>,
) -> Closure<dyn FnMut(Event)> {
    Closure::new(move |event: Event| {
        if let Some(fact) = read(&event) {
            hear(fact);
        }
    })
}

fn message(event: &Event) -> Option<EventsFact> {
    let data = event.dyn_ref::<MessageEvent>()?.data().as_string()?;
    events::heard(&data)
}

fn closed(event: &Event) -> Option<EventsFact> {
    Some(events::closed(event.dyn_ref::<CloseEvent>()?.code()))
}
