//! What passes between the pages of the phone, in the one place of the extension that all of them reach.
//!
//! ~~~text
//! panels in consoles --FromPage--> Hub --ToPage--> the same
//! the resident       ------------>     ---------->  the same, and a console's script lent by a panel
//! the side panel     ------------>     ---------->  as a panel, which borrows the script as the resident does
//! buttons elsewhere  -----press--->     ---Sign---> badge, notification
//! headsets           ------------->     ---Told---> their lights
//! ~~~

#[cfg(test)]
mod tests;
mod wire;

use std::collections::{BTreeMap, VecDeque};

use crate::{
    headset::{Talk, Told},
    leases::{Holder, Leases, Page},
};

/// The page that the extension itself holds.
pub const RESIDENT: Page = 0;

/// What a page says. Which page it is, the extension knows from the browser.
#[derive(Clone, Debug, PartialEq)]
pub enum FromPage {
    /// It has come, and has no console. The extension says so, and not the page.
    Alone,
    /// It looks whether anybody is here.
    Look,
    /// Its agent is signed in, and this is their phone. Pages of two builds do not understand each other.
    Join { phone: String, build: String, would_hold: bool },
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
    /// By the resident: how it is with calls.
    Line(Line),
    /// By the resident: how many calls were missed, and who calls.
    Rings { missed: u32, ringing: Option<Ringing> },
    /// It is gone; of the resident, that another has come in its place.
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToPage {
    /// Somebody is here: to whoever looks or joins.
    Here,
    /// It is the phone from now on.
    Hold,
    /// It is the phone in the place of the resident, which has come: it leaves and joins once it has no call.
    GiveWay,
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
    /// Whether calls arrive.
    pub line: String,
    /// Why not.
    pub code: String,
    /// The last call, in milliseconds since the Unix epoch.
    pub talked_at: f64,
    pub talk: Talk,
}

#[derive(Debug, Default)]
pub struct Hub {
    leases: Leases,
    /// Of the resident.
    phone: Option<String>,
    builds: BTreeMap<Page, String>,
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
    told: Told,
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

    /// What headsets are to be told, where it has changed.
    pub fn poll_told(&mut self) -> Option<Told> {
        let told = Told { rings: self.sign.ringing.is_some(), talk: self.line.talk };
        (std::mem::replace(&mut self.told, told) != told).then_some(told)
    }

    pub fn line(&self) -> &Line {
        &self.line
    }

    pub fn press(&mut self, button: String, of: String) {
        self.out.push_back((RESIDENT, ToPage::Press { button, of }));
    }

    /// `now` in milliseconds, by a clock that only goes on.
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
        let somebody_waits = self.builds.keys().any(|page| *page != RESIDENT);
        if self.patience.take_if(|patience| *patience <= now).is_some() && somebody_waits {
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
            FromPage::Join { phone, build, would_hold } => {
                self.builds.insert(RESIDENT, build);
                self.out.push_back((RESIDENT, ToPage::Here));
                self.leases.let_go();
                if would_hold {
                    self.leases.want(&phone);
                    let stand_in = self.leases.stand_in(&phone);
                    if let Some(page) = stand_in.filter(|page| self.understand(*page, RESIDENT)) {
                        self.out.push_back((page, ToPage::GiveWay));
                    }
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
            FromPage::Line(line) => self.line = line,
            FromPage::Rings { missed, ringing } => {
                self.sign = Sign { missed, ringing, ..std::mem::take(&mut self.sign) };
            }
            FromPage::Look => self.out.push_back((RESIDENT, ToPage::Here)),
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
            FromPage::Look => self.out.push_back((page, ToPage::Here)),
            FromPage::Join { phone, build, would_hold } => {
                self.builds.insert(page, build);
                self.out.push_back((page, ToPage::Here));
                self.leases.join(page, &phone, would_hold);
                if !is_alone {
                    self.panels.retain(|panel| *panel != page);
                    // While there was no panel the resident could not sign in.
                    self.patience.take_if(|_| self.panels.is_empty());
                    self.panels.push(page);
                    self.tell_of_panels();
                }
                self.patience.get_or_insert(now + PATIENCE);
                self.give_way();
            }
            FromPage::Leave | FromPage::Gone => {
                self.panels.retain(|panel| *panel != page);
                self.builds.remove(&page);
                self.leases.leave(page);
                if said == FromPage::Gone {
                    self.alone.retain(|alone| *alone != page);
                    self.lent.retain(|lent| lent.to != page);
                    self.answer_for(page);
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
            | FromPage::Line(_)
            | FromPage::Rings { .. } => {}
        }
    }

    /// Whoever it was lent to does not wait for it.
    fn answer_for(&mut self, gone: Page) {
        while let Some(at) = self.lent.iter().position(|lent| lent.by == gone) {
            let Lent { to, asked, .. } = self.lent.swap_remove(at);
            self.out.push_back((to, ToPage::Heard { number: asked, json: String::new() }));
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

    /// Somebody else sits here, or pages of another build are left alone: nobody of the resident's own.
    fn give_way(&mut self) {
        let Some(own) = self.phone.as_deref() else { return };
        let is_own = |page| self.understand(page, RESIDENT);
        if !self.panels.is_empty() && !self.leases.pages_of(own).any(is_own) {
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
        let hears = |page: &Page| *page != from && self.understand(*page, from);
        let pages: Vec<_> = self.leases.pages_of(phone).chain(resident).filter(hears).collect();
        for page in pages {
            self.out.push_back((page, ToPage::Said(said.clone())));
        }
    }

    fn understand(&self, page: Page, other: Page) -> bool {
        self.builds.get(&page) == self.builds.get(&other)
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
