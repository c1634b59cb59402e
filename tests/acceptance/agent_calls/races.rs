//! Somebody gives up while somebody answers: whatever comes first, both sides are of one mind in the end.

use acceptance::{
    browser::Frame,
    world::{Options, World, story},
};
use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    calling::{annas_ears, dial, hears, is_heard, maria_talks, nothing_is_left, ring_as},
    steps::wait_for_call,
};

/// Fault: the caller gives up while the agent answers; now the one is a little faster, now the other.
/// Seen: the call is over, as a missed one or as one that the other side hung up.
/// Kept: nothing of it, on either side; the next caller is heard.
#[test]
fn an_answer_that_crosses_the_callers_goodbye_leaves_nothing_behind() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;

        for first in [Goodbye, Answer, Goodbye] {
            let customer = ring_as(world, Some("Maria Alvarez"), "+33170189900")?;
            wait_for_call(&panel, "ringing-here")?;
            if first == Answer {
                click(&panel, "Answer")?;
            }
            tell(world, &customer, "hang_up")?;
            if first == Goodbye {
                click(&panel, "Answer")?;
            }

            is_over_for_both(world, &panel, |call| call["id"] == customer)?;
        }

        nothing_is_left(&panel)?;
        let customer = maria_talks(world, &panel)?;
        is_heard(world, &customer)?;
        hears(&panel)
    })
}

/// Fault: the agent takes a call back while the other side answers; now the one is a little faster, now the other.
/// Seen: the call is over.
/// Kept: nothing of it, on either side; the next call is heard.
#[test]
fn an_answer_that_crosses_the_agents_goodbye_leaves_nothing_behind() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;

        for first in [Goodbye, Answer, Goodbye] {
            dial(&panel, "603")?;
            wait_for_call(&panel, "ringing-there")?;
            let open = |call: &Value| call["part"] == "no_answer" && call["ended"].is_null();
            let called = world.pbx_call(open)?["id"].clone();
            if first == Answer {
                tell(world, &called, "answer")?;
            }
            click(&panel, "Hang up")?;
            if first == Goodbye {
                // It may have been taken back already.
                let _ = tell(world, &called, "answer");
            }

            is_over_for_both(world, &panel, |call| call["id"] == called)?;
        }

        nothing_is_left(&panel)?;
        dial(&panel, "600")?;
        wait_for_call(&panel, "talking")?;
        hears(&panel)
    })
}

/// Fault: the word that the caller has given up reaches the phone two seconds late, and the agent has answered by then.
/// Seen: the call is over as soon as the phone system has the answer.
/// Kept: nothing of it; the next caller is heard.
///
/// Practice PBX only: Kamailio is never late with a CANCEL.
#[test]
fn an_answer_to_somebody_who_has_gone_is_no_call() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;
        world.pbx_control("faults", &json!({ "calls": "late_cancel" }))?;

        let customer = ring_as(world, Some("Maria Alvarez"), "+33170189900")?;
        wait_for_call(&panel, "ringing-here")?;
        tell(world, &customer, "hang_up")?;
        click(&panel, "Answer")?;
        wait_for_call(&panel, "talking")?;

        is_over_for_both(world, &panel, |call| call["id"] == customer)?;
        nothing_is_left(&panel)?;
        world.pbx_control("faults", &json!({}))?;
        let customer = maria_talks(world, &panel)?;
        is_heard(world, &customer)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    Answer,
    Goodbye,
}

use First::{Answer, Goodbye};

fn tell(world: &World, call: &Value, order: &str) -> Result<()> {
    world.pbx_control(&format!("calls/{call}"), &json!({ "order": order })).map(drop)
}

/// In that moment: no hand would find the button as fast as the race needs it.
fn click(panel: &Frame, name: &str) -> Result<()> {
    let find = format!(
        "[...document.querySelectorAll('[data-call] button')].find(it => it.textContent === '{name}')"
    );
    panel.evaluate(&format!("{find}?.click()")).map(drop)
}

/// And put away, with its notes where the two have talked.
fn is_over_for_both(world: &World, panel: &Frame, is_it: impl Fn(&Value) -> bool) -> Result<()> {
    world.pbx_call(|call| is_it(call) && !call["ended"].is_null())?;
    wait_for_call(panel, "ended")?;
    panel.wait_for(&format!("({PUT_AWAY})()")).map(drop)
}

const PUT_AWAY: &str = "() => {
    const names = ['Close', 'Save'];
    const left = [...document.querySelectorAll('[data-call] button, .wrap-up button')];
    left.filter(it => names.includes(it.textContent)).forEach(it => it.click());
    return !document.querySelector('[data-call], .wrap-up');
}";
