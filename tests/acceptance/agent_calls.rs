//! An agent signs in and talks: real SIP, real media, both ears.

mod credentials;
mod deactivation;
mod races;
mod transfers;
mod two_calls;

use acceptance::world::{Options, story};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    calling::{
        AUDIBLE, WAY, annas_ears, dial, energy, hears, hears_nothing, hears_while, is_heard,
        is_silent, listen_anew, maria_talks, nothing_is_left, ring_as, speaks,
    },
    steps::{anna_signed_in, wait_for_call},
};

#[test]
fn an_echo_is_called_heard_and_hung_up_on() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;

        dial(&panel, "600")?;
        wait_for_call(&panel, "talking")?;
        let echo = world.pbx_call(|call| call["part"] == "echo" && energy(call) > AUDIBLE)?;
        ensure!(echo["peer"] == "1001", "{echo}");
        hears(&panel)?;
        panel.click_button("Hang up")?;

        wait_for_call(&panel, "ended")?;
        world.pbx_call(|call| call["id"] == echo["id"] && call["ended"] == "peer_hung_up")?;
        Ok(())
    })
}

#[test]
fn a_customer_calls_is_answered_and_both_hear_each_other() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;

        let customer = ring_as(world, Some("Maria Alvarez"), "+33170189900")?;
        wait_for_call(&panel, "ringing-here")?;
        panel.wait_for_text("Maria Alvarez")?;
        panel.click_button("Answer")?;
        wait_for_call(&panel, "talking")?;

        is_heard(world, &customer)?;
        hears(&panel)?;
        world.pbx_control(&format!("calls/{customer}"), &json!({ "order": "hang_up" }))?;
        wait_for_call(&panel, "ended")?;
        panel.wait_for_text("The other side hung up")
    })
}

/// Practice PBX only: the button is the practice console's, whose contacts call by its own PBX.
#[test]
fn a_contact_in_the_console_rings_who_asks_for_it() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        panel.wait_for_text("Your number is 1001")?;

        // The panel may cover the list.
        tab.evaluate("document.querySelector('a[href^=\"/lightning/r/Contact/\"]').click()")?;
        tab.click_button("Ring me as this contact")?;

        tab.wait_for_text("calls extension 1001.")?;
        wait_for_call(&panel, "ringing-here")?;
        let name = tab.evaluate("document.querySelector('h1').textContent")?;
        panel.wait_for_text(name.as_str().unwrap_or_default())
    })
}

#[test]
fn a_call_that_is_declined_is_declined_at_the_other_end() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;

        let customer = ring_as(world, Some("Maria Alvarez"), "+33170189900")?;
        wait_for_call(&panel, "ringing-here")?;
        panel.click_button("Decline")?;

        world.pbx_call(|call| call["id"] == customer && call["ended"] == "refused")?;
        Ok(())
    })
}

#[test]
fn a_caller_who_gives_up_leaves_a_missed_call() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;

        let customer = ring_as(world, Some("Maria Alvarez"), "+33170189900")?;
        wait_for_call(&panel, "ringing-here")?;
        world.pbx_control(&format!("calls/{customer}"), &json!({ "order": "hang_up" }))?;

        wait_for_call(&panel, "ended")?;
        panel.wait_for_text("Missed call")
    })
}

#[test]
fn busy_nobody_and_no_answer_are_told_apart() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;

        for (number, why) in [("602", "Busy"), ("699", "Nobody has this number")] {
            dial(&panel, number)?;
            panel.wait_for_text(why)?;
            panel.click_button("Close")?;
        }
        dial(&panel, "603")?;
        wait_for_call(&panel, "ringing-there")?;
        panel.click_button("Hang up")?;
        wait_for_call(&panel, "ended")?;

        world.pbx_call(|call| call["part"] == "no_answer" && call["ended"] == "cancelled")?;
        Ok(())
    })
}

#[test]
fn who_is_called_is_heard_before_the_answer() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;

        dial(&panel, "606")?;
        wait_for_call(&panel, "ringing-there")?;
        hears_while(&panel, "ringing-there")?;
        let early = world.pbx_call(|call| call["part"] == "early_media")?;
        world.pbx_control(&format!("calls/{}", early["id"]), &json!({ "order": "answer" }))?;

        wait_for_call(&panel, "talking")?;
        is_heard(world, &early["id"])?;
        hears(&panel)
    })
}

#[test]
fn hold_silences_both_ways_and_resume_brings_both_back() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;
        let customer = maria_talks(world, &panel)?;
        hears(&panel)?;

        panel.click_button("Hold")?;
        wait_for_call(&panel, "held")?;
        is_silent(world, &customer)?;
        hears_nothing(&panel)?;
        panel.click_button("Resume")?;
        wait_for_call(&panel, "talking")?;

        is_heard(world, &customer)?;
        hears(&panel)
    })
}

#[test]
fn who_resumes_a_call_speaks_and_hears() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;
        let customer = maria_talks(world, &panel)?;
        is_heard(world, &customer)?;

        panel.click_button("Hold")?;
        wait_for_call(&panel, "held")?;
        is_silent(world, &customer)?;
        hears_nothing(&panel)?;
        panel.click_button("Resume")?;
        wait_for_call(&panel, "talking")?;

        speaks(&panel)?;
        hears(&panel)
    })
}

#[test]
fn who_is_muted_is_not_heard() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;
        let customer = maria_talks(world, &panel)?;
        is_heard(world, &customer)?;

        panel.click_button("Mute")?;
        panel.wait_for_text("Microphone off")?;
        is_silent(world, &customer)?;
        hears(&panel)?;
        panel.click_button("Unmute")?;

        is_heard(world, &customer)
    })
}

#[test]
fn keys_are_heard_by_the_far_end() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;
        dial(&panel, "605")?;
        wait_for_call(&panel, "talking")?;
        world.pbx_call(|call| call["part"] == "keys" && call["connected"] == true)?;

        panel.click_button("Keypad")?;
        for key in ["Key 4", "Key 2", "Key #"] {
            panel.click_button(key)?;
        }

        world.pbx_call(|call| call["part"] == "keys" && call["keys"] == "42#")?;
        Ok(())
    })
}

/// Fault: the socket to the phone system is lost for ten seconds in the middle of a call.
/// Seen: the panel says that it is reconnecting, and that the call goes on; then it stops saying so.
/// Kept: the call; audio does not stop.
#[test]
fn a_call_outlives_its_socket() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;
        let customer = maria_talks(world, &panel)?;
        is_heard(world, &customer)?;

        listen_anew(world, &customer)?;
        world.pbx_control("faults", &json!({ "sockets": "refused" }))?;
        panel.wait_for_text("Reconnecting to the phone system. A call in progress goes on.")?;
        hears(&panel)?;
        world.pbx_call(|call| call["id"] == customer && packets(call) > TEN_SECONDS_OF_PACKETS)?;
        hears(&panel)?;
        world.pbx_control("faults", &json!({}))?;
        panel.wait_for_text("Your number is 1001")?;
        hears(&panel)?;

        let heard = world.pbx_call(|call| {
            call["id"] == customer && packets(call) > TEN_SECONDS_OF_PACKETS + 150
        })?;
        ensure!(heard["longest_gap_ms"].as_u64() < Some(500), "the customer hears {heard}");
        ensure!(energy(&heard) > AUDIBLE, "the customer hears {heard}");
        wait_for_call(&panel, "talking")
    })
}

/// Fault: the phone system is gone for a while, and remembers no phone when it is back.
/// Seen: the panel says that it is reconnecting, and then that the number is ready again.
/// Kept: the number; who calls it is answered, and both hear each other.
#[test]
fn a_phone_is_called_again_after_the_phone_system_was_gone() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;

        world.pbx_control("faults", &json!({ "sockets": "refused" }))?;
        panel.wait_for_text("Reconnecting to the phone system")?;
        world.pbx_control("faults", &json!({ "registrar": "forgets" }))?;
        panel.wait_for_text("Your number is 1001")?;

        let customer = maria_talks(world, &panel)?;
        is_heard(world, &customer)?;
        hears(&panel)
    })
}

/// Fault: the agent's computer changes networks in the middle of a call, and the old socket leads nowhere.
/// Seen: nothing, or for a moment that the panel is reconnecting and that the call goes on.
/// Kept: the call; its audio finds its way anew, by restarted ICE on both sides.
#[test]
fn audio_finds_its_way_anew_when_the_network_changes() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;
        let customer = maria_talks(world, &panel)?;
        is_heard(world, &customer)?;
        let before = panel.evaluate(&format!("({WAY})()"))?;

        panel.set_offline(true)?;
        panel.wait_for("!navigator.onLine")?;
        panel.set_offline(false)?;

        let anew = "way => way.connected && ['ours', 'theirs'].every(it => way[it] !== before[it])";
        let after = format!("({WAY})().then(way => (before => {anew})({before})(way))");
        panel.wait_for(&after)?;
        panel.wait_for_text("Your number is 1001")?;
        hears(&panel)?;
        is_heard(world, &customer)?;
        wait_for_call(&panel, "talking")
    })
}

#[test]
fn what_a_call_needed_goes_with_it() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = anna_signed_in(world)?;
        panel.wait_for_text("Your number is 1001")?;

        for _ in 0..3 {
            dial(&panel, "600")?;
            wait_for_call(&panel, "talking")?;
            panel.click_button("Hang up")?;
            wait_for_call(&panel, "ended")?;
            panel.click_button("Close")?;
            panel.wait_for("document.querySelector('[data-call]') === null")?;
        }

        nothing_is_left(&panel)
    })
}

fn packets(call: &Value) -> u64 {
    call["packets_received"].as_u64().unwrap_or_default()
}

const TEN_SECONDS_OF_PACKETS: u64 = 500;
