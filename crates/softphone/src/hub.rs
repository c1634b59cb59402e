//! What passes between the pages of the phone, in the one place of the extension that all of them reach.
//!
//! ~~~text
//! panels in consoles --FromPage--> Hub --ToPage--> the same
//! the resident       ------------>     ---------->  the same, and a console's script lent by a panel
//! the side panel     ------------>     ---------->  as a panel, which borrows the script as the resident does
//! buttons elsewhere  -----press--->     ---Sign---> badge, notification
//! ~~~

use std::collections::VecDeque;

use crate::leases::{Holder, Leases, Page};

/// The page that the extension itself holds.
pub const RESIDENT: Page = 0;

/// What a page says. Which page it is, the extension knows from the browser.
#[derive(Clone, Debug, PartialEq)]
pub enum FromPage {
    /// It has come, and has no console. The extension says so, and not the page.
    Alone,
    /// Its agent is signed in, and this is their phone.
    Join { phone: String, would_hold: bool },
    /// It is part of no phone any longer.
    Leave,
    /// To the others of its phone; not looked into.
    Said(String),
    /// What the console's script has answered to a call.
    Heard { number: u32, json: String },
    /// By a page without a console: calls the script of one.
    Call { number: u32, method: String, arguments: String },
    /// By the resident: what the agent is to colleagues.
    State(String),
    /// By the resident: whether calls arrive, why not, and when the last one was talked in, in milliseconds since the Unix
    /// epoch.
    Line { line: String, code: String, talked_at: f64 },
    /// By the resident: how many calls were missed, and who calls.
    Rings { missed: u32, ringing: Option<Ringing> },
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
    /// To pages without a console: whether there are panels whose console they may use; told anew with each that joins.
    Pages(bool),
    /// To the resident: a button was pressed outside of every page; `of` is a call or a number.
    Press {
        button: String,
        of: String,
    },
    /// To the resident: another agent sits here now, and nobody of its own. Told again with whatever that one does.
    Other,
}

/// What is shown outside of every page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sign {
    /// Empty where nobody is signed in.
    pub state: String,
    pub missed: u32,
    pub ringing: Option<Ringing>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ringing {
    pub call: u32,
    pub name: String,
    pub number: String,
}

/// What the resident says of its line; empty where it has said nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub line: String,
    pub code: String,
    pub talked_at: f64,
}

#[derive(Debug, Default)]
pub struct Hub {
    leases: Leases,
    /// Of the resident.
    phone: Option<String>,
    /// Whose console is asked next comes last.
    panels: Vec<Page>,
    /// Beside the resident, who has no console.
    alone: Vec<Page>,
    lent: Vec<Lent>,
    /// Of what was lent last.
    number: u32,
    patience: Option<u64>,
    sign: Sign,
    shown: Sign,
    line: Line,
    out: VecDeque<(Page, ToPage)>,
}

/// Who was asked what, and by whom.
#[derive(Debug, PartialEq, Eq)]
struct Lent {
    to: Page,
    /// As the one that asks counts.
    asked: u32,
    by: Page,
    /// As the one that is asked hears it.
    number: u32,
}

impl Hub {
    /// What is to be shown outside of every page, where it has changed.
    pub fn poll_sign(&mut self) -> Option<Sign> {
        let sign = self.sign.clone();
        (std::mem::replace(&mut self.shown, sign) != self.sign).then(|| self.sign.clone())
    }

    pub fn line(&self) -> &Line {
        &self.line
    }

    pub fn press(&mut self, button: String, of: String) {
        self.out.push_back((RESIDENT, ToPage::Press { button, of }));
    }

    /// `now` in milliseconds. By a clock that is put back somebody is waited for longer.
    pub fn hear(&mut self, now: u64, page: Page, said: FromPage) {
        match page {
            RESIDENT => self.hear_resident(now, said),
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

    fn hear_resident(&mut self, now: u64, said: FromPage) {
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
                self.sign = Sign::default();
                self.line = Line::default();
                self.leases.let_go();
                // It may come back; if it does not, a panel is the phone.
                self.leases.wait_again();
                self.patience = Some(now + PATIENCE);
                if said == FromPage::Gone {
                    self.lent.retain(|lent| lent.to != RESIDENT);
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
                self.lend(RESIDENT, number, method, arguments);
            }
            FromPage::State(state) => self.sign.state = state,
            FromPage::Line { line, code, talked_at } => {
                self.line = Line { line, code, talked_at };
            }
            FromPage::Rings { missed, ringing } => {
                self.sign = Sign { missed, ringing, ..std::mem::take(&mut self.sign) };
            }
            FromPage::Alone | FromPage::Heard { .. } => {}
        }
    }

    fn hear_panel(&mut self, now: u64, page: Page, said: FromPage) {
        let is_alone = self.alone.contains(&page);
        match said {
            FromPage::Alone => {
                self.alone.push(page);
                self.out.push_back((page, ToPage::Pages(!self.panels.is_empty())));
            }
            FromPage::Join { phone, would_hold } => {
                self.leases.join(page, &phone, would_hold);
                self.patience.get_or_insert(now + PATIENCE);
                if !is_alone {
                    self.panels.retain(|panel| *panel != page);
                    self.panels.push(page);
                    self.tell_of_panels();
                }
                self.give_way();
            }
            FromPage::Leave | FromPage::Gone => {
                self.panels.retain(|panel| *panel != page);
                self.leases.leave(page);
                if said == FromPage::Gone {
                    self.alone.retain(|alone| *alone != page);
                    self.lent.retain(|lent| lent.to != page);
                }
                // That there are others tells nothing new: they may be about to leave as well.
                if !is_alone && self.panels.is_empty() {
                    self.tell_of_panels();
                }
                self.give_way();
            }
            FromPage::Said(said) => {
                if let Some(phone) = self.leases.phone_of(page).map(str::to_owned) {
                    self.relay(&phone, page, said);
                }
                self.give_way();
            }
            FromPage::Heard { number, json } => {
                let is = |lent: &Lent| lent.by == page && lent.number == number;
                if let Some(at) = self.lent.iter().position(is) {
                    let lent = self.lent.swap_remove(at);
                    // It answers, and is asked again.
                    self.panels.retain(|panel| *panel != page);
                    self.panels.push(page);
                    self.out.push_back((lent.to, ToPage::Heard { number: lent.asked, json }));
                }
            }
            FromPage::Call { number, method, arguments } if is_alone => {
                self.lend(page, number, method, arguments);
            }
            // A panel has a console of its own, and the resident alone is what is shown elsewhere.
            FromPage::Call { .. }
            | FromPage::State(_)
            | FromPage::Line { .. }
            | FromPage::Rings { .. } => {}
        }
    }

    fn tell_of_panels(&mut self) {
        let any = !self.panels.is_empty();
        for page in std::iter::once(RESIDENT).chain(self.alone.iter().copied()) {
            self.out.push_back((page, ToPage::Pages(any)));
        }
    }

    fn lend(&mut self, to: Page, asked: u32, method: String, arguments: String) {
        let message = match self.lender(to) {
            Some(by) => {
                // Two of those who ask may count alike.
                self.number += 1;
                let number = self.number;
                self.lent.push(Lent { to, asked, by, number });
                (by, ToPage::Call { number, method, arguments })
            }
            None => (to, ToPage::Heard { number: asked, json: String::new() }),
        };
        self.out.push_back(message);
    }

    /// Somebody else sits here, and nobody of the resident's own.
    fn give_way(&mut self) {
        let Some(own) = self.phone.as_deref() else { return };
        if !self.panels.is_empty() && self.leases.pages_of(own).next().is_none() {
            self.out.push_back((RESIDENT, ToPage::Other));
        }
    }

    /// A panel of the same phone as the page that asks, or, before that one has any, any; one that has not answered is
    /// asked last.
    fn lender(&mut self, to: Page) -> Option<Page> {
        let phone = match to {
            RESIDENT => self.phone.as_deref(),
            page => self.leases.phone_of(page),
        };
        let own = phone.map(|phone| self.leases.pages_of(phone).collect::<Vec<_>>());
        let may = |panel: &&Page| own.as_ref().is_none_or(|own| own.contains(panel));
        let lender = *self.panels.iter().rev().find(may)?;
        self.panels.retain(|panel| *panel != lender);
        self.panels.insert(0, lender);
        Some(lender)
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

        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Hold)]);
    }

    #[test]
    fn a_tab_that_closes_after_a_sign_out_signs_nobody_in() {
        let mut hub = Hub::default();
        for page in [1, 2, RESIDENT] {
            hub.hear(0, page, join(ANNA));
        }
        said(&mut hub);

        for page in [1, RESIDENT, 2] {
            hub.hear(1, page, FromPage::Leave);
        }
        hub.hear(2, 1, FromPage::Gone);

        let told = said(&mut hub);
        assert!(!told.contains(&(RESIDENT, ToPage::Pages(true))), "{told:?}");
    }

    #[test]
    fn where_the_residents_session_alone_is_ended_a_panel_is_the_phone() {
        let mut hub = Hub::default();
        hub.hear(0, 1, join(ANNA));
        hub.hear(0, RESIDENT, join(ANNA));
        hub.handle_timeout(5_000);
        said(&mut hub);

        hub.hear(60_000, RESIDENT, FromPage::Leave);
        assert_eq!(said(&mut hub), []);
        hub.handle_timeout(65_000);

        assert_eq!(said(&mut hub), [(1, ToPage::Hold)]);
    }

    #[test]
    fn a_resident_that_cannot_is_waited_for_once() {
        let mut hub = Hub::default();
        hub.hear(0, 1, join(ANNA));
        hub.handle_timeout(5_000);
        hub.hear(6_000, 1, FromPage::Gone);
        said(&mut hub);

        hub.hear(7_000, 2, join(ANNA));

        assert!(said(&mut hub).contains(&(2, ToPage::Hold)));
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
    fn a_console_that_does_not_answer_is_asked_last_and_only_who_was_asked_is_heard() {
        let mut hub = Hub::default();
        for page in [1, 2, RESIDENT] {
            hub.hear(0, page, join(ANNA));
        }
        hub.hear(0, 3, join(BEN));
        said(&mut hub);
        let asked = |hub: &mut Hub| match &said(hub)[..] {
            [(page, ToPage::Call { .. })] => *page,
            told => panic!("{told:?}"),
        };

        hub.hear(1, RESIDENT, call(1));
        assert_eq!(asked(&mut hub), 2);
        hub.hear(2, RESIDENT, call(2));
        assert_eq!(asked(&mut hub), 1);
        hub.hear(3, 3, FromPage::Heard { number: 2, json: "{}".into() });
        assert_eq!(said(&mut hub), []);
        hub.hear(4, 1, FromPage::Heard { number: 2, json: "{}".into() });
        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Heard { number: 2, json: "{}".into() })]);
        hub.hear(5, RESIDENT, call(3));

        assert_eq!(asked(&mut hub), 1);
    }

    #[test]
    fn the_console_that_came_last_lends_its_script() {
        let mut hub = Hub::default();
        hub.hear(0, RESIDENT, call(1));
        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Heard { number: 1, json: String::new() })]);
        hub.hear(0, 1, join(ANNA));
        hub.hear(0, 2, join(ANNA));
        said(&mut hub);

        hub.hear(1, RESIDENT, call(2));
        assert!(matches!(&said(&mut hub)[..], [(2, ToPage::Call { number: 1, .. })]));
        hub.hear(2, 2, FromPage::Heard { number: 1, json: "{}".into() });

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

        assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Other)]);
    }

    #[test]
    fn a_page_without_a_console_borrows_one_as_the_resident_does_and_each_hears_its_own_answer() {
        let mut hub = Hub::default();
        hub.hear(0, 1, FromPage::Alone);
        assert_eq!(said(&mut hub), [(1, ToPage::Pages(false))]);
        hub.hear(0, 2, join(ANNA));
        let pages = said(&mut hub);
        assert!(pages.contains(&(1, ToPage::Pages(true))), "{pages:?}");
        hub.hear(1, RESIDENT, call(7));
        hub.hear(1, 1, call(7));
        let numbers: Vec<u32> = said(&mut hub)
            .into_iter()
            .map(|(page, message)| match message {
                ToPage::Call { number, .. } if page == 2 => number,
                message => panic!("{message:?}"),
            })
            .collect();

        for number in numbers.into_iter().rev() {
            hub.hear(2, 2, FromPage::Heard { number, json: number.to_string() });
        }

        let heard = |json: &str| ToPage::Heard { number: 7, json: json.into() };
        assert_eq!(said(&mut hub), [(1, heard("2")), (RESIDENT, heard("1"))]);
    }

    #[test]
    fn a_page_without_a_console_lends_none_and_keeps_no_resident_signed_in() {
        let mut hub = Hub::default();
        hub.hear(0, 1, FromPage::Alone);
        hub.hear(0, 1, join(ANNA));
        hub.hear(0, RESIDENT, join(ANNA));
        said(&mut hub);

        hub.hear(1, RESIDENT, call(1));

        let nobody = ToPage::Heard { number: 1, json: String::new() };
        assert_eq!(said(&mut hub), [(RESIDENT, nobody)]);
        hub.hear(2, RESIDENT, FromPage::Said("ringing".into()));
        assert_eq!(said(&mut hub), [(1, ToPage::Said("ringing".into()))]);
    }

    #[test]
    fn what_the_resident_says_of_itself_is_shown_once_and_goes_with_it() {
        let mut hub = Hub::default();
        hub.hear(0, RESIDENT, join(ANNA));
        let rose = Ringing { call: 7, name: "Rose".into(), number: "+1".into() };
        let rings = FromPage::Rings { missed: 2, ringing: Some(rose.clone()) };
        hub.hear(1, RESIDENT, FromPage::State("available".into()));
        hub.hear(1, RESIDENT, rings.clone());

        let sign = Sign { state: "available".into(), missed: 2, ringing: Some(rose) };
        assert_eq!(hub.poll_sign(), Some(sign));
        hub.hear(2, RESIDENT, rings.clone());
        hub.hear(2, 1, FromPage::State("offline".into()));
        assert_eq!(hub.poll_sign(), None);
        hub.hear(3, RESIDENT, FromPage::Gone);

        assert_eq!(hub.poll_sign(), Some(Sign::default()));
    }

    #[test]
    fn a_button_is_pressed_for_the_resident() {
        let mut hub = Hub::default();

        hub.press("answer".into(), "7".into());

        let press = ToPage::Press { button: "answer".into(), of: "7".into() };
        assert_eq!(said(&mut hub), [(RESIDENT, press)]);
    }

    fn call(number: u32) -> FromPage {
        FromPage::Call { number, method: "runApex".into(), arguments: "{}".into() }
    }

    fn join(phone: &str) -> FromPage {
        FromPage::Join { phone: phone.to_owned(), would_hold: true }
    }

    fn said(hub: &mut Hub) -> Vec<(Page, ToPage)> {
        std::iter::from_fn(|| hub.poll()).collect()
    }
}
