//! Pages that come, go, die and sign in anew around the hub of the extension, whose messages are under way for a while
//! and are delivered in any order that ports allow, some of them twice: design §2, invariants 5 and 6.
//!
//! ~~~text
//! pages of Anna and Ben, of two builds --in order, by port--> Hub --in order, by port--> the same, and the resident
//! ~~~
//!
//! What a page does with what it hears is said in `panel::runtime::extension`; here it is a model of that.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;
use softphone::{
    hub::{FromPage, Hub, RESIDENT, ToPage},
    leases::Page,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// At any time; and once everything is delivered and everybody has had their time, by somebody who lives, where
    /// anybody is there who would hold it.
    #[test]
    fn a_phone_is_held_by_one_and_heard_by_its_own_pages_alone(
        steps in prop::collection::vec(step(), 0..80),
    ) {
        let mut browser = Browser::default();
        for step in steps {
            browser.take(step);
            browser.nobody_holds_what_another_holds();
        }
        browser.come_to_rest();
        browser.everybody_has_a_phone();
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// A panel is opened, in a console or beside it, by an agent who is signed in.
    Open(Seat, Around),
    /// Its page dies, without a word.
    Kill(usize),
    Leave(usize),
    /// Somebody signs in where somebody else may have been.
    Join(usize, Seat),
    Say(usize),
    /// The resident is another page from now on, and signs in by and by, if it does.
    ResidentDies,
    ResidentJoins(Seat),
    ResidentLeaves,
    ResidentSays,
    /// The next message of a port arrives, or arrives twice.
    ToHub(usize, bool),
    ToPage(usize),
    /// So many milliseconds pass, a night perhaps. A timer may come early, or in vain.
    Pass(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    Console,
    Nothing,
}

/// Who sits before a page, and what kind of page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seat {
    agent: &'static str,
    build: &'static str,
    would_hold: bool,
}

fn step() -> impl Strategy<Value = Step> {
    let number = 0_usize..8;
    prop_oneof![
        2 => (seat(), around()).prop_map(|(seat, around)| Step::Open(seat, around)),
        1 => number.clone().prop_map(Step::Kill),
        1 => number.clone().prop_map(Step::Leave),
        2 => (number.clone(), seat()).prop_map(|(page, seat)| Step::Join(page, seat)),
        2 => number.clone().prop_map(Step::Say),
        1 => Just(Step::ResidentDies),
        2 => seat().prop_map(Step::ResidentJoins),
        1 => Just(Step::ResidentLeaves),
        1 => Just(Step::ResidentSays),
        8 => (number.clone(), prop::bool::weighted(0.2)).prop_map(|(port, twice)| Step::ToHub(port, twice)),
        8 => number.prop_map(Step::ToPage),
        2 => prop_oneof![0_u64..6_000, Just(40_000_000)].prop_map(Step::Pass),
    ]
}

fn around() -> impl Strategy<Value = Around> {
    prop_oneof![3 => Just(Around::Console), 1 => Just(Around::Nothing)]
}

fn seat() -> impl Strategy<Value = Seat> {
    let agent = prop_oneof![3 => Just(ANNA), 1 => Just(BEN)];
    let build = prop_oneof![4 => Just("1"), 1 => Just("2")];
    (agent, build, prop::bool::weighted(0.8)).prop_map(|(agent, build, would_hold)| Seat {
        agent,
        build,
        would_hold,
    })
}

#[derive(Default)]
struct Browser {
    hub: Hub,
    now: u64,
    last: Page,
    /// Those that live; the resident is always there, and may be nobody's.
    pages: BTreeMap<Page, Member>,
    resident: Member,
    to_hub: BTreeMap<Page, VecDeque<FromPage>>,
    to_page: BTreeMap<Page, VecDeque<ToPage>>,
}

#[derive(Default)]
struct Member {
    seat: Option<Seat>,
    /// So many answers to what it has asked are under way: until then it hears what was meant for whom it was before.
    unanswered: u32,
    holds: bool,
}

impl Browser {
    fn take(&mut self, step: Step) {
        match step {
            Step::Open(seat, around) => {
                self.last += 1;
                let mut page = Member { unanswered: 1, ..Member::default() };
                let join = page.join(seat);
                self.pages.insert(self.last, page);
                self.to_hub.insert(self.last, VecDeque::from([FromPage::Look, join]));
                if around == Around::Nothing {
                    // Said by the extension, as soon as the port is there.
                    self.hub.hear(self.now, self.last, FromPage::Alone);
                    self.collect();
                }
            }
            Step::Kill(at) => {
                if let Some(page) = self.nth(at) {
                    self.pages.remove(&page);
                    self.to_page.remove(&page);
                    self.send(page, FromPage::Gone);
                }
            }
            Step::Leave(at) => {
                if let Some(page) = self.nth(at) {
                    self.member(page).leave();
                    self.send(page, FromPage::Leave);
                }
            }
            Step::Join(at, seat) => {
                if let Some(page) = self.nth(at) {
                    self.change(page, seat);
                }
            }
            Step::Say(at) => {
                if let Some(page) = self.nth(at) {
                    self.say(page);
                }
            }
            Step::ResidentDies => {
                // The extension's document hears what dies in it, and takes no other port's word for the next one's.
                self.resident = Member { unanswered: 1, ..Member::default() };
                self.to_page.remove(&RESIDENT);
                self.to_hub.insert(RESIDENT, VecDeque::from([FromPage::Look]));
                self.hub.hear(self.now, RESIDENT, FromPage::Gone);
                self.collect();
            }
            Step::ResidentJoins(seat) => self.change(RESIDENT, seat),
            Step::ResidentLeaves => {
                self.resident.leave();
                self.send(RESIDENT, FromPage::Leave);
            }
            Step::ResidentSays => self.say(RESIDENT),
            Step::ToHub(at, twice) => {
                let ports = self.to_hub.iter_mut().filter(|(_, port)| !port.is_empty());
                if let Some((page, message)) =
                    nth(ports, at).and_then(|(page, port)| Some((*page, port.pop_front()?)))
                {
                    for _ in
                        0..=usize::from(twice && message != FromPage::Look && !is_join(&message))
                    {
                        self.hub.hear(self.now, page, message.clone());
                    }
                    self.collect();
                }
            }
            Step::ToPage(at) => {
                let ports = self.to_page.iter_mut().filter(|(_, port)| !port.is_empty());
                if let Some((page, message)) =
                    nth(ports, at).and_then(|(page, port)| Some((*page, port.pop_front()?)))
                {
                    let gives_way = message == ToPage::GiveWay;
                    self.member(page).hear(message);
                    if let Some(seat) = self.member(page).seat
                        && gives_way
                        && self.member(page).holds
                    {
                        self.change(page, seat);
                    }
                }
            }
            Step::Pass(time) => {
                self.now += time;
                self.hub.handle_timeout(self.now);
                self.collect();
            }
        }
    }

    /// As the panel does it: it leaves, and joins.
    fn change(&mut self, page: Page, seat: Seat) {
        self.member(page).leave();
        let join = self.member(page).join(seat);
        self.send(page, FromPage::Leave);
        self.send(page, join);
    }

    fn say(&mut self, page: Page) {
        if let Some(seat) = self.member(page).seat {
            self.send(page, FromPage::Said(seat.agent.to_owned() + seat.build));
        }
    }

    fn send(&mut self, page: Page, message: FromPage) {
        self.to_hub.entry(page).or_default().push_back(message);
    }

    /// What the hub says is under way; to a page that has gone it is said in vain.
    fn collect(&mut self) {
        while let Some((page, message)) = self.hub.poll() {
            if page == RESIDENT || self.pages.contains_key(&page) {
                self.to_page.entry(page).or_default().push_back(message);
            }
        }
    }

    fn come_to_rest(&mut self) {
        self.deliver();
        // As its hands do, which know no other time.
        while let Some(at) = self.hub.poll_timeout() {
            self.take(Step::Pass(at.saturating_sub(self.now)));
            self.deliver();
        }
    }

    fn deliver(&mut self) {
        let is_under_way = |browser: &Self| {
            browser.to_hub.values().any(|port| !port.is_empty())
                || browser.to_page.values().any(|port| !port.is_empty())
        };
        while is_under_way(self) {
            self.take(Step::ToHub(0, false));
            self.take(Step::ToPage(0));
            self.nobody_holds_what_another_holds();
        }
    }

    fn nobody_holds_what_another_holds(&self) {
        for agent in [ANNA, BEN] {
            assert!(self.holders(agent) <= 1, "{agent} has {} phones", self.holders(agent));
        }
    }

    fn everybody_has_a_phone(&self) {
        for agent in [ANNA, BEN] {
            let would = |seat: Seat| seat.agent == agent && seat.would_hold;
            let wanted = self.members().any(|member| member.seat.is_some_and(would));
            assert_eq!(self.holders(agent), usize::from(wanted), "phones of {agent}");
            // A page of another build holds it until it goes: it would not understand the resident.
            if let Some(own) = self.resident.seat.filter(|seat| would(*seat)) {
                let stands_in = |page: &Member| page.holds && page.seat == Some(own);
                assert!(!self.pages.values().any(stands_in), "the resident is not given its phone");
            }
        }
    }

    fn holders(&self, agent: &str) -> usize {
        let holds =
            |member: &&Member| member.holds && member.seat.is_some_and(|seat| seat.agent == agent);
        self.members().filter(holds).count()
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        self.pages.values().chain([&self.resident])
    }

    fn member(&mut self, page: Page) -> &mut Member {
        self.pages.get_mut(&page).unwrap_or(&mut self.resident)
    }

    fn nth(&self, at: usize) -> Option<Page> {
        nth(self.pages.keys().copied(), at)
    }
}

impl Member {
    fn join(&mut self, seat: Seat) -> FromPage {
        self.seat = Some(seat);
        self.unanswered += 1;
        let Seat { agent, build, would_hold } = seat;
        FromPage::Join { phone: agent.to_owned(), build: build.to_owned(), would_hold }
    }

    fn leave(&mut self) {
        (self.seat, self.holds) = (None, false);
    }

    fn hear(&mut self, message: ToPage) {
        let seat = self.seat.filter(|_| self.unanswered == 0);
        match (message, seat) {
            (ToPage::Here, _) => self.unanswered -= 1,
            (ToPage::Hold, Some(seat)) => {
                assert!(seat.would_hold, "it was told to hold what it cannot");
                self.holds = true;
            }
            (ToPage::Said(said), Some(seat)) => {
                assert_eq!(said, seat.agent.to_owned() + seat.build, "what was said by others");
            }
            _ => {}
        }
    }
}

fn is_join(message: &FromPage) -> bool {
    matches!(message, FromPage::Join { .. })
}

fn nth<T>(among: impl Iterator<Item = T>, at: usize) -> Option<T> {
    let mut among: Vec<T> = among.collect();
    let at = at.checked_rem(among.len())?;
    Some(among.swap_remove(at))
}

const ANNA: &str = "sip:1001@pbx.example";
const BEN: &str = "sip:1002@pbx.example";
