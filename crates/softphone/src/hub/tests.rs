//! One page after the other; what comes in any order is in `tests/one_phone_in_a_browser.rs`.

use super::*;

const ANNA: &str = "sip:1001@pbx.example";
const BEN: &str = "sip:1002@pbx.example";

#[test]
fn the_resident_is_told_of_a_panel_and_becomes_its_phone() {
    let mut hub = Hub::default();

    hub.hear(0, 1, join(ANNA));
    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Pages(true))]);
    hub.hear(500, RESIDENT, join(ANNA));

    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Hold)]);
    hub.hear(600, RESIDENT, FromPage::Said("ringing".into()));
    assert_eq!(said(&mut hub), [(1, ToPage::Said("ringing".into()))]);
    hub.hear(700, 1, FromPage::Said("answer".into()));
    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Said("answer".into()))]);
}

#[test]
fn a_panel_is_the_phone_where_the_resident_is_too_late() {
    let mut hub = Hub::default();
    hub.hear(0, 1, join(ANNA));
    hub.hear(0, 2, join(ANNA));
    said(&mut hub);

    hub.handle_timeout(4_999);
    assert_eq!(said(&mut hub), []);
    hub.handle_timeout(5_000);
    assert_eq!(said(&mut hub), [(1, ToPage::Hold)]);
    hub.hear(6_000, RESIDENT, join(ANNA));
    assert_eq!(said(&mut hub), [(1, ToPage::GiveWay)]);
    hub.hear(7_000, 1, FromPage::Gone);

    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Hold)]);
}

#[test]
fn a_tab_that_closes_after_a_sign_out_signs_nobody_in() {
    let mut hub = Hub::default();
    for page in [1, 2, RESIDENT] {
        hub.hear(0, page, join(ANNA));
    }
    said(&mut hub);

    for page in [1, RESIDENT, 2] {
        hub.hear(1, page, FromPage::Leave);
    }
    hub.hear(2, 1, FromPage::Gone);

    let told = said(&mut hub);
    assert!(!told.contains(&(RESIDENT, ToPage::Pages(true))), "{told:?}");
}

#[test]
fn where_the_residents_session_alone_is_ended_a_panel_is_the_phone() {
    let mut hub = Hub::default();
    hub.hear(0, 1, join(ANNA));
    hub.hear(0, RESIDENT, join(ANNA));
    hub.handle_timeout(5_000);
    said(&mut hub);

    hub.hear(60_000, RESIDENT, FromPage::Leave);
    assert_eq!(said(&mut hub), []);
    hub.handle_timeout(65_000);

    assert_eq!(said(&mut hub), [(1, ToPage::Hold)]);
}

#[test]
fn the_resident_has_its_time_from_the_first_panel_on() {
    for timer in [true, false] {
        let mut hub = Hub::default();
        hub.hear(0, RESIDENT, FromPage::Gone);
        if timer {
            hub.handle_timeout(5_000);
        }

        hub.hear(60_000, 1, join(ANNA));
        hub.handle_timeout(60_001);
        hub.hear(60_500, RESIDENT, join(ANNA));

        let told = said(&mut hub);
        assert!(told.contains(&(RESIDENT, ToPage::Hold)), "{told:?}");
    }
}

#[test]
fn a_resident_that_cannot_is_waited_for_once() {
    let mut hub = Hub::default();
    hub.hear(0, 1, join(ANNA));
    hub.handle_timeout(5_000);
    hub.hear(6_000, 1, FromPage::Gone);
    said(&mut hub);

    hub.hear(7_000, 2, join(ANNA));

    assert!(said(&mut hub).contains(&(2, ToPage::Hold)));
}

#[test]
fn what_one_agents_phone_says_is_told_to_no_other() {
    let mut hub = Hub::default();
    hub.hear(0, 1, join(ANNA));
    hub.hear(0, RESIDENT, join(ANNA));
    hub.hear(0, 2, join(BEN));
    said(&mut hub);

    hub.hear(1, RESIDENT, FromPage::Said("Rose is calling".into()));
    hub.hear(1, 2, FromPage::Said("answer".into()));

    assert_eq!(said(&mut hub), [(1, ToPage::Said("Rose is calling".into()))]);
}

#[test]
fn a_console_that_does_not_answer_is_asked_last_and_only_who_was_asked_is_heard() {
    let mut hub = Hub::default();
    for page in [1, 2, RESIDENT] {
        hub.hear(0, page, join(ANNA));
    }
    hub.hear(0, 3, join(BEN));
    said(&mut hub);
    let asked = |hub: &mut Hub| match &said(hub)[..] {
        [(page, ToPage::Call { .. })] => *page,
        told => panic!("{told:?}"),
    };

    hub.hear(1, RESIDENT, call(1));
    assert_eq!(asked(&mut hub), 2);
    hub.hear(2, RESIDENT, call(2));
    assert_eq!(asked(&mut hub), 1);
    hub.hear(3, 3, FromPage::Heard { number: 2, json: "{}".into() });
    assert_eq!(said(&mut hub), []);
    hub.hear(4, 1, FromPage::Heard { number: 2, json: "{}".into() });
    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Heard { number: 2, json: "{}".into() })]);
    hub.hear(5, RESIDENT, call(3));

    assert_eq!(asked(&mut hub), 1);
}

#[test]
fn the_console_that_came_last_lends_its_script() {
    let mut hub = Hub::default();
    hub.hear(0, RESIDENT, call(1));
    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Heard { number: 1, json: String::new() })]);
    hub.hear(0, 1, join(ANNA));
    hub.hear(0, 2, join(ANNA));
    said(&mut hub);

    hub.hear(1, RESIDENT, call(2));
    assert!(matches!(&said(&mut hub)[..], [(2, ToPage::Call { number: 1, .. })]));
    hub.hear(2, 2, FromPage::Heard { number: 1, json: "{}".into() });

    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Heard { number: 2, json: "{}".into() })]);
}

#[test]
fn a_resident_that_comes_anew_is_told_of_the_panels() {
    let mut hub = Hub::default();
    hub.hear(0, 1, join(ANNA));
    hub.hear(0, RESIDENT, join(ANNA));
    said(&mut hub);

    hub.hear(1, RESIDENT, FromPage::Gone);

    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Pages(true))]);
}

#[test]
fn the_resident_gives_way_to_the_next_agent_once_nobody_of_its_own_is_there() {
    let mut hub = Hub::default();
    hub.hear(0, 1, join(ANNA));
    hub.hear(0, RESIDENT, join(ANNA));
    said(&mut hub);

    hub.hear(1, 2, join(BEN));
    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Pages(true))]);
    hub.hear(2, 1, FromPage::Gone);

    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Other)]);
}

#[test]
fn a_page_without_a_console_borrows_one_as_the_resident_does_and_each_hears_its_own_answer() {
    let mut hub = Hub::default();
    hub.hear(0, 1, FromPage::Alone);
    assert_eq!(said(&mut hub), [(1, ToPage::Pages(false))]);
    hub.hear(0, 2, join(ANNA));
    let pages = said(&mut hub);
    assert!(pages.contains(&(1, ToPage::Pages(true))), "{pages:?}");
    hub.hear(1, RESIDENT, call(7));
    hub.hear(1, 1, call(7));
    let numbers: Vec<u32> = said(&mut hub)
        .into_iter()
        .map(|(page, message)| match message {
            ToPage::Call { number, .. } if page == 2 => number,
            message => panic!("{message:?}"),
        })
        .collect();

    for number in numbers.into_iter().rev() {
        hub.hear(2, 2, FromPage::Heard { number, json: number.to_string() });
    }

    let heard = |json: &str| ToPage::Heard { number: 7, json: json.into() };
    assert_eq!(said(&mut hub), [(1, heard("2")), (RESIDENT, heard("1"))]);
}

#[test]
fn a_page_without_a_console_lends_none_and_keeps_no_resident_signed_in() {
    let mut hub = Hub::default();
    hub.hear(0, 1, FromPage::Alone);
    hub.hear(0, 1, join(ANNA));
    hub.hear(0, RESIDENT, join(ANNA));
    said(&mut hub);

    hub.hear(1, RESIDENT, call(1));

    let nobody = ToPage::Heard { number: 1, json: String::new() };
    assert_eq!(said(&mut hub), [(RESIDENT, nobody)]);
    hub.hear(2, RESIDENT, FromPage::Said("ringing".into()));
    assert_eq!(said(&mut hub), [(1, ToPage::Said("ringing".into()))]);
}

#[test]
fn what_the_resident_says_of_itself_is_shown_once_and_goes_with_it() {
    let mut hub = Hub::default();
    hub.hear(0, RESIDENT, join(ANNA));
    let rose = Ringing { call: 7, name: "Rose".into(), number: "+1".into() };
    let rings = FromPage::Rings { missed: 2, ringing: Some(rose.clone()) };
    hub.hear(1, RESIDENT, FromPage::State("available".into()));
    hub.hear(1, RESIDENT, rings.clone());

    let sign = Sign { state: "available".into(), missed: 2, ringing: Some(rose) };
    assert_eq!(hub.poll_sign(), Some(sign));
    hub.hear(2, RESIDENT, rings.clone());
    hub.hear(2, 1, FromPage::State("offline".into()));
    assert_eq!(hub.poll_sign(), None);
    hub.hear(3, RESIDENT, FromPage::Gone);

    assert_eq!(hub.poll_sign(), Some(Sign::default()));
}

#[test]
fn headsets_are_told_what_changes_for_them_and_of_the_resident_alone() {
    let mut hub = Hub::default();
    let line = |talk| FromPage::Line(Line { line: "ready".into(), talk, ..Line::default() });
    let rings = |call| {
        let ringing = Ringing { call, name: String::new(), number: "600".into() };
        FromPage::Rings { missed: 0, ringing: Some(ringing) }
    };

    hub.hear(0, 1, rings(1));
    hub.hear(0, RESIDENT, line(Talk::None));
    assert_eq!(hub.poll_told(), None);
    hub.hear(1, RESIDENT, rings(1));
    assert_eq!(hub.poll_told(), Some(Told { rings: true, talk: Talk::None }));
    hub.hear(2, RESIDENT, rings(2));
    assert_eq!(hub.poll_told(), None);
    hub.hear(3, RESIDENT, line(Talk::Muted));
    assert_eq!(hub.poll_told(), Some(Told { rings: true, talk: Talk::Muted }));
    hub.hear(4, RESIDENT, FromPage::Gone);
    assert_eq!(hub.poll_told(), Some(Told::default()));
}

#[test]
fn a_button_is_pressed_for_the_resident() {
    let mut hub = Hub::default();

    hub.press("answer".into(), "7".into());

    let press = ToPage::Press { button: "answer".into(), of: "7".into() };
    assert_eq!(said(&mut hub), [(RESIDENT, press)]);
}

#[test]
fn who_looks_or_joins_is_told_that_somebody_is_here() {
    let mut hub = Hub::default();

    hub.hear(0, 1, FromPage::Look);
    assert_eq!(hub.poll(), Some((1, ToPage::Here)));
    hub.hear(0, 1, join(ANNA));

    assert_eq!(hub.poll(), Some((1, ToPage::Here)));
}

#[test]
fn pages_of_two_builds_are_one_phone_and_tell_each_other_nothing() {
    let mut hub = Hub::default();
    hub.hear(0, 1, join_built(ANNA, "1"));
    hub.hear(0, RESIDENT, join_built(ANNA, "1"));
    said(&mut hub);

    hub.hear(1, 2, join_built(ANNA, "2"));
    hub.handle_timeout(PATIENCE);
    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Pages(true))]);
    hub.hear(6_000, RESIDENT, FromPage::Said("ringing".into()));
    assert_eq!(said(&mut hub), [(1, ToPage::Said("ringing".into()))]);
    hub.hear(7_000, 1, FromPage::Gone);

    assert_eq!(said(&mut hub), [(RESIDENT, ToPage::Other)], "it comes anew as the newer build");
}

#[test]
fn a_console_that_goes_is_not_waited_for() {
    let mut hub = Hub::default();
    hub.hear(0, 1, join(ANNA));
    hub.hear(0, RESIDENT, call(7));
    said(&mut hub);

    hub.hear(1, 1, FromPage::Gone);

    let nothing = ToPage::Heard { number: 7, json: String::new() };
    assert!(said(&mut hub).contains(&(RESIDENT, nothing)));
}

fn call(number: u32) -> FromPage {
    FromPage::Call { number, method: "runApex".into(), arguments: "{}".into() }
}

fn join(phone: &str) -> FromPage {
    join_built(phone, "1")
}

fn join_built(phone: &str, build: &str) -> FromPage {
    FromPage::Join { phone: phone.to_owned(), build: build.to_owned(), would_hold: true }
}

/// Beside the bare word that somebody is here.
fn said(hub: &mut Hub) -> Vec<(Page, ToPage)> {
    std::iter::from_fn(|| hub.poll()).filter(|(_, told)| *told != ToPage::Here).collect()
}
