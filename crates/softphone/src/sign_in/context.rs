//! What a transition may use: the time, what is remembered, and the effects it leaves behind.

use std::collections::VecDeque;

use adapter_api::{Code, StartedBy, Way, error::Refused, sign_in_challenge::ProofPolicy};
use salesforce::call_center::{SalesforceSso, SamlConnection, Settings};

use super::Memory;
use crate::protocol::{AdapterCall, AdapterFact, Effect, HostAsk, Refusal, Ticket};

pub(super) struct Context<'a> {
    pub now: u64,
    pub organization: &'a str,
    pub memory: &'a mut Memory,
    pub next_ticket: &'a mut u32,
    pub effects: &'a mut VecDeque<Effect>,
}

impl Context<'_> {
    pub fn ask_host(&mut self, ask: HostAsk) -> Ticket {
        let ticket = self.ticket();
        self.effects.push_back(Effect::Host(ticket, ask));
        ticket
    }

    pub fn call_adapter(&mut self, call: AdapterCall) -> Ticket {
        let ticket = self.ticket();
        self.effects.push_back(Effect::Adapter(ticket, call));
        ticket
    }

    pub fn push(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    /// Asks for a nonce and the ways, for the settings last read.
    pub fn call_challenge(&mut self, settings: &Settings) -> Ticket {
        let call = AdapterCall::Challenge {
            organization: self.organization.to_owned(),
            salesforce_sso: settings.salesforce_sso,
            saml_connection: settings.saml_connection,
        };
        self.call_adapter(call)
    }

    pub fn call_proof(&mut self, proof: adapter_api::Secret, started_by: StartedBy) -> Ticket {
        let organization = self.organization.to_owned();
        self.call_adapter(AdapterCall::Proof { organization, proof, started_by })
    }

    pub fn offers(&self, way: Way) -> bool {
        self.memory.challenge.as_ref().is_some_and(|challenge| challenge.ways.contains(&way))
    }

    pub fn proof_required(&self) -> bool {
        self.memory
            .challenge
            .as_ref()
            .is_some_and(|challenge| challenge.proof == ProofPolicy::Required)
    }

    /// What leaves nothing to offer, for the administrator.
    pub fn no_way(&self) -> Refusal {
        let settings = self.memory.settings.as_ref().map(|settings| {
            format!(
                "enableSalesforceSso={}, useSamlConnection={}",
                settings.salesforce_sso == SalesforceSso::Enabled,
                settings.saml_connection == SamlConnection::Used
            )
        });
        Refused { code: Code::NoWay, value: settings }
    }

    fn ticket(&mut self) -> Ticket {
        *self.next_ticket = self.next_ticket.wrapping_add(1);
        Ticket(*self.next_ticket)
    }
}

/// Whether the refusal is of this moment only, so that the same is asked again later: the adapter's own fault
/// or its database's, a line that is too slow, or too many requests from this address, which are mostly the
/// colleagues'.
pub(super) fn may_pass(code: Code) -> bool {
    matches!(
        code,
        Code::AdapterInternal | Code::AdapterBusy | Code::RequestTooMany | Code::RequestTooSlow
    )
}

/// Whether the console may well answer the same question when it is asked again: it was slow, or Salesforce
/// was, or an administrator has to mend something and will.
pub(super) fn console_may_answer(code: Code) -> bool {
    matches!(code, Code::HostNoAnswer | Code::HostRefused | Code::ProofUnavailable)
}

/// Whether an administrator can mend it while the panel is open.
pub(super) fn may_be_mended(code: Code) -> bool {
    !matches!(code, Code::HostScriptMissing | Code::FrameNoParameters)
}

/// Why nothing came of a call.
pub(super) fn why(fact: &AdapterFact) -> Refusal {
    match fact {
        AdapterFact::Refused(refusal) | AdapterFact::Later { refusal, .. } => refusal.clone(),
        _ => Refusal::new(Code::AdapterUnreachable),
    }
}

/// When to ask again after a call of which nothing came: when the adapter said so, or else later and later.
pub(super) fn ask_again_at(fact: &AdapterFact, now: u64, attempt: u32) -> u64 {
    match fact {
        AdapterFact::Later { after, .. } => after_wait(now, *after),
        _ => retry_at(now, attempt),
    }
}

/// Never before the adapter said, and spread like any other repetition.
pub(super) fn after_wait(now: u64, seconds: u32) -> u64 {
    let delay = u64::from(seconds.clamp(1, LONGEST_WAIT)) * 1_000;
    now + delay + now % (delay / 5)
}

/// Doubles from one second to half a minute. `now` spreads the agents of one office over a fifth more,
/// so that an adapter coming back is not met by all of them in one instant.
pub(super) fn retry_at(now: u64, attempt: u32) -> u64 {
    let base = 1_000 * 2_u64.pow(attempt.min(5));
    let delay = base.min(30_000);
    now + delay + now % (delay / 5)
}

/// Seconds. A proxy that says more is not believed.
const LONGEST_WAIT: u32 = 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_adapter_is_not_asked_before_it_said() {
        let later = |after| AdapterFact::Later { refusal: Code::RequestTooMany.into(), after };
        let delay = |after| ask_again_at(&later(after), 1_000_900, 0) - 1_000_900;

        assert!((40_000..48_000).contains(&delay(40)));
        assert!((1_000..1_200).contains(&delay(0)));
        assert!(delay(u32::MAX) < 2 * 60 * 60 * 1_000);
    }

    #[test]
    fn retries_back_off_to_half_a_minute() {
        let delays: Vec<u64> =
            (0..8).map(|attempt| retry_at(1_000_000, attempt) - 1_000_000).collect();

        assert!(delays.is_sorted());
        assert!((1_000..=1_200).contains(&delays[0]));
        assert!(delays[7] <= 36_000);
    }
}
