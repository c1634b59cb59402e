//! Every parser of foreign bytes, and what must hold whatever the bytes are.
//!
//! The fuzz targets in `fuzz/` call these functions with what libFuzzer makes up; the test at the foot of
//! this file replays, on every run of the tests, the inputs kept in `fuzz/corpus/`, each of them also cut
//! short and damaged.

#![forbid(unsafe_code)]

use std::time::Duration;

use adapter_api::{
    auth_claim, auth_decide, auth_transaction, call_log, error::Refused, events::Event,
    session::Granted, session_refresh, sign_in_challenge, sign_in_legacy, sign_in_proof,
};
use identity::{
    keys::{Keys, NotOurs},
    session::{Token, TokenKind},
    sign_in::transaction::TransactionId,
};
use oauth::{dpop::Proof, id_token, jwk::JwkSet, jws::Compact};
use salesforce::{
    call_center::{SalesforceSso, Settings},
    definition::Definition,
    frame::Origin,
    id::UserId,
    json::{self, Value},
    open_cti::Outcome,
    running_user,
    task::{Field, Inserted, RestError, TaskRecord},
    user::{QueryResult, UserRecord, Userinfo, parse_identity_url},
};
use sip::{Account, Credentials, Dial, Output, UserAgent};
use softphone::{
    headset::{Headset, Press, Talk, Told},
    hub::{FromPage, Hub, ToPage},
};

/// Takes any bytes and panics when what must hold does not.
pub type Parser = fn(&[u8]);

/// Each parser by the name of its fuzz target and of its folder in `fuzz/corpus/`.
pub const PARSERS: [(&str, Parser); 9] = [
    ("definition", definition),
    ("frame", frame),
    ("headset", headset),
    ("hub", hub),
    ("jws", jws),
    ("requests", requests),
    ("settings", settings),
    ("sip", sip),
    ("tokens", tokens),
];

/// A call center definition file that parses prints and reads back.
pub fn definition(bytes: &[u8]) {
    let Ok(xml) = std::str::from_utf8(bytes) else { return };
    if let Ok(definition) = Definition::parse(xml) {
        let _ = definition.settings();
        let again = Definition::parse(&definition.to_xml());
        // Control characters, which XML 1.0 cannot carry, and line ends, which it folds, may be lost.
        if xml.chars().all(|c| c == '\n' || (c >= ' ' && c != '&')) && !xml.contains("CDATA") {
            assert!(again.is_ok());
        }
    }
}

/// An origin that parses can stand in a header and in an attribute; an id that parses prints as itself.
pub fn frame(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(origin) = Origin::parse(text) {
        assert!(origin.as_str().bytes().all(|b| b.is_ascii_graphic() && !b";,'\"<>".contains(&b)));
        assert!(origin.as_str().len() <= 100);
    }
    if let Ok(id) = text.parse::<UserId>() {
        assert_eq!(id.as_str().parse::<UserId>().as_ref(), Ok(&id));
    }
    let _ = parse_identity_url(text);
}

/// A headset by the first line, its collections as JSON; of each other line the first byte is what it is told before, the
/// second one the id of a report, and the rest the report. What nobody could mean is not pressed, and once is once.
pub fn headset(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let collections = lines.next().and_then(|json| serde_json::from_slice(json).ok());
    let Some(mut headset) = collections.and_then(|json| Headset::read(&json)) else { return };
    for line in lines {
        let [told, id, report @ ..] = line else { continue };
        let talk = [Talk::None, Talk::Open, Talk::Muted][usize::from(told >> 1) % 3];
        let told = Told { rings: told & 1 == 1, talk };
        headset.tell(told);
        for press in headset.heard(*id, report) {
            assert!(talk != Talk::None || (told.rings && press == Press::Hook), "{press:?}");
        }
        assert!(headset.heard(*id, report).is_empty());
        while let Some((id, report)) = headset.poll() {
            assert!((1..=4_096).contains(&report.len()), "{id}: {}", report.len());
        }
    }
}

/// Pages 0 to 3 around the hub of the extension, of which each line is a message: the page's digit, and JSON. Nobody but the
/// resident is told what is meant for it, and no message makes more of them than there are pages to tell.
pub fn hub(bytes: &[u8]) {
    let mut hub = Hub::default();
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let Some((page, json)) = line.split_first() else { continue };
        let Some(said) = serde_json::from_slice(json).ok().and_then(|json| FromPage::read(&json))
        else {
            continue;
        };
        let now = at as u64 * 1_000;
        hub.hear(now, u32::from(page % 4), said);
        hub.handle_timeout(now);
        let mut told = 0;
        while let Some((page, message)) = hub.poll() {
            let for_resident = matches!(message, ToPage::Press { .. } | ToPage::Other);
            assert!(page == 0 || !for_resident, "{page} is told {message:?}");
            assert!(!Vec::<Value>::from(message).is_empty());
            told += 1;
        }
        assert!(told <= 16, "{told} messages");
    }
}

/// Tokens and keys as strangers send them: compact JWS, DPoP proofs, key sets.
pub fn jws(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(compact) = Compact::parse(text) {
        let _ = serde_json::from_slice::<id_token::Claims>(&compact.payload);
        let _ = serde_json::from_slice::<running_user::Claims>(&compact.payload);
    }
    if let Ok(proof) = Proof::parse(text) {
        assert!(proof.key.p256_point().is_some());
        assert_eq!(proof.key.thumbprint().len(), 43);
    }
    let _ = serde_json::from_str::<JwkSet>(text);
}

/// Bodies of the panel's requests and of the adapter's answers.
pub fn requests(json: &[u8]) {
    let _ = serde_json::from_slice::<sign_in_challenge::Request>(json);
    let _ = serde_json::from_slice::<sign_in_proof::Request>(json);
    let _ = serde_json::from_slice::<sign_in_legacy::Request>(json);
    let _ = serde_json::from_slice::<auth_transaction::Request>(json);
    let _ = serde_json::from_slice::<auth_claim::Request>(json);
    let _ = serde_json::from_slice::<auth_decide::Form>(json);
    let _ = serde_json::from_slice::<session_refresh::Request>(json);
    let _ = serde_json::from_slice::<Granted>(json);
    if let Ok(request) = serde_json::from_slice::<call_log::Request>(json) {
        let printed = serde_json::to_vec(&request).expect("a request prints");
        assert_eq!(serde_json::from_slice::<call_log::Request>(&printed).ok(), Some(request));
    }
    if let Ok(receipt) = serde_json::from_slice::<call_log::Receipt>(json) {
        let printed = serde_json::to_vec(&receipt).expect("a receipt prints");
        assert_eq!(serde_json::from_slice::<call_log::Receipt>(&printed).ok(), Some(receipt));
    }
    let _ = serde_json::from_slice::<Event>(json);
    if let Ok(refused) = serde_json::from_slice::<Refused>(json) {
        let printed = serde_json::to_vec(&refused).expect("a refusal prints");
        assert_eq!(serde_json::from_slice::<Refused>(&printed).ok(), Some(refused));
    }
}

/// Call center settings, userinfo, query results and Open CTI answers, as JSON from elsewhere.
pub fn settings(bytes: &[u8]) {
    if let Ok(Value::Object(fields)) = serde_json::from_slice(bytes) {
        let flag = json::field(&fields, "/cordboard/enableSalesforceSso").cloned();
        if let Ok(settings) = Settings::parse(&fields) {
            let on = flag == Some(Value::Text("true".into()));
            assert_eq!(settings.salesforce_sso == SalesforceSso::Enabled, on);
        }
    }
    if let Ok(outcome) = serde_json::from_slice::<Outcome>(bytes) {
        let _ = outcome.into_apex_result();
    }
    let _ = serde_json::from_slice::<Userinfo>(bytes);
    let _ = serde_json::from_slice::<QueryResult<UserRecord>>(bytes);
    if let Ok(tasks) = serde_json::from_slice::<QueryResult<TaskRecord>>(bytes) {
        let whole = |task: &TaskRecord| task.fields.len() == Field::CHANGING.len();
        assert!(tasks.records.iter().all(whole));
    }
    let _ = serde_json::from_slice::<Inserted>(bytes);
    let _ = serde_json::from_slice::<Vec<RestError>>(bytes);
}

/// What a user agent with a call on its hands makes of messages, one after each NUL: whatever it answers can
/// be read, and what it began comes to an end.
pub fn sip(bytes: &[u8]) {
    let credentials = Credentials::new("1001", "secret");
    let account = Account::new("sip:1001@pbx.example", credentials, "urn:uuid:1".to_owned());
    let mut user_agent = UserAgent::new(account.expect("an address"), [1; 32]);
    user_agent.link_up(Duration::ZERO);
    user_agent.register(Duration::ZERO);
    let dial = Dial { target: "1002".to_owned(), ..Dial::default() };
    let _ = user_agent.dial(Duration::ZERO, dial);
    for message in bytes.split(|byte| *byte == 0) {
        user_agent.receive(Duration::from_secs(1), message);
        while let Some(output) = user_agent.poll_output() {
            act(&mut user_agent, output);
        }
    }
}

/// An agent who answers all that rings, and agrees to all that is offered.
fn act(user_agent: &mut UserAgent, output: Output) {
    let now = Duration::from_secs(1);
    match output {
        Output::Transmit(bytes) if bytes.iter().any(|byte| !b"\r\n".contains(byte)) => {
            assert!(sip::message::parse(&bytes).is_ok(), "{}", String::from_utf8_lossy(&bytes));
        }
        Output::Event(sip::Event::Incoming(incoming)) => {
            user_agent.answer(now, incoming.invitation, "answer".to_owned());
        }
        Output::Event(sip::Event::Offered { invitation, .. }) => {
            user_agent.answer_offer(now, invitation, "answer".to_owned());
        }
        Output::Transmit(_) | Output::Reconnect | Output::Event(_) => {}
    }
}

/// Nothing that we did not make is taken for a session token, a state, a sealed secret or a transaction.
pub fn tokens(bytes: &[u8]) {
    let keys = Keys::from_secret(&[1; 32]);
    assert_eq!(keys.unseal("name", bytes), Err(NotOurs));
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert_eq!(Token::parse(text, TokenKind::Access, &keys), None);
    assert_eq!(Token::parse(text, TokenKind::Refresh, &keys), None);
    assert_eq!(TransactionId::from_state(text, &keys), None);
    let _ = TransactionId::parse(text);
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn every_kept_input_is_survived_whole_cut_and_damaged() {
        // Cargo runs tests in their package's folder.
        let corpus = Path::new("../../fuzz/corpus");
        for (name, parse) in PARSERS {
            let kept = fs::read_dir(corpus.join(name)).unwrap();
            let inputs: Vec<Vec<u8>> =
                kept.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
            assert!(!inputs.is_empty(), "fuzz/corpus/{name} is empty");
            for input in &inputs {
                variations(input).for_each(|bytes| parse(&bytes));
            }
        }
    }

    #[test]
    fn every_parser_has_a_fuzz_target() {
        let manifest = include_str!("../../../fuzz/Cargo.toml");
        for (name, _) in PARSERS {
            assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "{name}");
        }
        assert_eq!(manifest.matches("[[bin]]").count(), PARSERS.len());
    }

    /// The input itself, cut at up to 64 places, and with a bit turned at up to 64 places.
    fn variations(input: &[u8]) -> impl Iterator<Item = Vec<u8>> {
        let step = (input.len() / 64).max(1);
        let places = || (0..input.len()).step_by(step);
        let cut = places().map(|at| input[..at].to_vec());
        let damaged = places().map(|at| {
            let mut bytes = input.to_vec();
            bytes[at] ^= 1 << (at % 8);
            bytes
        });
        std::iter::once(input.to_vec()).chain(cut).chain(damaged)
    }
}
