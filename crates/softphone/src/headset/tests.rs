//! Headsets as they describe themselves, what they report, and what they are sent.

use proptest::{collection::vec, prelude::*};
use serde_json::json;

use super::*;
use crate::{protocol::CallId, snapshot::EndSnapshot};

const IDLE: Told = Told { rings: false, talk: Talk::None };
const RINGS: Told = Told { rings: true, talk: Talk::None };
const TALKS: Told = Told { rings: false, talk: Talk::Open };
const MUTED: Told = Told { rings: false, talk: Talk::Muted };

#[test]
fn the_hook_answers_and_hangs_up_whichever_way_it_goes() {
    let mut headset = speakerphone();

    headset.tell(RINGS);
    assert_eq!(headset.heard(2, &[0b01]), [Press::Hook]);
    headset.tell(TALKS);
    assert_eq!(headset.heard(2, &[0b00]), [Press::Hook]);
    headset.tell(IDLE);
    headset.tell(RINGS);
    assert_eq!(headset.heard(2, &[0b01]), [Press::Hook]);
}

#[test]
fn what_a_headset_was_told_comes_back_as_no_press() {
    let mut headset = speakerphone();

    headset.tell(RINGS);
    headset.tell(TALKS);
    assert_eq!(headset.heard(2, &[0b01]), []);
    assert_eq!(headset.heard(2, &[0b01]), []);
    headset.tell(IDLE);
    assert_eq!(headset.heard(2, &[0b00]), []);
}

#[test]
fn a_hook_that_is_reported_twice_before_the_phone_has_answered_was_pressed_once() {
    let mut headset = speakerphone();
    headset.tell(RINGS);

    assert_eq!(headset.heard(2, &[0b01]), [Press::Hook]);
    assert_eq!(headset.heard(2, &[0b01]), []);
    // Back to where it was told to be.
    assert_eq!(headset.heard(2, &[0b00]), []);
    assert_eq!(headset.heard(2, &[0b01]), [Press::Hook]);
}

#[test]
fn the_hook_of_an_idle_phone_is_put_back() {
    let mut headset = speakerphone();
    headset.tell(IDLE);
    assert_eq!(sent(&mut headset), [(2, vec![0])]);

    assert_eq!(headset.heard(2, &[0b01]), []);

    assert_eq!(sent(&mut headset), [(2, vec![0])]);
    // One that stays as it is is not told again and again.
    assert_eq!(headset.heard(2, &[0b01]), []);
    assert_eq!(sent(&mut headset), []);
    headset.tell(RINGS);
    assert_eq!(headset.heard(2, &[0b01]), [Press::Hook]);
}

#[test]
fn mute_is_pressed_as_it_goes_down_and_in_a_talk_alone() {
    let mut headset = speakerphone();

    headset.tell(RINGS);
    assert_eq!(headset.heard(2, &[0b100]), []);
    assert_eq!(headset.heard(2, &[0b000]), []);
    headset.tell(TALKS);
    assert_eq!(headset.heard(2, &[0b101]), [Press::Mute]);
    headset.tell(MUTED);
    assert_eq!(headset.heard(2, &[0b101]), []);
    assert_eq!(headset.heard(2, &[0b001]), []);
    assert_eq!(headset.heard(2, &[0b101]), [Press::Mute]);
}

#[test]
fn mute_that_is_a_switch_goes_by_what_it_was_told() {
    let mut headset = read(&[("inputReports", 1, vec![item(&[0x0B_0020, 0x0B_002F], 2, true)])]);
    headset.tell(TALKS);

    assert_eq!(headset.heard(1, &[0b11]), [Press::Mute]);
    headset.tell(MUTED);
    assert_eq!(headset.heard(1, &[0b11]), []);
    assert_eq!(headset.heard(1, &[0b01]), [Press::Mute]);
}

#[test]
fn lights_of_one_report_go_together() {
    let mut headset = speakerphone();

    headset.tell(Told { rings: true, talk: Talk::Muted });

    assert_eq!(sent(&mut headset), [(2, vec![0b111])]);
}

#[test]
fn lights_with_a_report_each_are_told_each() {
    let mut headset = read(&[
        ("inputReports", 8, vec![item(&[0x0B_0020], 1, true), item(&[], 7, false)]),
        ("outputReports", 0x09, vec![item(&[0x08_0009], 1, true), item(&[], 7, true)]),
        ("outputReports", 0x17, vec![item(&[0x08_0017], 1, true), item(&[], 7, true)]),
        ("outputReports", 0x18, vec![item(&[0x08_0018], 1, true), item(&[], 7, true)]),
        // *Hold*, of which it is told nothing.
        ("outputReports", 0x20, vec![item(&[0x08_0020], 1, true), item(&[], 7, true)]),
    ]);

    headset.tell(TALKS);

    assert_eq!(sent(&mut headset), [(0x09, vec![0]), (0x17, vec![1]), (0x18, vec![0])]);
}

#[test]
fn only_what_is_true_at_last_is_sent() {
    let mut headset = speakerphone();

    headset.tell(RINGS);
    headset.tell(TALKS);

    assert_eq!(sent(&mut headset), [(2, vec![0b001])]);
}

#[test]
fn a_usage_is_found_behind_fields_of_other_sizes() {
    let keypad = json!({
        "isArray": true, "isRange": true, "usageMinimum": 0x0B_00B0, "usageMaximum": 0x0B_00BB,
        "usages": [], "reportSize": 4, "reportCount": 1, "isAbsolute": true,
    });
    let range = json!({
        "isRange": true, "usageMinimum": 0x0B_001E, "usageMaximum": 0x0B_0021,
        "usages": [], "reportSize": 2, "reportCount": 4, "isAbsolute": true,
    });
    let mut headset = read(&[("inputReports", 1, vec![keypad, range])]);
    headset.tell(RINGS);

    // Four bits of keypad, then two of each.
    assert_eq!(headset.heard(1, &[0b1111, 0b0000]), []);
    assert_eq!(headset.heard(1, &[0b0000, 0b0010]), [Press::Hook]);
}

#[test]
fn a_number_of_a_usage_is_no_place_of_it() {
    let array = json!({
        "isArray": true, "isRange": false, "usages": [0x0B_0020, 0x0B_002F],
        "reportSize": 8, "reportCount": 2, "isAbsolute": true,
    });

    assert!(Headset::read(&described(&[("inputReports", 1, vec![array])])).is_none());
}

#[test]
fn a_report_that_is_cut_or_foreign_or_longer_than_any_is_nothing() {
    let mut headset = read(&[
        ("inputReports", 1, vec![item(&[0x0C_00E9], 24, true)]),
        ("inputReports", 2, vec![item(&[0x0B_0020], 9, true)]),
    ]);
    headset.tell(RINGS);

    for (report, bytes) in [(2, &[][..]), (2, &[1]), (2, &[1; 4]), (1, &[1; 3]), (7, &[1; 2])] {
        assert_eq!(headset.heard(report, bytes), [], "{report} {bytes:?}");
    }
    // As Windows fills it.
    assert_eq!(headset.heard(2, &[1, 0, 0]), [Press::Hook]);
}

#[test]
fn a_report_whose_length_is_a_lie_is_not_read() {
    for (size, count) in [(u32::MAX, u32::MAX), (1, u32::MAX), (32_769, 1), (0, 1), (1, 0)] {
        let item = json!({
            "usages": [0x0B_0020], "isRange": false, "isAbsolute": true,
            "reportSize": size, "reportCount": count,
        });
        let described = described(&[("inputReports", 1, vec![item])]);
        assert!(Headset::read(&described).is_none(), "{size} {count}");
    }
}

#[test]
fn what_is_no_headset_is_none() {
    for other in
        [json!(null), json!([]), json!([{}]), json!([{ "inputReports": [{ "items": 7 }] }])]
    {
        assert!(Headset::read(&value(&other)).is_none(), "{other}");
    }
}

#[test]
fn who_waits_is_off_the_hook_and_who_is_muted_counts_while_talked_to() {
    let call = |state| CallSnapshot { state, ..call() };
    let muted = |state| CallSnapshot { muted: true, ..call(state) };

    assert_eq!(Talk::of(&[call(CallState::RingingHere)]), Talk::None);
    assert_eq!(Talk::of(&[muted(CallState::Ended(EndSnapshot::HungUp))]), Talk::None);
    assert_eq!(Talk::of(&[muted(CallState::Held)]), Talk::Open);
    assert_eq!(Talk::of(&[call(CallState::Dialling), muted(CallState::Held)]), Talk::Open);
    assert_eq!(Talk::of(&[call(CallState::RingingHere), muted(CallState::Talking)]), Talk::Muted);
}

proptest! {
    #[test]
    fn whatever_is_described_and_reported_is_survived(
        inputs in vec(any_report(), 0..4),
        outputs in vec(any_report(), 0..4),
        reports in vec((0_u8..4, vec(any::<u8>(), 0..8), 0_u8..6), 0..16),
    ) {
        let collections = json!([{ "inputReports": inputs, "outputReports": outputs }]);
        let Some(mut headset) = Headset::read(&value(&collections)) else { return Ok(()) };
        for (report, bytes, told) in reports {
            let told = Told { rings: told % 2 == 1, talk: [Talk::None, Talk::Open, Talk::Muted][usize::from(told / 2)] };
            headset.tell(told);
            for press in headset.heard(report, &bytes) {
                prop_assert!(told.may(press));
            }
            prop_assert_eq!(headset.heard(report, &bytes), []);
            prop_assert!(sent(&mut headset).iter().all(|(_, bytes)| bytes.len() <= 4_096));
        }
    }
}

fn any_report() -> impl Strategy<Value = serde_json::Value> {
    let usage = prop_oneof![Just(0x0B_0020), Just(0x0B_002F), Just(0x08_0017), any::<u32>()];
    let number = || prop_oneof![0_u32..10, any::<u32>()];
    let item = (vec(usage, 0..4), number(), number(), any::<[bool; 3]>(), number(), number());
    let item = item.prop_map(|(usages, size, count, [range, array, absolute], least, most)| {
        json!({
            "usages": usages, "reportSize": size, "reportCount": count, "isRange": range,
            "isArray": array, "isAbsolute": absolute, "usageMinimum": least, "usageMaximum": most,
        })
    });
    let items = vec(item, 0..4);
    (0..4, items).prop_map(|(id, items)| json!({ "reportId": id, "items": items }))
}

/// As a USB speakerphone describes itself: its switches are said to be constant.
fn speakerphone() -> Headset {
    read(&[
        ("inputReports", 1, vec![item(&[0x0C_00E9, 0x0C_00EA], 8, true)]),
        (
            "inputReports",
            2,
            vec![
                item(&[0x0B_0020, 0x0B_0097], 2, true),
                item(&[0x0B_002F, 0x0B_0021, 0x0B_0070, 0x0B_0050], 4, false),
            ],
        ),
        (
            "outputReports",
            2,
            vec![
                item(&[0x08_0017, 0x08_0009, 0x08_0018, 0x08_0020, 0x08_0021], 5, true),
                item(&[], 3, true),
            ],
        ),
    ])
}

fn item(usages: &[u32], count: u32, is_absolute: bool) -> serde_json::Value {
    json!({
        "usages": usages, "isRange": false, "isArray": false, "isConstant": true,
        "reportSize": 1, "reportCount": count, "isAbsolute": is_absolute,
    })
}

type Described<'a> = (&'a str, u8, Vec<serde_json::Value>);

fn described(reports: &[Described]) -> Value {
    let of = |kind: &str| {
        let reports = reports.iter().filter(|(one, ..)| *one == kind);
        let report = |(_, id, items): &Described| json!({ "reportId": id, "items": items });
        reports.map(report).collect::<Vec<_>>()
    };
    value(&json!([{
        "usagePage": 0x0B, "usage": 5,
        "inputReports": of("inputReports"), "outputReports": of("outputReports"),
    }]))
}

fn read(reports: &[Described]) -> Headset {
    Headset::read(&described(reports)).unwrap()
}

fn value(json: &serde_json::Value) -> Value {
    serde_json::from_value(json.clone()).unwrap()
}

fn call() -> CallSnapshot {
    CallSnapshot::from_number(CallId(1), "600", CallState::Talking)
}

fn sent(headset: &mut Headset) -> Vec<(u8, Vec<u8>)> {
    std::iter::from_fn(|| headset.poll()).collect()
}
