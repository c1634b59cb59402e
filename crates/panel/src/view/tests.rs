//! Every state, drawn natively and read as the HTML that it becomes.

use adapter_api::Code;
use softphone::{
    Snapshot,
    protocol::Refusal,
    snapshot::{AgentState, CallState, EndSnapshot, SignInSnapshot},
};
use texts::{Language, catalogue};

use super::drawings::{all, calls, drawn, refusals, states::*};

#[test]
fn every_code_has_its_sentences() {
    for code in Code::ALL {
        assert!(
            catalogue(Language::En).codes.get(code.as_str()).is_some(),
            "{code} has no sentences"
        );
    }
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    for (code, _) in catalogue(Language::En).codes.all() {
        assert!(codes.contains(&code), "{code} is no code");
    }
}

#[test]
fn every_state_has_something_to_press_or_passes_by_itself() {
    for (name, snapshot) in all() {
        let html = drawn(Some(snapshot));
        let passes = name.starts_with("starting") || name == "proving" || name == "verifying";
        let enabled = html.split("<button").skip(1).any(|button| {
            let opening = button.split('>').next().unwrap();
            !opening.contains("disabled")
        });
        assert!(passes || enabled || name.ends_with("-paused"), "{name} has no way out");
        assert_eq!(html.contains("after-two-seconds"), passes, "{name}");
    }
}

#[test]
fn every_state_has_one_heading_and_one_announcement() {
    for (name, snapshot) in all() {
        let html = drawn(Some(snapshot));
        assert!(html.contains("data-state="), "{name}: {html}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        let announcement = between(&html, r#"<p role="status" class="unseen">"#, "</p>");
        assert!(!announcement.is_empty(), "{name} is not announced");
    }
}

#[test]
fn nothing_carries_a_style_of_its_own() {
    for (name, snapshot) in all() {
        assert!(!drawn(Some(snapshot)).contains("style="), "{name} would need 'unsafe-inline'");
    }
}

#[test]
fn before_the_mind_has_spoken_the_panel_is_starting() {
    let html = drawn(None);

    assert!(html.contains("Starting Cordboard") && html.contains("Not signed in"), "{html}");
}

#[test]
fn a_refusal_shows_the_value_for_the_administrator() {
    let html = drawn(Some(offering_refused(Code::NoAgent, "005xx000001Sv6AAAS")));

    assert!(html.contains("There is no account for you yet"), "{html}");
    assert!(html.contains("Tell your administrator"), "{html}");
    assert!(
        html.contains(r#"<code class="copyable">sign_in.no_agent 005xx000001Sv6AAAS</code>"#),
        "{html}"
    );
}

#[test]
fn every_refusal_shows_a_code_that_keys_copy() {
    for (code, refused) in refusals() {
        let html = drawn(Some(refused));

        assert!(html.contains(&format!(r#"<code class="copyable">{code}</code>"#)), "{html}");
        assert!(html.contains(r#"aria-keyshortcuts="Control+C""#) && html.contains("Ctrl+C</kbd>"));
    }
}

#[test]
fn a_flag_that_is_neither_is_shown_as_it_was_found() {
    let html = drawn(Some(misconfigured()));

    assert!(
        html.contains("<b>Enable Salesforce SSO</b> in the call center is <code>True</code>."),
        "{html}"
    );
    assert!(html.contains("<code>true</code> or <code>false</code>, in lower case"), "{html}");
}

#[test]
fn a_ringing_call_is_announced_by_name_and_stands_first() {
    let mut ringing = calls::call(2, CallState::RingingHere, Some("Maria Alvarez"));
    ringing.since -= 1;
    let talking = calls::call(1, CallState::Talking, Some("Bob"));

    let html = drawn(Some(calls::on_the_line(vec![talking, ringing])));

    assert!(
        between(&html, r#"<p role="status" class="unseen">"#, "</p>")
            .contains("Maria Alvarez is calling")
    );
    assert!(html.find("Maria Alvarez</h2>") < html.find("Bob</h2>"), "{html}");
}

#[test]
fn a_call_says_how_long_it_lasts_and_no_screen_reader_does() {
    let html = drawn(Some(calls::on_the_line(vec![calls::call(1, CallState::Talking, None)])));

    let clock = between(&html, r#"<span role="timer" aria-live="off" class="clock">"#, "</span>");
    assert_eq!(clock, "1:23");
}

#[test]
fn a_call_that_outlives_its_session_can_be_hung_up() {
    let refusal = Refusal::new(Code::AgentDisabled);
    for sign_in in [SignInSnapshot::SignedOut, SignInSnapshot::Ended { refusal }] {
        let of = |call: CallState| Snapshot {
            sign_in: sign_in.clone(),
            ..calls::on_the_line(vec![calls::call(1, call, Some("Bob"))])
        };

        let (talking, over) = (
            drawn(Some(of(CallState::Talking))),
            drawn(Some(of(CallState::Ended(EndSnapshot::HungUp)))),
        );

        assert!(talking.contains("Hang up"), "{talking}");
        assert!(!over.contains("Bob"), "{over}");
    }
}

#[test]
fn a_state_in_which_calls_are_refused_is_said_and_what_it_does() {
    let announced =
        |html: &str| between(html, r#"<p role="status" class="unseen">"#, "</p>").to_owned();
    let busy = drawn(Some(calls::on_the_line_as(AgentState::Busy(Some("Lunch".into())))));
    let available = drawn(Some(calls::on_the_line_as(AgentState::Available)));

    assert_eq!(announced(&busy), "Lunch. Calls are refused until you are available.");
    assert_eq!(announced(&available), "You are signed in as Ada Meyer");
    assert!(!available.contains("refused"), "{available}");
}

#[test]
fn an_agent_chooses_among_the_administrators_reasons() {
    let html = drawn(Some(calls::on_the_line_as(AgentState::Available)));
    let without = drawn(Some(calls::on_the_line(vec![])));

    let choices = |html: &str| -> Vec<String> {
        let list = between(html, r#"<select id="state""#, "</select>");
        list.split("</option>")
            .filter_map(|option| Some(option.rsplit_once('>')?.1.to_owned()))
            .filter(|label| !label.is_empty())
            .collect()
    };
    assert_eq!(
        choices(&html),
        ["Available", "Auto-answer", "Lunch", "Training", "Do not disturb", "Offline"]
    );
    assert_eq!(
        choices(&without),
        ["Available", "Auto-answer", "Busy", "Do not disturb", "Offline"]
    );
}

#[test]
fn recent_calls_say_who_how_and_when_and_what_was_missed() {
    let html = drawn(Some(calls::with_recents()));
    let none = drawn(Some(calls::on_the_line(vec![])));

    for said in [
        " · 2 missed",
        "Incoming · Missed while you took no calls · 12 min ago",
        "Incoming · 1:23 · 12 min ago",
        "Outgoing · Busy · 12 min ago",
    ] {
        assert!(html.contains(said), "{said} is missing: {html}");
    }
    assert!(none.contains("Your calls on this computer will stand here"), "{none}");
    assert!(!none.contains("missed"), "{none}");
}

#[test]
fn a_caller_who_withheld_the_number_cannot_be_called_back() {
    let html = drawn(Some(calls::with_recents()));

    let list = between(&html, "<details", "</details>");
    let rows: Vec<&str> = list.split("<button").skip(1).collect();
    let disabled = |row: &&str| row.contains("aria-disabled");
    assert_eq!(rows.iter().filter(|row| disabled(row)).count(), 1, "{rows:?}");
    assert!(rows.iter().any(|row| disabled(row) && row.contains("Unknown number")), "{rows:?}");
}

#[test]
fn a_value_is_escaped() {
    let html = drawn(Some(offering_refused(Code::HostRefused, "<img src=x onerror=alert(1)>")));

    assert!(!html.contains("<img"), "{html}");
}

#[test]
fn the_button_is_disabled_until_the_window_is_ready() {
    let preparing = drawn(Some(offering_window(None)));
    let ready = drawn(Some(offering_window(Some(window(None)))));

    let button = |html: &str| {
        let (before, _) = html.split_once("Sign in with Salesforce</button>").unwrap();
        before.rsplit_once("<button").unwrap().1.split_once('>').unwrap().0.to_owned()
    };
    assert!(
        button(&preparing).contains("disabled")
            && button(&preparing).contains(r#"aria-busy="true""#)
    );
    assert!(!button(&ready).contains("disabled") && !button(&ready).contains("aria-busy"));
}

#[test]
fn a_phrase_stands_in_the_panel_before_and_while_the_window_asks() {
    for snapshot in
        [offering_window(Some(window(Some("amber lantern")))), waiting(Some("amber lantern"), None)]
    {
        assert!(drawn(Some(snapshot)).contains(r#"<p class="large">amber lantern</p>"#));
    }
}

#[test]
fn a_blocked_window_is_explained_and_leads_to_a_tab() {
    let html = drawn(Some(waiting(None, Some(Code::PopupBlocked))));

    assert!(html.contains("Your browser may have blocked it"), "{html}");
    let link = between(&html, "<a ", ">");
    assert!(
        link.contains(START_URL) && link.contains("_blank") && link.contains("noopener"),
        "{link}"
    );
}

#[test]
fn the_countdown_says_when_it_is_tried_again() {
    let html = drawn(Some(unreachable(8_000)));

    assert!(html.contains("Trying again in 8 s") && html.contains("Try now"), "{html}");
    assert!(
        !between(&html, r#"<p role="status" class="unseen">"#, "</p>").contains("8 s"),
        "{html}"
    );
}

#[test]
fn a_form_that_has_to_wait_says_how_long() {
    let html = drawn(Some(paused(5_000)));

    assert!(html.contains("You can send this in 5 s"), "{html}");
    assert!(between(&html, r#"<button type="submit""#, ">").contains("aria-disabled"), "{html}");
}

#[test]
fn a_session_that_is_no_place_is_counted_and_can_be_ended() {
    let alone = drawn(Some(alone_but_for(0)));
    let not_quite = drawn(Some(alone_but_for(2)));

    assert!(!alone.contains("End the others") && !alone.contains("not in use"), "{alone}");
    assert!(not_quite.contains("You are signed in nowhere else."), "{not_quite}");
    assert!(not_quite.contains("2 more sessions are not in use"), "{not_quite}");
    assert!(not_quite.contains("End the others</button>"), "{not_quite}");
}

#[test]
fn the_token_is_typed_unseen_and_the_form_stays_when_it_is_refused() {
    for refusal in [None, Some(Code::WrongCredentials)] {
        let html = drawn(Some(entering(refusal)));

        let token = between(&html, r#"<input id="sso-token""#, ">");
        assert!(
            token.contains(r#"type="password""#) && token.contains(r#"autocomplete="off""#),
            "{token}"
        );
        assert!(!token.contains("value="), "{token}");
        assert_eq!(token.contains("aria-invalid"), refusal.is_some(), "{token}");
    }
}

#[test]
fn signed_in_says_who_where_how_and_until_when() {
    let html = drawn(Some(signed_in()));

    for said in
        ["Ada Meyer", "Acme Corporation", "Your Salesforce session", "12 min ago", "at 18:18"]
    {
        assert!(html.contains(said), "{said} is missing: {html}");
    }
}

#[test]
fn a_legacy_agent_is_told_and_can_switch_where_it_is_offered() {
    let html = drawn(Some(legacy()));

    assert!(html.contains("Your SSO token is being retired"), "{html}");
    assert!(html.contains("The token was last used on 23 Nov, 08:30."), "{html}");
    assert!(html.contains("Switch to Salesforce sign-in</button>"), "{html}");
}

#[test]
fn what_was_allowed_is_listed_with_its_date() {
    let html = drawn(Some(consents()));

    assert!(html.contains("Use your Salesforce identity in Acme Corporation"), "{html}");
    assert!(html.contains("Allowed on 3 Nov, 09:05"), "{html}");
    assert!(html.contains(r#"aria-label="Revoke the permission for Acme Corporation""#), "{html}");
}

fn between<'a>(html: &'a str, start: &str, end: &str) -> &'a str {
    let (_, after) = html.split_once(start).unwrap_or_else(|| panic!("no {start} in {html}"));
    after.split_once(end).unwrap().0
}
