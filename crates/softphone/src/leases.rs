//! Which page of a browser is a phone, where the extension joins pages that cannot hear each other. Its own page, the
//! resident, outlives the others, and holds a phone if it can.
//!
//! ~~~text
//! join --> waiting --> holds --> gone
//!             |          ^
//!             +- the resident wants it too: it holds, and the page follows
//! ~~~

#[derive(Debug, Default)]
pub struct Leases {
    phones: Vec<Lease>,
    /// The resident was waited for, in vain: it is not, again, before it wants something.
    resident_is_late: bool,
}

/// Names a page while it is connected.
pub type Page = u32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    Resident,
    Page(Page),
}

#[derive(Debug)]
struct Lease {
    phone: String,
    holder: Option<Holder>,
    resident_wants: bool,
    /// Every page of this phone, and whether it would hold it.
    pages: Vec<(Page, bool)>,
}

impl Leases {
    /// A page of this phone has come.
    pub fn join(&mut self, page: Page, phone: &str, would_hold: bool) {
        self.leave(page);
        self.lease(phone).pages.push((page, would_hold));
    }

    /// It goes, or is part of no phone any longer.
    pub fn leave(&mut self, page: Page) {
        for lease in &mut self.phones {
            lease.pages.retain(|(one, _)| *one != page);
            lease.holder.take_if(|holder| *holder == Holder::Page(page));
        }
        self.phones.retain(|lease| !lease.pages.is_empty() || lease.resident_wants);
    }

    /// The resident can be this phone, and no other.
    pub fn want(&mut self, phone: &str) {
        self.let_go();
        self.resident_is_late = false;
        self.lease(phone).resident_wants = true;
    }

    pub fn let_go(&mut self) {
        for lease in &mut self.phones {
            lease.resident_wants = false;
            lease.holder.take_if(|holder| *holder == Holder::Resident);
        }
        self.phones.retain(|lease| !lease.pages.is_empty());
    }

    /// The resident has had its time: whoever waits holds what it does not want.
    pub fn wait_no_longer(&mut self) {
        self.resident_is_late = true;
    }

    /// The resident is another one, or signs in anew, and has its time again.
    pub fn wait_again(&mut self) {
        self.resident_is_late = false;
    }

    /// Who holds a phone from now on. To be asked until there is nobody.
    pub fn grant(&mut self) -> Option<(String, Holder)> {
        let is_late = self.resident_is_late;
        self.phones.iter_mut().find_map(|lease| {
            let page = lease.pages.iter().find(|(_, would_hold)| *would_hold);
            let holder = match page {
                _ if lease.holder.is_some() => return None,
                _ if lease.resident_wants => Holder::Resident,
                Some((page, _)) if is_late => Holder::Page(*page),
                _ => return None,
            };
            lease.holder = Some(holder);
            Some((lease.phone.clone(), holder))
        })
    }

    /// Whoever holds it in the resident's place.
    pub fn stand_in(&self, phone: &str) -> Option<Page> {
        match self.phones.iter().find(|lease| lease.phone == phone)?.holder? {
            Holder::Page(page) => Some(page),
            Holder::Resident => None,
        }
    }

    pub fn phone_of(&self, page: Page) -> Option<&str> {
        let lease =
            self.phones.iter().find(|lease| lease.pages.iter().any(|(one, _)| *one == page));
        lease.map(|lease| lease.phone.as_str())
    }

    /// Nothing of one agent's phone is told to the pages of another.
    pub fn pages_of(&self, phone: &str) -> impl Iterator<Item = Page> {
        let lease = self.phones.iter().find(|lease| lease.phone == phone);
        lease.into_iter().flat_map(|lease| lease.pages.iter().map(|(page, _)| *page))
    }

    fn lease(&mut self, phone: &str) -> &mut Lease {
        let at = match self.phones.iter().position(|lease| lease.phone == phone) {
            Some(at) => at,
            None => {
                self.phones.push(Lease {
                    phone: phone.to_owned(),
                    holder: None,
                    resident_wants: false,
                    pages: Vec::new(),
                });
                self.phones.len() - 1
            }
        };
        &mut self.phones[at]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANNA: &str = "sip:1001@pbx.example";
    const BEN: &str = "sip:1002@pbx.example";

    #[test]
    fn the_resident_holds_a_phone_that_it_wants_and_pages_follow() {
        let mut leases = Leases::default();
        leases.join(1, ANNA, true);
        assert_eq!(leases.grant(), None, "it is waited for");
        leases.want(ANNA);

        assert_eq!(leases.grant(), Some((ANNA.to_owned(), Holder::Resident)));
        leases.join(2, ANNA, true);
        leases.wait_no_longer();

        assert_eq!(leases.grant(), None);
    }

    #[test]
    fn where_the_resident_does_not_come_one_page_holds_until_it_goes() {
        let mut leases = Leases::default();
        leases.join(1, ANNA, false);
        leases.join(2, ANNA, true);
        leases.join(3, ANNA, true);
        leases.wait_no_longer();

        assert_eq!(leases.grant(), Some((ANNA.to_owned(), Holder::Page(2))));
        leases.want(ANNA);
        assert_eq!(leases.grant(), None, "a call may be going on in it");
        leases.leave(2);

        assert_eq!(leases.grant(), Some((ANNA.to_owned(), Holder::Resident)));
    }

    #[test]
    fn another_agents_page_is_told_nothing() {
        let mut leases = Leases::default();
        leases.join(1, ANNA, true);
        leases.join(2, BEN, true);

        assert_eq!(leases.pages_of(ANNA).collect::<Vec<_>>(), [1]);
        leases.join(1, BEN, true);

        assert_eq!(leases.pages_of(ANNA).count(), 0);
        assert_eq!(leases.phone_of(1), Some(BEN));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Join(Page, bool, bool),
        Leave(Page),
        Want(bool),
        LetGo,
        WaitNoLonger,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0_u32..5, any::<bool>(), any::<bool>())
                .prop_map(|(page, anna, would)| { Step::Join(page, anna, would) }),
            (0_u32..5).prop_map(Step::Leave),
            any::<bool>().prop_map(Step::Want),
            Just(Step::LetGo),
            Just(Step::WaitNoLonger),
        ]
    }

    proptest! {
        /// Whatever comes in whatever order: a phone is held by one at most, and never by nobody while the resident wants it.
        #[test]
        fn a_phone_is_held_once(steps in prop::collection::vec(step(), 0..40)) {
            let name = |anna| if anna { ANNA } else { BEN };
            let mut leases = Leases::default();
            let mut holders: Vec<(String, Holder)> = Vec::new();
            let mut wanted = None;
            for step in steps {
                match step {
                    Step::Join(page, anna, would) => {
                        holders.retain(|(_, holder)| *holder != Holder::Page(page));
                        leases.join(page, name(anna), would);
                    }
                    Step::Leave(page) => {
                        holders.retain(|(_, holder)| *holder != Holder::Page(page));
                        leases.leave(page);
                    }
                    Step::Want(anna) => {
                        holders.retain(|(_, holder)| *holder != Holder::Resident);
                        wanted = Some(name(anna));
                        leases.want(name(anna));
                    }
                    Step::LetGo => {
                        holders.retain(|(_, holder)| *holder != Holder::Resident);
                        wanted = None;
                        leases.let_go();
                    }
                    Step::WaitNoLonger => leases.wait_no_longer(),
                }
                while let Some((phone, holder)) = leases.grant() {
                    prop_assert!(holders.iter().all(|(held, _)| *held != phone));
                    if let Holder::Page(page) = holder {
                        prop_assert_eq!(leases.phone_of(page), Some(phone.as_str()));
                    }
                    holders.push((phone, holder));
                }
                if let Some(phone) = wanted {
                    prop_assert!(holders.iter().any(|(held, _)| held == phone));
                }
            }
        }
    }
}
