//! Call center settings, userinfo, query results and Open CTI answers, as JSON from elsewhere.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use salesforce::{
    call_center::{SalesforceSso, Settings},
    open_cti::Outcome,
    user::{QueryResult, UserRecord, Userinfo},
};

fuzz_target!(|json: &str| {
    if let Ok(settings) = serde_json::from_str::<BTreeMap<String, serde_json::Value>>(json) {
        let flag = settings.get("/cordboard/enableSalesforceSso").cloned();
        if let Ok(settings) = Settings::parse(&settings) {
            let on = flag == Some("true".into());
            assert_eq!(settings.salesforce_sso == SalesforceSso::Enabled, on);
        }
    }
    if let Ok(outcome) = serde_json::from_str::<Outcome>(json) {
        let _ = outcome.into_apex_result();
    }
    let _ = serde_json::from_str::<Userinfo>(json);
    let _ = serde_json::from_str::<QueryResult<UserRecord>>(json);
});
