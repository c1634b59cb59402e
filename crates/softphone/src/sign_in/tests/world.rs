//! The deterministic world of the sign-in's tests: a panel whose console and adapter are the test.

use adapter_api::{
    Code, Secret, Way, auth_transaction,
    session::{LegacyNotice, Session, Switch},
    sign_in_challenge::{self, ProofPolicy},
};
use salesforce::{
    call_center::{SalesforceSso, SamlConnection, Settings},
    running_user::Credentials,
};

use crate::{
    Softphone,
    protocol::{
        AdapterCall, AdapterFact, Effect, EventsFact, Grant, HostAsk, HostFact, Input, Intent,
        Proof, Refusal, Ticket,
    },
    snapshot::{Offer, SignInSnapshot},
};

/// A panel whose console and adapter are the test.
pub(super) struct Panel {
    pub(super) softphone: Softphone,
    pub(super) now: u64,
    pub(super) pending_host: Vec<(Ticket, HostAsk)>,
    pub(super) pending_adapter: Vec<(Ticket, AdapterCall)>,
    pub(super) other: Vec<Effect>,
}

impl Panel {
    pub(super) fn started() -> Self {
        let mut panel = Self {
            softphone: Softphone::new("acme", crate::calls::nobody()),
            now: 1_700_000_000_000,
            pending_host: Vec::new(),
            pending_adapter: Vec::new(),
            other: Vec::new(),
        };
        panel.input(Input::Started);
        panel
    }

    pub(super) fn input(&mut self, input: Input) {
        self.softphone.handle(self.now, input);
        self.drain();
    }

    pub(super) fn with_newest_ticket(&self, input: Input) -> Input {
        match input {
            Input::Adapter(ticket, fact) => Input::Adapter(
                self.pending_adapter.last().map_or(ticket, |(newest, _)| *newest),
                fact,
            ),
            Input::Host(ticket, fact) => {
                Input::Host(self.pending_host.last().map_or(ticket, |(newest, _)| *newest), fact)
            }
            other => other,
        }
    }

    pub(super) fn intent(&mut self, intent: Intent) {
        self.input(Input::Intent(intent));
    }

    /// Answers the newest question to the console.
    pub(super) fn host(&mut self, fact: HostFact) {
        let (ticket, _) = self.pending_host.pop().expect("the console was asked nothing");
        self.input(Input::Host(ticket, fact));
    }

    /// Answers the newest call to the adapter, and says what it was.
    pub(super) fn adapter(&mut self, fact: AdapterFact) -> AdapterCall {
        let (ticket, call) = self.pending_adapter.pop().expect("the adapter was asked nothing");
        self.input(Input::Adapter(ticket, fact));
        call
    }

    pub(super) fn settings(&mut self, flag: SalesforceSso) {
        self.host(HostFact::Settings(Ok(settings(flag))));
    }

    pub(super) fn challenge(&mut self, policy: ProofPolicy, ways: &[Way]) {
        self.adapter(challenge(policy, ways));
    }

    pub(super) fn proof(&mut self) {
        self.host(HostFact::Proof(Ok(proof())));
    }

    pub(super) fn prepare_window(&mut self, phrase: Option<&str>) {
        self.challenge(ProofPolicy::Required, &[Way::Proof]);
        self.proof();
        self.adapter(transaction(phrase));
    }

    /// Lets the time pass that the mind has asked for.
    pub(super) fn wait(&mut self) {
        self.now = self.softphone.poll_timeout().expect("the mind waits for no time");
        self.softphone.handle_timeout(self.now);
        self.drain();
    }

    pub(super) fn drain(&mut self) {
        while let Some(effect) = self.softphone.poll_effect() {
            match effect {
                // The calls' own business.
                Effect::Host(_, HostAsk::Console(_)) => {}
                Effect::Host(ticket, ask) => self.pending_host.push((ticket, ask)),
                // The line's own business.
                Effect::Adapter(_, AdapterCall::CallingAccount | AdapterCall::CallLog)
                | Effect::Phone(_)
                | Effect::Log(_) => {}
                Effect::Adapter(ticket, call) => self.pending_adapter.push((ticket, call)),
                other => self.other.push(other),
            }
        }
    }

    pub(super) fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.other)
    }

    pub(super) fn sign_in(&self) -> SignInSnapshot {
        self.softphone.snapshot().sign_in
    }

    pub(super) fn offers(&self) -> Vec<Offer> {
        match self.sign_in() {
            SignInSnapshot::Offering { offers, .. } => offers,
            other => panic!("offers nothing: {other:?}"),
        }
    }

    pub(super) fn refusal(&self) -> Option<Refusal> {
        match self.sign_in() {
            SignInSnapshot::Offering { refusal, .. } => refusal,
            other => panic!("offers nothing: {other:?}"),
        }
    }

    /// Whether `input` is the adapter's grant in answer to a credential, or to the window that verified one.
    pub(super) fn grants_a_credential(&self, input: &Input) -> bool {
        let Input::Adapter(ticket, AdapterFact::Granted(_)) = input else { return false };
        self.pending_adapter.iter().any(|(asked, call)| {
            asked == ticket
                && matches!(
                    call,
                    AdapterCall::Proof { .. }
                        | AdapterCall::Legacy { .. }
                        | AdapterCall::Password { .. }
                        | AdapterCall::Claim { .. }
                )
        })
    }

    fn is_asking(&self) -> bool {
        !self.pending_host.is_empty() || !self.pending_adapter.is_empty()
    }

    /// A question under way, a time that comes, or a button.
    pub(super) fn has_a_way_out(&self) -> bool {
        match self.sign_in() {
            SignInSnapshot::Starting { .. } | SignInSnapshot::Proving => self.is_asking(),
            SignInSnapshot::Verifying { .. } => !self.pending_adapter.is_empty(),
            SignInSnapshot::Unreachable { retry_at, .. } => {
                self.softphone.poll_timeout() == retry_at
                    && (retry_at.is_some() || self.is_asking())
            }
            // These have buttons: *Try again*, *Cancel*, *Sign in*, *Sign out*.
            SignInSnapshot::Misconfigured { .. }
            | SignInSnapshot::Offering { .. }
            | SignInSnapshot::WaitingForWindow { .. }
            | SignInSnapshot::EnteringCredentials { .. }
            | SignInSnapshot::EnteringPassword { .. }
            | SignInSnapshot::SignedIn(_)
            | SignInSnapshot::SignedOut
            | SignInSnapshot::Ended { .. } => true,
        }
    }
}

pub(super) fn consent_needed() -> Panel {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof, Way::Legacy, Way::SalesforceSso]);
    panel.proof();
    panel.adapter(refused(Code::ConsentNeeded));
    panel
}

pub(super) fn signed_in() -> Panel {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof, Way::SalesforceSso]);
    panel.proof();
    panel.adapter(AdapterFact::Granted(grant(Way::Proof)));
    panel.input(Input::Events(EventsFact::Opened));
    panel.effects();
    panel
}

pub(super) fn settings(salesforce_sso: SalesforceSso) -> Settings {
    Settings {
        display_name: "Support".into(),
        salesforce_sso,
        saml_connection: SamlConnection::Unused,
        dialing: Default::default(),
        screen_pop: Default::default(),
    }
}

pub(super) fn challenge(proof: ProofPolicy, ways: &[Way]) -> AdapterFact {
    AdapterFact::Challenge(sign_in_challenge::Response {
        nonce: "nonce".into(),
        proof,
        ways: ways.to_vec(),
        organization_name: "Acme".into(),
    })
}

pub(super) fn transaction(phrase: Option<&str>) -> AdapterFact {
    AdapterFact::Transaction(auth_transaction::Response {
        transaction: "tx-1".into(),
        start_url: "https://phone.example/auth/start?tx=tx-1".into(),
        phrase: phrase.map(Into::into),
        expires_in: 600,
    })
}

pub(super) fn grant(way: Way) -> Grant {
    let legacy =
        (way == Way::Legacy).then_some(LegacyNotice { switch: Switch::Offered, last_used: None });
    Grant {
        session: Session {
            id: "s".into(),
            agent_name: "Anna Agent".into(),
            organization_name: "Acme".into(),
            way,
            signed_in_at: 1_700_000_000,
            ends_at: 1_700_028_800,
            proof_due_in: Some(900),
            legacy,
            language: Some("fr_CA".into()),
        },
        expires_in: 300,
    }
}

pub(super) fn proof() -> Proof {
    Proof { token: Secret("jwt".into()), language: None }
}

pub(super) fn proof_of_somebody_who_speaks(language: &str) -> Proof {
    Proof { language: Some(language.into()), ..proof() }
}

pub(super) fn refused(code: Code) -> AdapterFact {
    AdapterFact::Refused(Refusal::new(code))
}

pub(super) fn credentials() -> Credentials {
    Credentials { operator_id: "op-1".into(), sso_token: "token".into() }
}
