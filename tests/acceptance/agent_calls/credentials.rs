//! What an agent's phone says to the phone system to be let in: something that ends by itself, or a password of the
//! agent's own.

use acceptance::{
    desk::{Desk, Phone, Visitor, at_the_desk},
    machine::Machine,
    world::{ORGANIZATION, Options, World, story},
};
use adapter_api::{
    Code,
    calling_account::{Account, Response},
};
use anyhow::{Result, ensure};
use sip::Registration;

use crate::{
    calling::{annas_ears, dial, hears, is_heard, maria_talks},
    steps::{anna_signed_in, wait_for_call, wait_for_code},
};

#[test]
fn an_agent_with_a_password_of_her_own_calls_and_is_called() -> Result<()> {
    story(&Options::calling(), |world| {
        let password = world.trunk()?.password;
        annas_password(world, &password)?;
        world.cordboard(&["organization", "set", ORGANIZATION, "--clear", "sip-secret"])?;

        let panel = annas_ears(world)?;
        let customer = maria_talks(world, &panel)?;
        is_heard(world, &customer)?;
        hears(&panel)?;
        panel.click_button("Hang up")?;
        world.pbx_call(|call| call["id"] == customer && call["ended"] == "peer_hung_up")?;
        panel.wait_for("!document.querySelector('[data-call]')")?;
        dial(&panel, "600")?;
        wait_for_call(&panel, "talking")?;
        hears(&panel)
    })
}

/// Fault: the administrator mistypes the password of an agent's own.
/// Seen: `calling.registration`, with what the phone system said; nothing once the password is right.
/// Kept: the session; the phone is ready without a click or a reload.
#[test]
fn a_wrong_password_is_named_and_the_right_one_taken_at_once() -> Result<()> {
    story(&Options::calling(), |world| {
        annas_password(world, "mistyped")?;
        let (_tab, panel) = anna_signed_in(world)?;
        wait_for_code(&panel, "calling.registration")?;

        annas_password(world, &world.trunk()?.password)?;

        panel.wait_for_text("Your number is 1001")?;
        dial(&panel, "600")?;
        wait_for_call(&panel, "talking")
    })
}

/// Attack: Somebody keeps what an agent's phone was given to call with, after the agent has been disabled.
/// Refused: There is nothing new for the agent; what was kept opens the phone system until its 60 minutes are over.
#[test]
fn what_a_disabled_agents_phone_was_given_ends_within_the_hour() -> Result<()> {
    let machine = Machine::new()?;
    let options = Options { adapter_environment: machine.environment(), ..Options::calling() };
    at_the_desk(&options, |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let token = desk.sign_in_by_window(&mut anna)?.access_token.0;
        let given = |ago: i64| -> Result<Account> {
            machine.shift_clock(-ago)?;
            let answer = desk.calling_account(&token)?;
            ensure!(answer.status == 200, "{answer:?}");
            Ok(serde_json::from_value::<Response>(answer.json()?)?.account)
        };
        let (an_hour_ago, half_an_hour_ago) = (given(3601)?, given(1800)?);
        machine.shift_clock(0)?;

        installation.cordboard(&["agent", "disable", ORGANIZATION, "anna"])?;

        desk.calling_account(&token)?.refuses(401, Code::AgentDisabled)?;
        let word = Phone::register(installation, &half_an_hour_ago)?;
        ensure!(word == Registration::Registered, "after half an hour: {word:?}");
        let word = Phone::register(installation, &an_hour_ago)?;
        ensure!(matches!(word, Registration::Refused { .. }), "after an hour: {word:?}");
        Ok(())
    })
}

fn annas_password(world: &World, password: &str) -> Result<()> {
    let file = world.secret_file("anna", password)?;
    let words = ["agent", "set", ORGANIZATION, "anna", "--sip-password-file", &file];
    world.cordboard(&words).map(drop)
}
