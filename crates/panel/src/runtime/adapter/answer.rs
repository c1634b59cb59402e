//! From the adapter's answer to what the mind is told.

use adapter_api::{
    Code, Secret, auth_transaction, call_log::Writer, call_log_turn, calling_account, consents,
    error::Refused, events, session::Granted, sessions, sign_in_challenge,
};
use salesforce::json::Value;
use serde::de::DeserializeOwned;
use softphone::protocol::{AdapterFact, Grant};

use super::Tokens;
use crate::json;

/// What counts of an HTTP answer.
pub struct Answer {
    pub status: u16,
    /// Seconds, of the header `Retry-After`.
    pub retry_after: Option<u32>,
    pub body: String,
}

/// What the mind is told, and what it is not: the tokens of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub fact: AdapterFact,
    pub tokens: Option<Tokens>,
}

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    Refused(Refused),
    /// Not at this moment; after so many seconds it may be asked again.
    Later {
        refusal: Refused,
        after: u32,
    },
    /// No answer, or an answer that was none.
    Unreachable,
}

/// What a success carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Challenge,
    Granted,
    /// A grant, or the word that there is none yet.
    Claimed,
    Transaction,
    Consents,
    Sessions,
    CallingAccount,
    CallLog,
    LogTurn,
    Numbers,
    Colleagues,
    Done,
}

impl Answered {
    pub fn granted(asked_at: u64, granted: Granted) -> Self {
        let tokens = Some(Tokens::new(asked_at, &granted));
        let Granted { session, expires_in, .. } = granted;
        Self { fact: AdapterFact::Granted(Grant { session, expires_in }), tokens }
    }
}

impl From<AdapterFact> for Answered {
    fn from(fact: AdapterFact) -> Self {
        Self { fact, tokens: None }
    }
}

impl From<Failure> for Answered {
    fn from(failure: Failure) -> Self {
        Self::from(match failure {
            Failure::Refused(refused) => AdapterFact::Refused(refused),
            Failure::Later { refusal, after } => AdapterFact::Later { refusal, after },
            Failure::Unreachable => AdapterFact::Unreachable,
        })
    }
}

impl Answer {
    pub fn read(&self, expected: Expected, asked_at: u64) -> Answered {
        self.try_read(expected, asked_at).unwrap_or_else(Answered::from)
    }

    pub fn read_ticket(&self) -> Result<Secret, Failure> {
        self.parse::<events::Ticket>().map(|ticket| ticket.ticket)
    }

    /// RFC 9449 §8: the server "can supply a nonce value […] in the response", and the request is repeated
    /// with it.
    pub fn asks_for_nonce(&self) -> bool {
        self.status == 401 && self.refused().is_some_and(|refused| refused.code == Code::DpopNonce)
    }

    fn try_read(&self, expected: Expected, asked_at: u64) -> Result<Answered, Failure> {
        Ok(match expected {
            Expected::Claimed if self.status == ACCEPTED => AdapterFact::Waiting.into(),
            Expected::Granted | Expected::Claimed => Answered::granted(asked_at, self.parse()?),
            Expected::Challenge => {
                AdapterFact::Challenge(self.parse::<sign_in_challenge::Response>()?).into()
            }
            Expected::Transaction => {
                AdapterFact::Transaction(self.parse::<auth_transaction::Response>()?).into()
            }
            Expected::Consents => {
                AdapterFact::Consents(self.parse::<consents::Response>()?.consents).into()
            }
            Expected::Sessions => AdapterFact::Sessions(self.parse::<sessions::Response>()?).into(),
            Expected::CallingAccount => {
                let account = self.parse::<calling_account::Response>()?.account;
                AdapterFact::CallingAccount(Box::new(account)).into()
            }
            Expected::CallLog => self.call_log()?.into(),
            Expected::LogTurn => self.log_turn()?.into(),
            Expected::Numbers => {
                AdapterFact::Numbers(self.list("numbers", ["e164", "dial", "shown"])?).into()
            }
            Expected::Colleagues => {
                let fields = ["name", "extension", "shown"];
                AdapterFact::Colleagues(self.list("colleagues", fields)?).into()
            }
            Expected::Done => self.success().map(|_| AdapterFact::Done.into())?,
        })
    }

    /// Of a [`Response`](adapter_api::call_log::Response) what a panel shows, read as the console's answers are: a kind of object more
    /// would weigh 1 KiB in what the browser loads.
    fn call_log(&self) -> Result<AdapterFact, Failure> {
        let response = json::value(self.success()?);
        let texts = |name: &str| {
            let texts = response[name].as_list()?.iter();
            Some(texts.filter_map(|value| value.as_str().map(str::to_owned)))
        };
        let (waiting, dispositions) =
            texts("waiting").zip(texts("dispositions")).ok_or(Failure::Unreachable)?;
        Ok(AdapterFact::CallLog {
            waiting: waiting.filter_map(|call| call.parse().ok()).collect(),
            dispositions: dispositions.collect(),
            writer: match response["writer"].as_str() == Some("apex") {
                true => Writer::Apex,
                false => Writer::Adapter,
            },
        })
    }

    /// In the same way.
    fn log_turn(&self) -> Result<AdapterFact, Failure> {
        let response = json::value(self.success()?);
        let write = &response["write"];
        let text = |name| write[name].as_str().map(str::to_owned);
        let write = text("lease").zip(text("parameters"));
        Ok(AdapterFact::LogTurn(call_log_turn::Response {
            write: write.map(|(lease, parameters)| call_log_turn::Write { lease, parameters }),
            next_in: response["next_in"].as_u64().map(|seconds| seconds as u32),
        }))
    }

    /// In the same way: of each of a list what the phone needs.
    fn list(&self, name: &str, fields: [&str; 3]) -> Result<Vec<[String; 3]>, Failure> {
        let response = json::value(self.success()?);
        let one = |answer: &Value| {
            fields.map(|name| answer[name].as_str().unwrap_or_default().to_owned())
        };
        let list = response[name].as_list().ok_or(Failure::Unreachable)?;
        Ok(list.iter().map(one).collect())
    }

    fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        json::read(self.success()?).ok_or(Failure::Unreachable)
    }

    /// A proxy's error page, a sign-in page of the network's: what is not of the adapter's own writing says
    /// only that the adapter was not reached.
    fn success(&self) -> Result<&str, Failure> {
        match (self.status, self.retry_after) {
            (200..300, _) => Ok(&self.body),
            // A proxy says so too, for an adapter that it keeps from being overrun, or that is away.
            (TOO_MANY_REQUESTS | SERVICE_UNAVAILABLE, Some(after)) => {
                let refusal = self.refused().unwrap_or(Code::AdapterUnreachable.into());
                Err(Failure::Later { refusal, after })
            }
            _ => Err(self.refused().map_or(Failure::Unreachable, Failure::Refused)),
        }
    }

    fn refused(&self) -> Option<Refused> {
        json::read(&self.body)
    }
}

/// RFC 9110 §15.3.3.
const ACCEPTED: u16 = 202;
/// RFC 6585 §4.
const TOO_MANY_REQUESTS: u16 = 429;
/// RFC 9110 §15.6.4.
const SERVICE_UNAVAILABLE: u16 = 503;

#[cfg(test)]
mod tests {
    use adapter_api::{
        Way, calling_colleagues, calling_numbers,
        sign_in_challenge::{ProofPolicy, Response},
    };

    use super::*;

    #[test]
    fn a_success_is_what_was_expected() {
        let body =
            r#"{"nonce":"n","proof":"required","ways":["proof"],"organization_name":"Acme"}"#;
        let response = Response {
            nonce: "n".into(),
            proof: ProofPolicy::Required,
            ways: vec![Way::Proof],
            organization_name: "Acme".into(),
        };

        assert_eq!(read(200, body, Expected::Challenge), AdapterFact::Challenge(response));
        assert_eq!(
            read(200, r#"{"consents":[]}"#, Expected::Consents),
            AdapterFact::Consents(vec![])
        );
        assert_eq!(read(204, "", Expected::Done), AdapterFact::Done);
    }

    #[test]
    fn of_the_call_log_what_is_shown_is_read() {
        let response = adapter_api::call_log::Response {
            waiting: vec!["0a".repeat(16).parse().unwrap()],
            dispositions: vec!["Sold".into()],
            writer: Writer::Apex,
        };
        let body = serde_json::to_string(&response).unwrap();

        let adapter_api::call_log::Response { waiting, dispositions, .. } = response;
        assert_eq!(
            read(200, &body, Expected::CallLog),
            AdapterFact::CallLog { waiting, dispositions, writer: Writer::Apex }
        );
        assert_eq!(read(200, "{}", Expected::CallLog), AdapterFact::Unreachable);
    }

    #[test]
    fn of_numbers_it_is_read_how_they_are_dialled_and_shown() {
        let number = calling_numbers::Number {
            e164: "+12065550143".into(),
            national: "(206) 555-0143".into(),
            international: "+1 206-555-0143".into(),
            shown: "(206) 555-0143".into(),
            dial: "912065550143".into(),
            region: Some("US".into()),
            plan: calling_numbers::Plan::Assigned,
        };
        let answers =
            vec![calling_numbers::Answer::Number(number), calling_numbers::Answer::NoNumber];
        let response = calling_numbers::Response { numbers: answers };
        let body = serde_json::to_string(&response).unwrap();

        let expected = ["+12065550143", "912065550143", "(206) 555-0143"].map(str::to_owned);
        let numbers = AdapterFact::Numbers(vec![expected, Default::default()]);
        assert_eq!(read(200, &body, Expected::Numbers), numbers);
    }

    #[test]
    fn of_colleagues_it_is_read_who_they_are_and_how_they_are_shown() {
        let ben = calling_colleagues::Colleague {
            name: "Ben Berger".into(),
            extension: "1002".into(),
            availability: calling_colleagues::Availability::Busy,
            shown: "Ben Berger (1002) · Busy".into(),
        };
        let response = calling_colleagues::Response { colleagues: vec![ben] };
        let body = serde_json::to_string(&response).unwrap();

        let expected = ["Ben Berger", "1002", "Ben Berger (1002) · Busy"].map(str::to_owned);
        let colleagues = AdapterFact::Colleagues(vec![expected]);
        assert_eq!(read(200, &body, Expected::Colleagues), colleagues);
        assert_eq!(read(200, "{}", Expected::Colleagues), AdapterFact::Unreachable);
    }

    #[test]
    fn what_the_console_is_to_write_is_read_and_that_there_is_nothing() {
        for response in [
            call_log_turn::Response {
                write: Some(call_log_turn::Write {
                    lease: "l".into(),
                    parameters: "call=c".into(),
                }),
                next_in: None,
            },
            call_log_turn::Response { write: None, next_in: Some(30) },
        ] {
            let body = serde_json::to_string(&response).unwrap();

            assert_eq!(read(200, &body, Expected::LogTurn), AdapterFact::LogTurn(response));
        }
        assert_eq!(read(502, "", Expected::LogTurn), AdapterFact::Unreachable);
    }

    #[test]
    fn a_grant_gives_the_mind_the_session_and_the_runtime_the_tokens() {
        for expected in [Expected::Granted, Expected::Claimed] {
            let answered = answer(200, GRANTED).read(expected, 1_000);

            let tokens = answered.tokens.unwrap();
            assert_eq!((tokens.access.0.as_str(), tokens.expires_at), ("a", 301_000));
            let AdapterFact::Granted(grant) = answered.fact else { panic!() };
            assert_eq!((grant.session.agent_name.as_str(), grant.expires_in), ("Ada", 300));
        }
    }

    #[test]
    fn only_a_claim_can_be_told_to_wait() {
        assert_eq!(read(202, "", Expected::Claimed), AdapterFact::Waiting);
        assert_eq!(read(202, "", Expected::Granted), AdapterFact::Unreachable);
    }

    #[test]
    fn a_refusal_is_the_adapters_own_whatever_the_status() {
        for status in [400, 401, 403, 429, 500, 503] {
            let fact =
                read(status, r#"{"code":"sign_in.no_agent","value":"005"}"#, Expected::Granted);

            assert_eq!(fact, AdapterFact::Refused(Refused::with_value(Code::NoAgent, "005")));
        }
    }

    #[test]
    fn what_the_adapter_did_not_write_means_that_it_was_not_reached() {
        for (status, body) in [
            (502, "<html>Bad gateway</html>"),
            (404, ""),
            (200, "<html>Welcome to the hotel</html>"),
            (403, r#"{"code":"some.proxy"}"#),
        ] {
            assert_eq!(read(status, body, Expected::Granted), AdapterFact::Unreachable, "{body}");
        }
    }

    #[test]
    fn whoever_is_told_to_come_back_later_is_told_when() {
        let read = |status, body: &str, retry_after| {
            let body = body.to_owned();
            Answer { status, retry_after, body }.read(Expected::Granted, 0).fact
        };
        let later = |code: Code, after| AdapterFact::Later { refusal: code.into(), after };
        let too_many = r#"{"code":"request.too_many"}"#;

        assert_eq!(read(429, too_many, Some(8)), later(Code::RequestTooMany, 8));
        assert_eq!(read(503, too_many, Some(5)), later(Code::RequestTooMany, 5));
        assert_eq!(read(503, "<html>", Some(120)), later(Code::AdapterUnreachable, 120));
        assert_eq!(read(429, too_many, None), AdapterFact::Refused(Code::RequestTooMany.into()));
        assert_eq!(read(500, "", Some(8)), AdapterFact::Unreachable);
    }

    #[test]
    fn a_nonce_is_asked_for_by_code_and_status() {
        assert!(answer(401, r#"{"code":"dpop.nonce"}"#).asks_for_nonce());
        assert!(!answer(401, r#"{"code":"dpop.invalid"}"#).asks_for_nonce());
        assert!(!answer(400, r#"{"code":"dpop.nonce"}"#).asks_for_nonce());
        assert!(!answer(401, "").asks_for_nonce());
    }

    #[test]
    fn a_ticket_is_read_and_its_refusal_kept() {
        assert_eq!(answer(200, r#"{"ticket":"t"}"#).read_ticket(), Ok(Secret("t".into())));
        assert_eq!(
            answer(401, r#"{"code":"session.ended"}"#).read_ticket(),
            Err(Failure::Refused(Code::SessionEnded.into()))
        );
    }

    fn read(status: u16, body: &str, expected: Expected) -> AdapterFact {
        answer(status, body).read(expected, 0).fact
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, retry_after: None, body: body.to_owned() }
    }

    const GRANTED: &str = r#"{"access_token":"a","refresh_token":"r","expires_in":300,"session":{"id":"s",
        "agent_name":"Ada","organization_name":"Acme","way":"proof","signed_in_at":1,"ends_at":2,
        "proof_due_in":900,"legacy":null}}"#;
}
