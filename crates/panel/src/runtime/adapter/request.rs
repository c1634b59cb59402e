//! What travels for each call: everything but the proof.

use adapter_api::{
    Code, Secret, auth_claim, auth_transaction, call_log, call_log_turn, calling_account,
    calling_colleagues, calling_numbers, consents, events, session, session_refresh, sessions,
    sign_in_challenge, sign_in_legacy, sign_in_password, sign_in_proof,
};
use salesforce::call_center::DialingOptions;
use serde::Serialize;
use softphone::protocol::{AdapterCall, Refusal, TransactionFrom};

use super::{Expected, Failure, Held};

/// One HTTP request, and what its success looks like.
#[derive(Debug)]
pub struct Request {
    /// RFC 9449 §4.2, `htm`: the method as it stands in the request line.
    pub method: &'static str,
    pub path: String,
    pub body: Option<Secret>,
    pub authorization: Authorization,
    pub expected: Expected,
    pub deadline_ms: u32,
}

/// Whether an access token goes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    None,
    Session(Secret),
}

impl Request {
    /// `challenge` is that of the verifier made for this call, should it open a transaction. What cannot be
    /// asked, because what has to go along is not there, is answered at once.
    pub fn of(call: AdapterCall, held: &Held, now: u64, challenge: &str) -> Result<Self, Failure> {
        use Expected as E;
        Ok(match call {
            AdapterCall::Challenge { organization, salesforce_sso, saml_connection } => {
                let body =
                    sign_in_challenge::Request { organization, salesforce_sso, saml_connection };
                Self::post(sign_in_challenge::PATH, &body, E::Challenge)
            }
            AdapterCall::Proof { organization, proof, started_by } => {
                let body = sign_in_proof::Request { organization, proof, started_by };
                Self::post(sign_in_proof::PATH, &body, E::Granted)
            }
            AdapterCall::Legacy { organization, credentials, proof, started_by } => {
                let (operator_id, sso_token) =
                    (Secret(credentials.operator_id), Secret(credentials.sso_token));
                let body = sign_in_legacy::Request {
                    organization,
                    operator_id,
                    sso_token,
                    proof,
                    started_by,
                };
                Self::post(sign_in_legacy::PATH, &body, E::Granted)
            }
            AdapterCall::Password { organization, login, password, proof } => {
                let body = sign_in_password::Request { organization, login, password, proof };
                Self::post(sign_in_password::PATH, &body, E::Granted)
            }
            AdapterCall::OpenTransaction { organization, proof, from } => {
                let (method, challenge) =
                    (auth_transaction::Method::SalesforceSso, challenge.to_owned());
                let body = auth_transaction::Request { organization, method, challenge, proof };
                let request = Self::post(auth_transaction::PATH, &body, E::Transaction);
                match from {
                    TransactionFrom::Nobody => request,
                    TransactionFrom::Session => request.in_session(held, now)?,
                }
            }
            AdapterCall::Claim { transaction } => {
                let verifier = held.verifier(&transaction).ok_or_else(expired)?;
                let body = auth_claim::Request { verifier: Secret(verifier.as_str().to_owned()) };
                let request = Self::post(&auth_claim::path(&transaction), &body, E::Claimed);
                Self { deadline_ms: CLAIM_DEADLINE_MS, ..request }
            }
            AdapterCall::Refresh { proof } => {
                let refresh_token = held.refresh().ok_or(Failure::Unreachable)?.clone();
                let body = session_refresh::Request { refresh_token, proof };
                let request = Self::post(session_refresh::PATH, &body, E::Granted);
                Self { deadline_ms: REFRESH_DEADLINE_MS, ..request }
            }
            AdapterCall::SignOut => {
                Self::new("DELETE", session::PATH, E::Done).in_session(held, now)?
            }
            AdapterCall::Consents => {
                Self::new("GET", consents::PATH, E::Consents).in_session(held, now)?
            }
            AdapterCall::RevokeConsent(id) => {
                Self::new("DELETE", &consents::one_path(&id), E::Done).in_session(held, now)?
            }
            AdapterCall::Sessions => {
                Self::new("GET", sessions::PATH, E::Sessions).in_session(held, now)?
            }
            AdapterCall::CallingAccount => {
                Self::new("GET", calling_account::PATH, E::CallingAccount).in_session(held, now)?
            }
            AdapterCall::CallLog => {
                Self::new("GET", call_log::PATH, E::CallLog).in_session(held, now)?
            }
            AdapterCall::HandOver(body) => {
                let request = Self::new("PUT", call_log::PATH, E::Done).in_session(held, now)?;
                Self { body: Some(body), ..request }
            }
            AdapterCall::Colleagues(name) => {
                Self::new("GET", &colleagues_path(&name), E::Colleagues).in_session(held, now)?
            }
            AdapterCall::Numbers { numbers, dialing } => {
                let body = numbers_body(&numbers, &dialing);
                Self::posted(calling_numbers::PATH, body, E::Numbers).in_session(held, now)?
            }
            AdapterCall::LogTurn(done) => {
                let body = turn_body(done);
                Self::posted(call_log_turn::PATH, body, E::LogTurn).in_session(held, now)?
            }
            AdapterCall::EndOtherSessions => {
                Self::new("DELETE", sessions::PATH, E::Done).in_session(held, now)?
            }
        })
    }

    pub fn events_ticket(held: &Held, now: u64) -> Result<Self, Failure> {
        Self::new("POST", events::TICKET_PATH, Expected::Done).in_session(held, now)
    }

    fn new(method: &'static str, path: &str, expected: Expected) -> Self {
        let authorization = Authorization::None;
        Self {
            method,
            path: path.to_owned(),
            body: None,
            authorization,
            expected,
            deadline_ms: DEADLINE_MS,
        }
    }

    fn posted(path: &str, body: String, expected: Expected) -> Self {
        Self { body: Some(Secret(body)), ..Self::new("POST", path, expected) }
    }

    fn post(path: &str, body: &impl Serialize, expected: Expected) -> Self {
        let body = serde_json::to_string(body).ok().map(Secret);
        Self { body, ..Self::new("POST", path, expected) }
    }

    /// Without a living token the adapter cannot be asked, which ends no session: the mind tries again
    /// after the refresh.
    fn in_session(self, held: &Held, now: u64) -> Result<Self, Failure> {
        let access = held.access(now).ok_or(Failure::Unreachable)?.clone();
        Ok(Self { authorization: Authorization::Session(access), ..self })
    }
}

/// As `serde_json` would write it, which weighs half a KiB more for these two. Digits and prefixes need no escape.
fn numbers_body(numbers: &[String], dialing: &DialingOptions) -> String {
    let DialingOptions { outside, long_distance, international } = dialing;
    [
        r#"{"numbers":[""#,
        &numbers.join("\",\""),
        r#""],"dialing":{"outside":""#,
        outside,
        r#"","long_distance":""#,
        long_distance,
        r#"","international":""#,
        international,
        r#""}}"#,
    ]
    .concat()
}

/// RFC 3986 §2.1: "A percent-encoded octet is encoded as a character triplet".
fn colleagues_path(name: &str) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    let mut path = [calling_colleagues::PATH, "?q="].concat();
    for byte in name.bytes() {
        path.extend(['%', digit(byte >> 4), digit(byte & 15)]);
    }
    path
}

/// A lease needs no escape either.
fn turn_body(done: Option<call_log_turn::Done>) -> String {
    let Some(call_log_turn::Done { lease, outcome }) = done else {
        return r#"{"done":null}"#.to_owned();
    };
    let (how, said) = match outcome {
        call_log_turn::Outcome::Returned(text) => ("returned", text),
        call_log_turn::Outcome::Failed(said) => ("failed", said),
    };
    let said = serde_json::to_string(&said).unwrap_or_default();
    [r#"{"done":{"lease":""#, &lease, r#"","outcome":{""#, how, "\":", &said, "}}}"].concat()
}

/// The transaction is of another page, or so old that its verifier has made room.
fn expired() -> Failure {
    Failure::Refused(Refusal::new(Code::TransactionExpired))
}

const DEADLINE_MS: u32 = 15_000;
const CLAIM_DEADLINE_MS: u32 = (auth_claim::LONG_POLL as u32 + 10) * 1_000;
/// A lost answer can be asked for again for ten seconds, so the repetition must not come later.
const REFRESH_DEADLINE_MS: u32 = 6_000;

#[cfg(test)]
mod tests {
    use adapter_api::StartedBy;
    use oauth::pkce::Verifier;
    use salesforce::{
        call_center::{SalesforceSso, SamlConnection},
        running_user::Credentials,
    };

    use super::*;
    use crate::runtime::adapter::Tokens;

    #[test]
    fn a_challenge_names_the_organization_and_what_the_call_center_says() {
        let request = request(AdapterCall::Challenge {
            organization: "acme".into(),
            salesforce_sso: SalesforceSso::Enabled,
            saml_connection: SamlConnection::Unused,
        });

        assert_eq!((request.method, request.path.as_str()), ("POST", "/sign-in/challenge"));
        assert_eq!(request.authorization, Authorization::None);
        assert_eq!(
            request.body.unwrap().0,
            r#"{"organization":"acme","salesforce_sso":"enabled","saml_connection":"unused"}"#
        );
    }

    #[test]
    fn only_a_switch_opens_its_transaction_with_the_session() {
        let open =
            |from| AdapterCall::OpenTransaction { organization: "acme".into(), proof: None, from };

        assert_eq!(request(open(TransactionFrom::Nobody)).authorization, Authorization::None);
        let switch = request(open(TransactionFrom::Session));
        assert_eq!(switch.authorization, Authorization::Session(Secret("access".into())));
        assert!(switch.body.unwrap().0.contains(r#""challenge":"challenge""#));
    }

    #[test]
    fn a_claim_shows_its_own_transactions_verifier_and_outlasts_the_long_poll() {
        let request = request(AdapterCall::Claim { transaction: "t1".into() });

        assert_eq!(request.path, "/auth/tx/t1/claim");
        assert!(request.body.unwrap().0.contains(Verifier::from_random([1; 32]).as_str()));
        assert!(u64::from(request.deadline_ms) > auth_claim::LONG_POLL * 1_000);
    }

    #[test]
    fn a_claim_of_an_unknown_transaction_is_answered_without_asking() {
        let call = AdapterCall::Claim { transaction: "t2".into() };

        assert_eq!(Request::of(call, &held(), 0, "").unwrap_err(), expired());
    }

    #[test]
    fn without_a_living_token_nothing_is_asked_in_the_sessions_name() {
        let calls =
            [AdapterCall::SignOut, AdapterCall::Consents, AdapterCall::RevokeConsent("c".into())];
        for call in calls {
            assert!(Request::of(call.clone(), &held(), 999, "").is_ok());
            assert_eq!(Request::of(call, &held(), 1_000, "").unwrap_err(), Failure::Unreachable);
        }
        assert!(Request::events_ticket(&held(), 1_000).is_err());
        assert!(Request::of(AdapterCall::Refresh { proof: None }, &held(), 1_000, "").is_ok());
    }

    #[test]
    fn what_is_written_by_hand_is_what_the_adapter_reads() {
        let (outside, international) = ("9".into(), "*011#".into());
        let dialing = DialingOptions { outside, long_distance: String::new(), international };
        let numbers = vec!["+12065550143".to_owned(), "2530000".to_owned()];
        let asked = calling_numbers::Request { numbers: numbers.clone(), dialing: dialing.clone() };
        let body = request(AdapterCall::Numbers { numbers, dialing }).body.unwrap().0;
        assert_eq!(serde_json::from_str::<calling_numbers::Request>(&body).unwrap(), asked);

        for outcome in [
            call_log_turn::Outcome::Returned(r#"{"task":"00T"}"#.into()),
            call_log_turn::Outcome::Failed("a \"rule\"\nsays no".into()),
        ] {
            let done = Some(call_log_turn::Done { lease: "l-_1".into(), outcome });
            for done in [done, None] {
                let body = request(AdapterCall::LogTurn(done.clone())).body.unwrap().0;
                let read = serde_json::from_str::<call_log_turn::Request>(&body).unwrap();
                assert_eq!(read.done, done);
            }
        }
    }

    #[test]
    fn a_name_is_asked_for_whatever_it_is_written_in() {
        let request = request(AdapterCall::Colleagues("Hé &1".into()));

        assert_eq!(request.path, "/calling/colleagues?q=%48%c3%a9%20%26%31");
        assert_eq!(request.method, "GET");
    }

    #[test]
    fn a_request_never_shows_its_secrets() {
        let credentials = Credentials { operator_id: "op-7".into(), sso_token: "s3cret".into() };
        let (organization, started_by) = ("acme".into(), StartedBy::Agent);
        let legacy = AdapterCall::Legacy { organization, credentials, proof: None, started_by };

        let shown = format!("{:?} {:?}", request(legacy), request(AdapterCall::SignOut));

        assert!(
            !shown.contains("op-7") && !shown.contains("s3cret") && !shown.contains("\"access")
        );
    }

    fn request(call: AdapterCall) -> Request {
        Request::of(call, &held(), 0, "challenge").unwrap()
    }

    fn held() -> Held {
        let mut held = Held::default();
        let (access, refresh) = (Secret("access".into()), Secret("refresh".into()));
        held.adopt(Tokens { access, refresh, expires_at: 1_000 });
        held.keep("t1".into(), Verifier::from_random([1; 32]));
        held
    }
}
