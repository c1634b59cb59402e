//! What a button means that knows nothing of the calls.

use salesforce::screen_pop::ClickToDial;

use crate::{
    protocol::{Button, CallIntent},
    snapshot::{CallSnapshot, CallState as S},
};

pub(crate) fn meant(button: Button, calls: &[CallSnapshot]) -> Option<CallIntent> {
    let first = |is: fn(&CallSnapshot) -> bool| calls.iter().find(|call| is(call));
    let rings = |call: &CallSnapshot| call.state == S::RingingHere;
    Some(match button {
        Button::Answer(id) => calls.iter().find(|call| call.id == id && rings(call)).map(answer)?,
        Button::Decline(id) => {
            let call = calls.iter().find(|call| call.id == id && rings(call))?;
            CallIntent::Decline(call.id)
        }
        Button::Hook => match first(rings) {
            Some(call) => answer(call),
            // Who waits is not hung up on before who is talked to.
            None => CallIntent::HangUp(first(is_on).or_else(|| first(is_there))?.id),
        },
        Button::Mute => match first(is_on)? {
            call if call.muted => CallIntent::Unmute(call.id),
            call => CallIntent::Mute(call.id),
        },
        Button::Dial(number) => CallIntent::ClickToDial(ClickToDial { number, record: None }),
    })
}

fn answer(call: &CallSnapshot) -> CallIntent {
    CallIntent::Answer(call.id)
}

fn is_on(call: &CallSnapshot) -> bool {
    !matches!(call.state, S::RingingHere | S::Held | S::Ended(_))
}

fn is_there(call: &CallSnapshot) -> bool {
    !matches!(call.state, S::RingingHere | S::Ended(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{protocol::CallId, snapshot::EndSnapshot};

    #[test]
    fn a_button_of_a_notification_means_the_call_that_it_was_shown_for_while_it_rings() {
        let calls = [call(1, S::Talking), call(2, S::RingingHere)];

        let answer = |id| meant(Button::Answer(CallId(id)), &calls);
        assert_eq!(answer(2), Some(CallIntent::Answer(CallId(2))));
        assert_eq!(answer(1), None);
        assert_eq!(meant(Button::Decline(CallId(3)), &calls), None);
        let decline = meant(Button::Decline(CallId(2)), &calls);
        assert_eq!(decline, Some(CallIntent::Decline(CallId(2))));
    }

    #[test]
    fn the_hook_answers_who_rings_and_else_hangs_up_on_whom_is_talked_to() {
        let hook = |calls: &[CallSnapshot]| meant(Button::Hook, calls);
        let (ended, held) = (call(1, S::Ended(EndSnapshot::HungUp)), call(2, S::Held));

        assert_eq!(
            hook(&[call(3, S::Talking), call(4, S::RingingHere)]),
            Some(CallIntent::Answer(CallId(4)))
        );
        let calls = [ended.clone(), held.clone(), call(3, S::Talking)];
        assert_eq!(hook(&calls), Some(CallIntent::HangUp(CallId(3))));
        assert_eq!(hook(&[ended.clone(), held]), Some(CallIntent::HangUp(CallId(2))));
        assert_eq!(hook(&[ended]), None);
        assert_eq!(hook(&[]), None);
    }

    #[test]
    fn mute_goes_back_and_forth_and_spares_who_waits() {
        let muted = CallSnapshot { muted: true, ..call(1, S::Talking) };

        assert_eq!(meant(Button::Mute, &[muted]), Some(CallIntent::Unmute(CallId(1))));
        let calls = [call(1, S::Held), call(2, S::Talking)];
        assert_eq!(meant(Button::Mute, &calls), Some(CallIntent::Mute(CallId(2))));
        assert_eq!(meant(Button::Mute, &calls[..1]), None);
    }

    fn call(id: u32, state: S) -> CallSnapshot {
        CallSnapshot::from_number(CallId(id), "600", state)
    }
}
