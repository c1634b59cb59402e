//! The agent's side as one mind: it takes [`Input`]s and answers with [`Effect`]s and a [`Snapshot`].
//!
//! No IO and no clock: whoever runs it passes `now` (milliseconds since the Unix epoch), performs the
//! effects and reports back. The panel's frame, the extension's offscreen document and the tests run the
//! same code.
//!
//! ~~~text
//!          Intent                  Input
//!  view ----------> +-----------+ <-------- runtime, host
//!       <---------- | Softphone | -------->
//!         Snapshot  +-----------+  Effect
//! ~~~

#![forbid(unsafe_code)]

mod audio;
mod call_log;
pub mod calls;
mod colleagues;
pub mod headset;
pub mod hub;
pub mod leases;
mod numbers;
mod presence;
pub mod protocol;
mod screen_pop;
pub mod sign_in;
pub mod snapshot;

pub use calls::Birth;
pub use protocol::{AdapterFact, Effect, HostFact, Input, Intent};
use protocol::{AudioIntent, CallIntent, ClickToDial, EventsFact, PhoneFact, TabsFact};
pub use snapshot::Snapshot;

use std::collections::VecDeque;

use adapter_api::{Code, calling_colleagues::Availability};
use audio::Audio;
use call_log::CallLog;
use calls::Calls;
use colleagues::Colleagues;
use numbers::Numbers;
use presence::Presence;
use screen_pop::ScreenPops;
use sign_in::SignIn;
use snapshot::{AgentState, CallSnapshot, CallState, LineSnapshot, PresenceSnapshot};

/// The whole mind. Mutate once with [`Softphone::handle`] or [`Softphone::handle_timeout`], then drain
/// [`Softphone::poll_effect`] and look at [`Softphone::snapshot`] and [`Softphone::poll_timeout`].
#[derive(Debug)]
pub struct Softphone {
    sign_in: SignIn,
    calls: Calls,
    colleagues: Colleagues,
    numbers: Numbers,
    screen_pops: ScreenPops,
    call_log: CallLog,
    presence: Presence,
    audio: Audio,
    /// A number that was clicked during a call: nobody is put on hold by it.
    clicked: Option<salesforce::screen_pop::ClickToDial>,
    /// What the adapter takes the agent for.
    told: Availability,
    effects: VecDeque<Effect>,
    signed_in: bool,
    /// The browser extension is there, and the phone is one without it.
    is_apart: bool,
    clock: Clock,
}

impl Softphone {
    pub fn new(organization: impl Into<String>, birth: Birth) -> Self {
        Self {
            sign_in: SignIn::new(organization.into()),
            call_log: CallLog::new(birth.seed),
            calls: Calls::new(birth),
            colleagues: Colleagues::default(),
            numbers: Numbers::default(),
            screen_pops: ScreenPops::default(),
            presence: Presence::default(),
            audio: Audio::default(),
            clicked: None,
            told: Availability::default(),
            effects: VecDeque::new(),
            signed_in: false,
            is_apart: false,
            clock: Clock::default(),
        }
    }

    pub fn handle(&mut self, now: u64, input: Input) {
        let monotonic = self.clock.forward(now);
        let input = match input {
            Input::Tabs(TabsFact::Pressed(button)) => {
                match calls::buttons::meant(button, &self.calls()) {
                    Some(intent) => Input::Intent(Intent::Call(intent)),
                    None => return,
                }
            }
            input => input,
        };
        match input {
            Input::Intent(Intent::Call(CallIntent::ClickToDial(click))) if self.is_in_call() => {
                self.clicked = Some(click);
            }
            Input::Intent(Intent::Call(CallIntent::ForgetClicked)) => self.clicked = None,
            Input::Intent(Intent::Call(CallIntent::DialClicked)) => {
                if let Some(click) = self.clicked.take() {
                    self.called(monotonic, CallIntent::ClickToDial(click));
                }
            }
            Input::Intent(Intent::Seek(text)) => self.colleagues.typed(&text),
            Input::Intent(Intent::Call(intent)) if colleagues::is_by_name(&intent) => {
                self.colleagues.intended(monotonic, intent);
            }
            Input::Intent(Intent::Call(intent)) => self.called(monotonic, intent),
            Input::Tabs(TabsFact::Asked(Intent::Call(intent)))
                if self.calls.is_leading() && !numbers::number_of(&intent).is_empty() =>
            {
                self.numbers.intended(monotonic, intent);
            }
            Input::Intent(Intent::Record(intent)) => self.screen_pops.intended(intent),
            Input::Host(ticket, HostFact::Found(found)) => self.screen_pops.found(ticket, found),
            Input::Host(ticket, HostFact::Ran(outcome)) => {
                self.call_log.ran(monotonic, ticket, outcome);
            }
            Input::Host(ticket, HostFact::Done(done)) => self.screen_pops.done(ticket, done),
            Input::Intent(intent @ (Intent::Log(_) | Intent::Presence(_))) => {
                self.intended(now, monotonic, intent);
            }
            Input::Tabs(TabsFact::Asked(intent @ (Intent::Log(_) | Intent::Presence(_))))
                if self.calls.is_leading() =>
            {
                self.intended(now, monotonic, intent);
            }
            Input::Presence { owner, kept } => self.presence.recalled(now, &owner, *kept),
            Input::Recalled { owner, calls } => self.call_log.recalled(monotonic, &owner, calls),
            Input::Events(EventsFact::CallSettled { call, refusal }) => {
                self.call_log.settled(&call, refusal);
            }
            Input::Phone(PhoneFact::Audio(fact)) => self.audio.told(fact),
            Input::Phone(fact) => self.calls.told(monotonic, fact),
            Input::Intent(Intent::Audio(intent)) => {
                if matches!(intent, AudioIntent::Choose(_)) && self.calls.is_following() {
                    self.calls.ask(Intent::Audio(intent.clone()));
                }
                self.audio.intended(intent);
            }
            Input::Tabs(TabsFact::Asked(Intent::Audio(AudioIntent::Choose(choice)))) => {
                self.audio.choose(choice);
            }
            Input::Tabs(TabsFact::Leading { kept }) => {
                let kept = self.calls.left_behind(kept);
                for call in &kept {
                    call.log.iter().for_each(|log| self.call_log.inherit(call.id, log.clone()));
                }
                if let Some(published) = self.calls.mirrored() {
                    self.presence.take_over(&published.presence);
                }
                // Another tab may have chosen since this one looked.
                self.audio.look();
                // Before the line begins: who is offline stays so.
                self.calls.reach(monotonic, self.presence.reach(None));
                self.calls.heard_of_tabs(monotonic, TabsFact::Leading { kept });
            }
            Input::Tabs(TabsFact::ExtensionFound) => self.is_apart = true,
            Input::Tabs(fact) => self.calls.heard_of_tabs(monotonic, fact),
            Input::Events(EventsFact::CallingChanged) => self.calls.account_changed(monotonic),
            Input::Adapter(ticket, fact)
                if self.calls.answered(monotonic, ticket, &fact)
                    || self.numbers.answered(monotonic, ticket, &fact)
                    || self.colleagues.answered(monotonic, ticket, &fact)
                    || self.call_log.answered(monotonic, ticket, &fact) => {}
            input => {
                if matches!(&input, Input::Noticed(notice) if notice.code == Code::FrameNoMicrophone)
                {
                    self.calls.without_microphone();
                }
                // What changed while no socket was open was told to nobody.
                let reopened = matches!(input, Input::Events(EventsFact::Opened));
                self.sign_in.handle(now, input);
                if reopened {
                    self.told = Availability::default();
                    self.calls.account_changed(monotonic);
                    self.call_log.ask();
                }
            }
        }
        self.settle(now, monotonic);
    }

    /// To be called at, or soon after, the time that [`Softphone::poll_timeout`] names.
    pub fn handle_timeout(&mut self, now: u64) {
        let monotonic = self.clock.forward(now);
        self.sign_in.handle_timeout(now);
        self.calls.handle_timeout(monotonic);
        self.settle(now, monotonic);
    }

    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<u64> {
        let calls = [
            self.calls.poll_timeout(),
            self.call_log.poll_timeout(),
            self.numbers.poll_timeout(),
            self.colleagues.poll_timeout(),
        ];
        let calls = calls.into_iter().flatten().map(|at| self.clock.wall(at));
        self.sign_in.poll_timeout().into_iter().chain(calls).min()
    }

    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot {
            line: self.calls.line(),
            calls: self.calls(),
            log: match self.calls.mirrored() {
                Some(published) => published.log.clone(),
                None => self.call_log.snapshot(),
            },
            presence: match self.calls.mirrored() {
                Some(published) => published.presence.clone(),
                None => self.presence(),
            },
            audio: self.audio.shown.clone(),
            ..self.sign_in.snapshot()
        };
        snapshot.notice = snapshot.notice.or_else(|| self.calls.notice());
        for call in &mut snapshot.calls {
            self.numbers.show(&mut call.peer);
        }
        if let Some(wrap_up) = &mut snapshot.log.wrap_up {
            self.numbers.show(&mut wrap_up.peer);
        }
        self.colleagues.show(&mut snapshot);
        snapshot.clicked = self.clicked.clone();
        snapshot
    }

    /// Somebody is talked to, waits, or rings here. One that we are calling is called once, however often it is clicked.
    fn is_in_call(&self) -> bool {
        use CallState as S;
        let is = |call: &CallSnapshot| {
            !matches!(call.state, S::Queued | S::Dialling | S::RingingThere | S::Ended(_))
        };
        self.calls().iter().any(is)
    }

    fn called(&mut self, now: u64, intent: CallIntent) {
        match numbers::number_of(&intent) {
            "" => self.calls.intended(now, intent),
            _ if self.calls.is_following() => self.calls.intended(now, intent),
            _ => self.numbers.intended(now, intent),
        }
    }

    fn presence(&self) -> PresenceSnapshot {
        self.presence.snapshot(self.call_log.wraps_up(), self.calls.choices())
    }

    /// Where another tab is the phone, it is that one's to do.
    fn intended(&mut self, wall: u64, now: u64, intent: Intent) {
        match intent {
            intent if self.calls.is_following() => self.calls.ask(intent),
            Intent::Log(intent) => self.call_log.intended(now, intent),
            Intent::Presence(intent) => {
                self.presence.intended(wall, intent, self.call_log.wraps_up());
            }
            _ => {}
        }
    }

    fn calls(&self) -> Vec<CallSnapshot> {
        let mut calls = self.calls.snapshot(|at| self.clock.wall(at));
        self.screen_pops.name(&mut calls);
        calls
    }

    /// What the sign-in wants comes first: the account is asked for with the session's own tokens.
    fn settle(&mut self, wall: u64, now: u64) {
        self.effects.extend(std::iter::from_fn(|| self.sign_in.poll_effect()));
        let signed_in = self.sign_in.session().is_some();
        match (std::mem::replace(&mut self.signed_in, signed_in), signed_in) {
            (false, true) => {
                self.is_apart = false;
                self.calls.session_began(now);
                self.audio.look();
                self.screen_pops.click_to_dial(ClickToDial::Enabled);
            }
            (true, false) => {
                let signed_out = self.sign_in.is_signed_out() && !self.calls.is_following();
                self.presence.session_ended(wall, signed_out);
                self.calls.session_ended(now, self.sign_in.is_deactivated());
                self.screen_pops.click_to_dial(ClickToDial::Disabled);
                self.call_log.session_ended(now);
                self.colleagues.session_ended();
                self.clicked = None;
            }
            _ => {}
        }
        if let Some(settings) = self.sign_in.settings() {
            self.numbers.dial_by(&settings.dialing);
            self.screen_pops.on(settings.screen_pop);
        }
        let caller_id = self.presence().caller_id;
        self.calls.be_seen_by(caller_id);
        if let Some(intent) = self.colleagues.poll_intent(now) {
            self.called(now, intent);
        }
        self.effects.append(&mut self.colleagues.effects);
        while let Some((intent, target)) = self.numbers.poll_intent(now) {
            self.calls.dialled(now, intent, target);
        }
        self.effects.extend(std::iter::from_fn(|| self.calls.poll_effect()));
        self.regroup(now);
        let calls = self.calls();
        self.numbers.look(now, &calls);
        self.effects.append(&mut self.numbers.effects);
        self.screen_pops.look(&calls, self.calls.is_in_front());
        self.effects.extend(std::iter::from_fn(|| self.screen_pops.poll_effect()));
        // The tab that is the phone writes down what was said on it.
        if !self.calls.is_following() {
            self.log(wall, now, &calls);
        }
        if let Some(owner) = self.owner() {
            self.presence.belongs_to(&owner);
        }
        if !self.calls.is_following() {
            while let Some(call) = self.call_log.ended().or_else(|| self.calls.turned_away(wall)) {
                self.presence.remember(wall, call);
            }
        }
        self.calls.reach(now, self.presence.reach(self.call_log.wraps_up()));
        self.effects.extend(std::iter::from_fn(|| self.presence.poll_effect()));
        self.calls.publish(|at| self.clock.wall(at), &self.call_log, self.presence());
        self.effects.extend(std::iter::from_fn(|| self.calls.poll_effect()));
        self.effects.extend(std::iter::from_fn(|| self.call_log.poll_effect()));
        self.effects.append(&mut self.audio.effects);
        let availability = self.availability(&calls);
        if std::mem::replace(&mut self.told, availability) != availability {
            self.effects.push_back(Effect::Tell(availability));
        }
    }

    /// Joins the phone of the extension when nothing goes on that its page would not know of.
    fn regroup(&mut self, now: u64) {
        let wraps_up = match self.calls.mirrored() {
            Some(published) => published.log.wrap_up.is_some(),
            None => self.call_log.wraps_up().is_some(),
        };
        if self.signed_in
            && self.calls().is_empty()
            && !wraps_up
            && std::mem::take(&mut self.is_apart)
        {
            self.calls.begin_anew(now);
            self.effects.extend(std::iter::from_fn(|| self.calls.poll_effect()));
        }
    }

    /// Of the tab that is the phone, wherever it is.
    fn availability(&self, calls: &[CallSnapshot]) -> Availability {
        let presence = self.calls.mirrored().map(|published| &published.presence.state);
        let state =
            presence.cloned().unwrap_or_else(|| self.presence.state(self.call_log.wraps_up()));
        match (self.calls.line(), state) {
            (LineSnapshot::Ready { .. }, AgentState::Available | AgentState::AutoAnswer) => {
                match calls.iter().all(|call| matches!(call.state, CallState::Ended(_))) {
                    true => Availability::Available,
                    false => Availability::Talking,
                }
            }
            (LineSnapshot::Ready { .. }, _) => Availability::Busy,
            _ => Availability::Offline,
        }
    }

    fn log(&mut self, wall: u64, now: u64, calls: &[CallSnapshot]) {
        if let Some(owner) = self.owner() {
            self.call_log.belongs_to(&owner);
        }
        self.call_log.look(now, wall, calls);
    }

    /// Desks are shared, and on some of them so is the number.
    fn owner(&self) -> Option<String> {
        let (session, number) = (self.sign_in.session()?, self.calls.number()?);
        Some(format!("{}/{number}/{}", session.organization_name, session.agent_name))
    }
}

/// For calls the time never goes back, whatever the computer's clock does: their deadlines would not come.
#[derive(Debug, Default)]
struct Clock {
    last: u64,
    /// By how much the time that goes on has left the clock that was put back behind.
    ahead: u64,
}

impl Clock {
    fn forward(&mut self, now: u64) -> u64 {
        self.ahead += self.last.saturating_sub(now);
        self.last = now;
        now + self.ahead
    }

    /// What the computer's clock says at a time of calls.
    fn wall(&self, at: u64) -> u64 {
        at.saturating_sub(self.ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_put_back_stops_no_call() {
        let mut clock = Clock::default();
        let before = clock.forward(3_600_000);

        let after = clock.forward(1_000);
        let later = clock.forward(2_000);

        assert_eq!((after - before, later - after), (0, 1_000));
        assert_eq!(clock.wall(later), 2_000);
    }
}
