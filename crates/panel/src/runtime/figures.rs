//! What counts of a report of `RTCPeerConnection.getStats` (W3C, *Identifiers for WebRTC's Statistics API*).

use salesforce::json::Value;
use softphone::protocol::Figures;

pub fn figures(report: &Value) -> Figures {
    let mut figures = Figures::default();
    for one in report.as_list().into_iter().flatten() {
        let number = |name: &str| one[name].as_f64().unwrap_or_default();
        match one["type"].as_str() {
            Some("inbound-rtp") => {
                figures.received += number("packetsReceived") as u32;
                // Less than nothing where packets come twice.
                figures.lost += number("packetsLost") as u32;
                figures.jitter = figures.jitter.max((number("jitter") * 1e3) as u32);
            }
            Some("remote-inbound-rtp") => {
                figures.lost_there = figures.lost_there.max((number("fractionLost") * 1e2) as u32);
            }
            // Of those that were tried, the one that is used.
            Some("candidate-pair") if one["nominated"] == Value::Bool(true) => {
                figures.delay = figures.delay.max((number("currentRoundTripTime") * 1e3) as u32);
            }
            _ => {}
        }
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! json {
        ($($json:tt)+) => {
            serde_json::from_value::<Value>(serde_json::json!($($json)+)).unwrap()
        };
    }

    #[test]
    fn a_report_of_chromiums_is_counted() {
        let report = json!([
            { "type": "certificate" },
            { "type": "inbound-rtp", "packetsReceived": 150, "packetsLost": 3, "jitter": 0.0126 },
            { "type": "remote-inbound-rtp", "fractionLost": 0.078125, "roundTripTime": 0.002 },
            { "type": "candidate-pair", "nominated": true, "currentRoundTripTime": 0.042 },
            { "type": "candidate-pair", "nominated": false, "currentRoundTripTime": 3 },
        ]);

        let expected = Figures { received: 150, lost: 3, lost_there: 7, jitter: 12, delay: 42 };
        assert_eq!(figures(&report), expected);
    }

    #[test]
    fn what_cannot_be_counted_is_nothing() {
        for report in
            [json!(null), json!([1, {}, { "type": 2 }]), json!([{ "type": "inbound-rtp" }])]
        {
            assert_eq!(figures(&report), Figures::default());
        }
        let twice = json!([{ "type": "inbound-rtp", "packetsReceived": -1, "packetsLost": -4 }]);
        assert_eq!(figures(&twice), Figures::default());
    }
}
