//! Bodies of the panel's requests and of the adapter's answers.
#![no_main]

use adapter_api::{
    auth_claim, auth_decide, auth_transaction, error::Refused, events::Event, session::Granted,
    session_refresh, sign_in_challenge, sign_in_legacy, sign_in_proof,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &[u8]| {
    let _ = serde_json::from_slice::<sign_in_challenge::Request>(json);
    let _ = serde_json::from_slice::<sign_in_proof::Request>(json);
    let _ = serde_json::from_slice::<sign_in_legacy::Request>(json);
    let _ = serde_json::from_slice::<auth_transaction::Request>(json);
    let _ = serde_json::from_slice::<auth_claim::Request>(json);
    let _ = serde_json::from_slice::<auth_decide::Form>(json);
    let _ = serde_json::from_slice::<session_refresh::Request>(json);
    let _ = serde_json::from_slice::<Granted>(json);
    let _ = serde_json::from_slice::<Event>(json);
    if let Ok(refused) = serde_json::from_slice::<Refused>(json) {
        let printed = serde_json::to_vec(&refused).unwrap();
        assert_eq!(serde_json::from_slice::<Refused>(&printed).unwrap(), refused);
    }
});
