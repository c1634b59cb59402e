//! What the events socket says, as facts for the mind.

use adapter_api::{
    Code,
    events::{CLOSED_BY_END, Event},
};
use softphone::protocol::{EventsFact, Refusal};

use super::adapter::Failure;

/// A frame that cannot be read is of a newer adapter, which also speaks what we can read.
pub fn heard(frame: &str) -> Option<EventsFact> {
    Some(match crate::json::read(frame)? {
        Event::Ready => EventsFact::Opened,
        Event::SessionEnded { code } => EventsFact::Ended(Refusal::new(code)),
        // Of the phone's account, and the session goes on.
        Event::CallingChanged => EventsFact::CallingChanged,
        // Of the call log, and this panel hands nothing over.
        Event::CallLogged { call, .. } => EventsFact::CallSettled { call, refusal: None },
        Event::CallLogRefused { call, refused } => {
            EventsFact::CallSettled { call, refusal: Some(refused) }
        }
    })
}

/// The close code alone tells the session's end where its frame was lost, or could not be read.
pub fn closed(code: u16) -> EventsFact {
    match code {
        CLOSED_BY_END => EventsFact::Ended(Refusal::new(Code::SessionEnded)),
        _ => EventsFact::Lost,
    }
}

/// No ticket, no socket. Only what concerns session or account ends the session; a proof that is due comes
/// with the next refresh.
pub fn no_ticket(failure: Failure) -> EventsFact {
    match failure {
        Failure::Refused(refusal) if concerns_session(refusal.code) => EventsFact::Ended(refusal),
        Failure::Later { after, .. } => EventsFact::Later(after),
        _ => EventsFact::Lost,
    }
}

fn concerns_session(code: Code) -> bool {
    let concern = code.as_str().split('.').next().unwrap_or_default();
    code != Code::SessionProofNeeded && ["session", "consent", "sign_in"].contains(&concern)
}

/// How long the adapter may take from the socket's opening to [`Event::Ready`].
pub const READY_WITHIN_MS: u32 = 15_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_and_the_end_are_heard() {
        assert_eq!(heard(r#"{"event":"ready"}"#), Some(EventsFact::Opened));
        assert_eq!(
            heard(r#"{"event":"session_ended","code":"consent.revoked"}"#),
            Some(EventsFact::Ended(Code::ConsentRevoked.into()))
        );
    }

    #[test]
    fn what_is_not_understood_is_passed_over() {
        for frame in
            ["", "ready", r#"{"event":"weather"}"#, r#"{"event":"session_ended","code":"a.b"}"#]
        {
            assert_eq!(heard(frame), None, "{frame}");
        }
    }

    #[test]
    fn only_the_private_close_code_is_the_sessions_end() {
        assert_eq!(closed(4401), EventsFact::Ended(Code::SessionEnded.into()));
        for code in [1000, 1001, 1006, 4400] {
            assert_eq!(closed(code), EventsFact::Lost, "{code}");
        }
    }

    #[test]
    fn a_refused_ticket_ends_only_what_is_over() {
        let refused = |code: Code| no_ticket(Failure::Refused(code.into()));

        for code in [Code::SessionEnded, Code::ConsentRevoked, Code::AgentDisabled] {
            assert_eq!(refused(code), EventsFact::Ended(code.into()));
        }
        for code in [
            Code::SessionProofNeeded,
            Code::DpopNonce,
            Code::RequestTooMany,
            Code::AdapterBusy,
            Code::AdapterInternal,
        ] {
            assert_eq!(refused(code), EventsFact::Lost);
        }
        assert_eq!(no_ticket(Failure::Unreachable), EventsFact::Lost);
        let later = Failure::Later { refusal: Code::RequestTooMany.into(), after: 8 };
        assert_eq!(no_ticket(later), EventsFact::Later(8));
    }
}
