//! From the minds' refusals to codes and statuses: one exhaustive match for each.

use adapter_api::{Code, error::Refused};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::{dpop, session, sign_in};
use store::{Fault, StoreError};

use super::limit;

/// Why a route answers no.
#[derive(Debug)]
pub struct Refusal {
    pub status: StatusCode,
    pub refused: Refused,
}

impl Refusal {
    pub fn new(status: StatusCode, code: Code) -> Self {
        Self { status, refused: code.into() }
    }

    pub fn with_value(status: StatusCode, code: Code, value: Option<String>) -> Self {
        Self { status, refused: Refused { code, value } }
    }

    pub fn code(&self) -> Code {
        self.refused.code
    }

    /// It says nothing about who asked, and passes.
    pub fn is_our_fault(&self) -> bool {
        matches!(self.code(), Code::AdapterInternal | Code::AdapterBusy)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let code = self.code();
        let mut response = (self.status, Json(self.refused)).into_response();
        // For those who count.
        response.extensions_mut().insert(code);
        limit::passing(response)
    }
}

impl From<StoreError> for Refusal {
    /// Our own fault. The cause goes to the log, never to the panel.
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::MovedOn) {
            return Self::new(StatusCode::GONE, Code::TransactionExpired);
        }
        if error.fault() == Fault::Busy {
            tracing::warn!(%error, "the database is locked");
            return Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::AdapterBusy);
        }
        tracing::error!(%error, "the store failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::AdapterInternal)
    }
}

impl From<sign_in::Refusal> for Refusal {
    fn from(refusal: sign_in::Refusal) -> Self {
        use sign_in::Refusal as R;
        let (code, value) = match refusal {
            R::NoAgent(user) => (Code::NoAgent, Some(user.to_string())),
            R::AgentDisabled(login) => (Code::AgentDisabled, Some(login)),
            R::NotInCallCenter(center) => (Code::NotInCallCenter, center.map(|id| id.to_string())),
            R::NotStandardUser(user_type) => (Code::NotStandardUser, Some(user_type)),
            R::UserInactive(user) => (Code::UserInactive, Some(user.to_string())),
            R::UserFrozen(user) => (Code::UserFrozen, Some(user.to_string())),
            R::LinkConflict(user) => (Code::LinkConflict, Some(user.to_string())),
            R::LinkConfirm(user) => (Code::LinkConfirm, Some(user.to_string())),
            R::WrongCredentials => (Code::WrongCredentials, None),
            R::UseLegacy => (Code::UseLegacy, None),
            R::UseSalesforce => (Code::UseSalesforce, None),
            R::ConsentNeeded => (Code::ConsentNeeded, None),
            R::SignedOut => (Code::SignedOut, None),
            R::OtherUser => (Code::OtherUser, None),
            R::LoginAs => (Code::LoginAs, None),
        };
        Self::with_value(StatusCode::FORBIDDEN, code, value)
    }
}

impl From<sign_in::proof::Refusal> for Refusal {
    fn from(refusal: sign_in::proof::Refusal) -> Self {
        use sign_in::proof::Refusal as R;
        let (code, value) = match refusal {
            R::Off | R::Malformed => (Code::ProofMalformed, None),
            R::Signature => (Code::ProofSignature, None),
            R::Audience(found) => (Code::ProofAudience, Some(found)),
            R::Expired(ahead) => (Code::ProofExpired, Some(format!("{ahead:+} min"))),
            R::Organization(found) => (Code::ProofOrganization, Some(found.to_string())),
            R::Use => (Code::ProofUse, None),
            R::LoginAs => (Code::LoginAs, None),
        };
        Self::with_value(StatusCode::FORBIDDEN, code, value)
    }
}

impl From<dpop::Refusal> for Refusal {
    fn from(refusal: dpop::Refusal) -> Self {
        let code = match refusal {
            dpop::Refusal::Nonce => Code::DpopNonce,
            dpop::Refusal::Invalid => Code::DpopInvalid,
        };
        Self::new(StatusCode::UNAUTHORIZED, code)
    }
}

impl From<session::Refusal> for Refusal {
    fn from(refusal: session::Refusal) -> Self {
        match refusal {
            // Whoever holds another's token learns nothing by it.
            session::Refusal::Unknown | session::Refusal::OtherKey => {
                Self::new(StatusCode::UNAUTHORIZED, Code::SessionEnded)
            }
            session::Refusal::Ended(end) => Self::new(StatusCode::UNAUTHORIZED, code_of_end(end)),
            session::Refusal::Expired => Self::new(StatusCode::UNAUTHORIZED, Code::SessionExpired),
            session::Refusal::ProofNeeded => {
                Self::new(StatusCode::FORBIDDEN, Code::SessionProofNeeded)
            }
        }
    }
}

/// What the panel is told of a session's end.
pub fn code_of_end(end: session::End) -> Code {
    use session::End;
    match end {
        End::SignedOut => Code::SignedOut,
        End::AgentDisabled => Code::AgentDisabled,
        End::ConsentRevoked => Code::ConsentRevoked,
        End::ByAdministrator | End::Elsewhere | End::Replaced | End::Standing => Code::SessionEnded,
        End::UserInactive => Code::UserInactive,
        End::UserFrozen => Code::UserFrozen,
        End::NotInCallCenter => Code::NotInCallCenter,
        End::NotStandardUser => Code::NotStandardUser,
        End::SalesforceUnreachable => Code::SalesforceUnreachable,
        End::Reused => Code::SessionReused,
        End::OtherUser => Code::SessionOtherUser,
    }
}
