//! What passes between the pages of the phone, in the one place of the extension that all of them reach.
//!
//! ~~~text
//! panels in consoles --FromPage--> Hub --ToPage--> the same
//! the resident       ------------>     ---------->  the same, and a console's script lent by a panel
//! ~~~

use std::collections::VecDeque;

use crate::leases::{Holder, Leases, Page};

/// The page that the extension itself holds.
pub const RESIDENT: Page = 0;

/// What a page says. Which page it is, the extension knows from the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromPage {
    /// Its agent is signed in, and this is their phone.
    Join { phone: String, would_hold: bool },
    /// It is part of no phone any longer.
    Leave,
    /// To the others of its phone; not looked into.
    Said(String),
    /// What the console's script has answered to a call.
    Heard { number: u32, json: String },
    /// By the resident: calls a console's script.
    Call { number: u32, method: String, arguments: String },
    /// It is gone; of the resident, that another has come in its place.
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToPage {
    /// It is the phone from now on.
    Hold,
    Said(String),
    Call {
        number: u32,
        method: String,
        arguments: String,
    },
    Heard {
        number: u32,
        json: String,
    },
    /// To the resident: whether there are panels whose console it may use; told anew with each that joins.
    Pages(bool),
    /// To the resident: another agent sits here now, and nobody of its own.
    Other,
}

#[derive(Debug, Default)]
pub struct Hub {
    leases: Leases,
    /// Of the resident.
    phone: Option<String>,
    /// In the order in which they have joined.
    panels: Vec<Page>,
    patience: Option<u64>,
    out: VecDeque<(Page, ToPage)>,
}

impl Hub {
    /// Milliseconds of any clock that goes forward.
    pub fn hear(&mut self, now: u64, page: Page, said: FromPage) {
        match page {
            RESIDENT => self.hear_resident(said),
            _ => self.hear_panel(now, page, said),
        }
        self.settle();
    }

    pub fn poll_timeout(&self) -> Option<u64> {
        self.patience
    }

    pub fn handle_timeout(&mut self, now: u64) {
        if self.patience.take_if(|patience| *patience <= now).is_some() {
            self.leases.wait_no_longer();
            self.settle();
        }
    }

    /// What is to be sent, until there is nothing.
    pub fn poll(&mut self) -> Option<(Page, ToPage)> {
        self.out.pop_front()
    }

    fn hear_resident(&mut self, said: FromPage) {
        match said {
            FromPage::Join { phone, would_hold } => {
                self.leases.let_go();
                if would_hold {
                    self.leases.want(&phone);
                }
                self.phone = Some(phone);
            }
            FromPage::Leave | FromPage::Gone => {
                self.phone = None;
                self.leases.let_go();
                if said == FromPage::Gone {
                    // To the one that has come in its place, which may sign in.
                    self.out.push_back((RESIDENT, ToPage::Pages(!self.panels.is_empty())));
                }
            }
            FromPage::Said(said) => {
                if let Some(phone) = self.phone.clone() {
                    self.relay(&phone, RESIDENT, said);
                }
            }
            FromPage::Call { number, method, arguments } => {
                let (to, message) = match self.panels.last() {
                    Some(panel) => (*panel, ToPage::Call { number, method, arguments }),
                    None => (RESIDENT, ToPage::Heard { number, json: String::new() }),
                };
                self.out.push_back((to, message));
            }
            FromPage::Heard { .. } => {}
        }
    }

    fn hear_panel(&mut self, now: u64, page: Page, said: FromPage) {
        match said {
            FromPage::Join { phone, would_hold } => {
                self.panels.retain(|panel| *panel != page);
                self.panels.push(page);
                self.leases.join(page, &phone, would_hold);
                self.patience = Some(now + PATIENCE);
                self.out.push_back((RESIDENT, ToPage::Pages(true)));
                self.give_way(&phone);
            }
            FromPage::Leave => self.leases.leave(page),
            FromPage::Said(said) => {
                if let Some(phone) = self.leases.phone_of(page).map(str::to_owned) {
                    self.relay(&phone, page, said);
                }
            }
            FromPage::Heard { number, json } => {
                self.out.push_back((RESIDENT, ToPage::Heard { number, json }));
            }
            FromPage::Gone => {
                self.panels.retain(|panel| *panel != page);
                self.leases.leave(page);
                self.out.push_back((RESIDENT, ToPage::Pages(!self.panels.is_empty())));
            }
            // A panel has a console of its own.
            FromPage::Call { .. } => {}
        }
    }

    fn give_way(&mut self, phone: &str) {
        if let Some(own) = self.phone.as_deref().filter(|own| *own != phone)
            && self.leases.pages_of(own).next().is_none()
        {
            self.out.push_back((RESIDENT, ToPage::Other));
        }
    }

    fn relay(&mut self, phone: &str, from: Page, said: String) {
        let resident = (self.phone.as_deref() == Some(phone)).then_some(RESIDENT);
        for page in self.leases.pages_of(phone).chain(resident).filter(|page| *page != from) {
            self.out.push_back((page, ToPage::Said(said.clone())));
        }
    }

    fn settle(&mut self) {
        while let Some((_, holder)) = self.leases.grant() {
            let page = match holder {
                Holder::Resident => RESIDENT,
                Holder::Page(page) => page,
            };
            self.out.push_back((page, ToPage::Hold));
        }
    }
}

/// For which the resident is waited for: a silent sign-in takes half a second.
const PATIENCE: u64 = 5_000;

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: &str = "sip:1001@pbx.example";
    const BEN: &str = "sip:1002@pbx.example";

    #[test]
    fn the_resident_is_told_of_a_panel_and_becomes_its_phone() {
        let mut hub = Hub::default();

        hub.hear(0, 1, join(ANNA));
        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Pages(true))]);
        hub.hear(500, RESIDENT, join(ANNA));

        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Hold)]);
        hub.hear(600, RESIDENT, FromPage::Said("ringing".into()));
        assert_eq!(said(&mut hub), [(1, ToPage::Said("ringing".into()))]);
        hub.hear(700, 1, FromPage::Said("answer".into()));
        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Said("answer".into()))]);
    }

    #[test]
    fn a_panel_is_the_phone_where_the_resident_is_too_late() {
        let mut hub = Hub::default();
        hub.hear(0, 1, join(ANNA));
        hub.hear(0, 2, join(ANNA));
        said(&mut hub);

        hub.handle_timeout(4_999);
        assert_eq!(said(&mut hub), []);
        hub.handle_timeout(5_000);
        assert_eq!(said(&mut hub), [(1, ToPage::Hold)]);
        hub.hear(6_000, RESIDENT, join(ANNA));
        assert_eq!(said(&mut hub), []);
        hub.hear(7_000, 1, FromPage::Gone);

        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Pages(true)), (RESIDENT, ToPage::Hold)]);
    }

    #[test]
    fn what_one_agents_phone_says_is_told_to_no_other() {
        let mut hub = Hub::default();
        hub.hear(0, 1, join(ANNA));
        hub.hear(0, RESIDENT, join(ANNA));
        hub.hear(0, 2, join(BEN));
        said(&mut hub);

        hub.hear(1, RESIDENT, FromPage::Said("Rose is calling".into()));
        hub.hear(1, 2, FromPage::Said("answer".into()));

        assert_eq!(said(&mut hub), [(1, ToPage::Said("Rose is calling".into()))]);
    }

    #[test]
    fn the_console_that_came_last_lends_its_script() {
        let mut hub = Hub::default();
        let call =
            |number| FromPage::Call { number, method: "runApex".into(), arguments: "{}".into() };
        hub.hear(0, RESIDENT, call(1));
        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Heard { number: 1, json: String::new() })]);
        hub.hear(0, 1, join(ANNA));
        hub.hear(0, 2, join(ANNA));
        said(&mut hub);

        hub.hear(1, RESIDENT, call(2));
        assert!(matches!(&said(&mut hub)[..], [(2, ToPage::Call { number: 2, .. })]));
        hub.hear(2, 2, FromPage::Heard { number: 2, json: "{}".into() });

        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Heard { number: 2, json: "{}".into() })]);
    }

    #[test]
    fn a_resident_that_comes_anew_is_told_of_the_panels() {
        let mut hub = Hub::default();
        hub.hear(0, 1, join(ANNA));
        hub.hear(0, RESIDENT, join(ANNA));
        said(&mut hub);

        hub.hear(1, RESIDENT, FromPage::Gone);

        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Pages(true))]);
    }

    #[test]
    fn the_resident_gives_way_to_the_next_agent_once_nobody_of_its_own_is_there() {
        let mut hub = Hub::default();
        hub.hear(0, 1, join(ANNA));
        hub.hear(0, RESIDENT, join(ANNA));
        said(&mut hub);

        hub.hear(1, 2, join(BEN));
        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Pages(true))]);
        hub.hear(2, 1, FromPage::Gone);
        hub.hear(3, 2, join(BEN));

        assert!(said(&mut hub).contains(&(RESIDENT, ToPage::Other)));
    }

    fn join(phone: &str) -> FromPage {
        FromPage::Join { phone: phone.to_owned(), would_hold: true }
    }

    fn said(hub: &mut Hub) -> Vec<(Page, ToPage)> {
        std::iter::from_fn(|| hub.poll()).collect()
    }
}
