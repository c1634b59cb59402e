//! Invitations (RFC 3261 §13): a call from the first INVITE to the last BYE.
//!
//! ~~~text
//! dial ------> Calling --(2xx)--> Established --(BYE)--> over
//!                 |                    ^
//!                 +--(CANCEL, 3xx..6xx)|---------------> over
//! INVITE ----> Ringing --(answer)------+
//! ~~~
//!
//! What happened is told as [`Event`](crate::Event)s; a phase consumes itself and says which comes
//! next.

mod calling;
mod ringing;
mod session;

pub use calling::Dial;
pub(crate) use calling::{Calling, dismiss, target};
pub(crate) use ringing::Ringing;
pub(crate) use session::Session;

use crate::{
    endpoint::Endpoint,
    event::{Cause, Event, Party},
    message::{Address, HeaderName, Headers, address, says, text},
};

/// Names a call among those of one user agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvitationId(pub u32);

pub(crate) enum Phase {
    Calling(Box<Calling>),
    Ringing(Box<Ringing>),
    Established(Box<Session>),
    Over,
}

/// The end of a call, told once.
pub(crate) fn over(endpoint: &mut Endpoint, invitation: InvitationId, cause: Cause) -> Phase {
    endpoint.clear_invitation(invitation);
    endpoint.tell(Event::Ended { invitation, cause });
    Phase::Over
}

pub(crate) fn party(address: &Address) -> Party {
    let display_name = address.display_name.as_deref().map(String::from_utf8_lossy);
    let user = address.uri.decoded_user().unwrap_or_default();
    // A `tel:` address has its number where a `sip:` one has its user.
    let number = address.uri.tel_parts().map(|tel| tel.subscriber().to_vec());
    Party {
        display_name: display_name
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty()),
        user: String::from_utf8_lossy(&number.unwrap_or(user)).into_owned(),
        uri: address.uri.to_string(),
    }
}

/// The caller: what the PBX vouches for (RFC 3325) before what the caller says.
pub(crate) fn caller(headers: &Headers) -> Option<Party> {
    address(headers, &HeaderName::PAssertedIdentity)
        .or_else(|| address(headers, &HeaderName::From))
        .map(|address| party(&address))
}

/// Why the other side ended the call, where it says so (RFC 3326).
pub(crate) fn ended_by_peer(headers: &Headers, otherwise: Cause) -> Cause {
    let reason = text(headers, &HeaderName::Reason).unwrap_or_default().to_ascii_lowercase();
    let elsewhere = reason.starts_with("sip") && says(&reason, "cause=200");
    if elsewhere { Cause::AnsweredElsewhere } else { otherwise }
}
