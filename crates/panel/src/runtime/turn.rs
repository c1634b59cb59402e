//! One turn of the mind: an event in, and what is to be done afterwards out.

use adapter_api::session::Session;
use softphone::{
    Birth, Effect, Input, Snapshot, Softphone,
    protocol::{AdapterFact, Ticket},
    snapshot::SignInSnapshot,
};

use super::adapter::{Answered, Tokens};

/// What can happen to the mind.
#[derive(Debug)]
pub enum Event {
    Input(Input),
    Adapter(Ticket, Answered),
    Timeout,
}

/// What one event leads to, in this order.
#[derive(Debug)]
pub struct Turn {
    /// Tokens of the session that the mind has taken up.
    pub tokens: Option<Tokens>,
    pub effects: Vec<Effect>,
    /// Only if it differs from the last one.
    pub snapshot: Option<Snapshot>,
    /// Milliseconds since the Unix epoch.
    pub timeout: Option<u64>,
}

/// The mind, and what was last published of it.
#[derive(Debug)]
pub struct Mind {
    softphone: Softphone,
    /// As bytes: to compare and to copy a snapshot part by part takes more code than to write it down.
    published: Vec<u8>,
}

impl Mind {
    pub fn new(organization: String, birth: Birth) -> Self {
        Self { softphone: Softphone::new(organization, birth), published: Vec::new() }
    }

    pub fn turn(&mut self, now: u64, event: Event) -> Turn {
        let mut tokens = None;
        let mut granted = None;
        match event {
            Event::Input(input) => self.softphone.handle(now, input),
            Event::Adapter(ticket, answered) => {
                tokens = answered.tokens;
                if let AdapterFact::Granted(grant) = &answered.fact {
                    granted = Some(grant.session.clone());
                }
                self.softphone.handle(now, Input::Adapter(ticket, answered.fact));
            }
            Event::Timeout => self.softphone.handle_timeout(now),
        }
        let effects = std::iter::from_fn(|| self.softphone.poll_effect()).collect();
        let snapshot = self.softphone.snapshot();
        // An answer to a question that nobody waits for any longer may grant a session too. Its tokens must
        // not take the place of those that belong to the session shown.
        let is_taken_up = granted.is_some_and(|session| shows(&snapshot, &session));
        Turn {
            tokens: tokens.filter(|_| is_taken_up),
            effects,
            timeout: self.softphone.poll_timeout(),
            snapshot: self.publish(snapshot),
        }
    }

    fn publish(&mut self, snapshot: Snapshot) -> Option<Snapshot> {
        let bytes = postcard::to_allocvec(&snapshot).unwrap_or_default();
        let before = std::mem::replace(&mut self.published, bytes);
        (before != self.published).then_some(snapshot)
    }
}

/// Whether the agent can do something with what is shown, or needs to do nothing.
pub fn is_usable(snapshot: &Snapshot) -> bool {
    match snapshot.sign_in {
        SignInSnapshot::Starting { .. }
        | SignInSnapshot::Misconfigured { .. }
        | SignInSnapshot::Unreachable { .. }
        | SignInSnapshot::Proving
        | SignInSnapshot::Verifying { .. } => false,
        SignInSnapshot::Offering { .. }
        | SignInSnapshot::WaitingForWindow { .. }
        | SignInSnapshot::EnteringCredentials { .. }
        | SignInSnapshot::EnteringPassword { .. }
        | SignInSnapshot::SignedIn(_)
        | SignInSnapshot::SignedOut
        | SignInSnapshot::Ended { .. } => true,
    }
}

/// The mind shows a session it has taken up exactly as it was granted.
fn shows(snapshot: &Snapshot, session: &Session) -> bool {
    let SignInSnapshot::SignedIn(shown) = &snapshot.sign_in else { return false };
    (shown.way, shown.signed_in_at, shown.ends_at)
        == (session.way, session.signed_in_at, session.ends_at)
        && shown.agent_name == session.agent_name
}

#[cfg(test)]
mod tests {
    use adapter_api::{
        Code, Secret, Way,
        session::Granted,
        sign_in_challenge::{ProofPolicy, Response},
    };
    use salesforce::call_center::{SalesforceSso, SamlConnection, Settings};
    use softphone::{
        HostFact, Intent,
        protocol::{AdapterCall, HostAsk, Proof, Refusal},
    };

    use super::*;

    #[test]
    fn a_snapshot_is_published_when_it_changes_and_not_again() {
        let mut mind = Mind::new("acme".into(), birth());

        assert!(mind.turn(0, Event::Input(Input::Started)).snapshot.is_some());
        assert!(mind.turn(1, Event::Timeout).snapshot.is_none());
    }

    #[test]
    fn the_tokens_of_a_session_taken_up_are_kept_and_the_events_opened_after() {
        let (mut mind, ticket) = verifying();

        let turn = mind.turn(4, Event::Adapter(ticket, granted(Way::Proof)));

        assert_eq!(turn.tokens, granted(Way::Proof).tokens);
        assert_eq!(turn.effects[0], Effect::OpenEvents);
        assert!(turn.snapshot.as_ref().is_some_and(is_usable));
    }

    #[test]
    fn the_tokens_of_a_session_that_nobody_waits_for_are_dropped() {
        let (mut mind, ticket) = verifying();

        let turn = mind.turn(4, Event::Adapter(Ticket(ticket.0 + 100), granted(Way::Proof)));
        assert_eq!(turn.tokens, None);

        mind.turn(5, Event::Adapter(ticket, granted(Way::Proof)));
        let turn =
            mind.turn(6, Event::Adapter(Ticket(ticket.0 + 100), granted(Way::SalesforceSso)));
        assert_eq!(turn.tokens, None);
    }

    #[test]
    fn a_panel_that_the_call_center_keeps_from_starting_is_not_usable() {
        let mut mind = Mind::new("acme".into(), birth());
        let ticket = asked(mind.turn(0, Event::Input(Input::Started)));

        let refusal = Refusal::new(Code::SettingsMissing);
        let turn =
            mind.turn(1, Event::Input(Input::Host(ticket, HostFact::Settings(Err(refusal)))));

        assert!(turn.snapshot.is_some_and(|snapshot| !is_usable(&snapshot)));
    }

    #[test]
    fn a_click_on_what_is_not_there_does_nothing() {
        let (mut mind, _) = verifying();

        let turn = mind.turn(4, Event::Input(Input::Intent(Intent::SignOut)));

        assert!(turn.effects.is_empty() && turn.snapshot.is_none());
    }

    fn birth() -> Birth {
        Birth { seed: [7; 32], instance: "urn:uuid:7".into(), tab: 7 }
    }

    /// A mind that has posted a running-user proof, and the ticket of that call.
    fn verifying() -> (Mind, Ticket) {
        let mut mind = Mind::new("acme".into(), birth());
        let settings = Settings {
            display_name: "Support".into(),
            salesforce_sso: SalesforceSso::Enabled,
            saml_connection: SamlConnection::Unused,
            dialing: Default::default(),
            screen_pop: Default::default(),
        };
        let challenge = Response {
            nonce: "n".into(),
            proof: ProofPolicy::Required,
            ways: vec![Way::Proof, Way::SalesforceSso],
            organization_name: "Acme".into(),
        };
        let ticket = asked(mind.turn(0, Event::Input(Input::Started)));
        let turn =
            mind.turn(1, Event::Input(Input::Host(ticket, HostFact::Settings(Ok(settings)))));
        let [Effect::Adapter(ticket, AdapterCall::Challenge { .. })] = turn.effects[..] else {
            panic!()
        };
        let turn = mind.turn(2, Event::Adapter(ticket, AdapterFact::Challenge(challenge).into()));
        let [Effect::Host(ticket, HostAsk::Proof(_))] = turn.effects[..] else { panic!() };
        let proof = HostFact::Proof(Ok(Proof { token: Secret("p".into()), language: None }));
        let turn = mind.turn(3, Event::Input(Input::Host(ticket, proof)));
        let [Effect::Adapter(ticket, AdapterCall::Proof { .. })] = turn.effects[..] else {
            panic!()
        };
        (mind, ticket)
    }

    fn asked(turn: Turn) -> Ticket {
        let [Effect::Host(ticket, HostAsk::Settings)] = turn.effects[..] else { panic!() };
        ticket
    }

    fn granted(way: Way) -> Answered {
        let session = Session {
            id: "s".into(),
            agent_name: "Ada".into(),
            organization_name: "Acme".into(),
            way,
            signed_in_at: 1,
            ends_at: 2,
            proof_due_in: None,
            legacy: None,
            language: None,
        };
        let granted = Granted {
            access_token: Secret("a".into()),
            refresh_token: Secret("r".into()),
            expires_in: 300,
            session,
        };
        Answered::granted(0, granted)
    }
}
