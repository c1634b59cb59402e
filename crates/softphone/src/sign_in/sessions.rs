//! Where else the agent is signed in: the list, and ending the others.

use super::{
    context::{Context, why},
    session::is_over,
    state::Sessions,
};
use crate::protocol::{AdapterCall, AdapterFact as A, Input as I, Refusal};

/// The list after an answer; and a refusal, where the answer is that this session itself is over.
pub(super) fn answered(
    sessions: Option<Sessions>,
    input: &I,
    context: &mut Context<'_>,
) -> (Option<Sessions>, Option<Refusal>) {
    let I::Adapter(answered, fact) = input else { return (sessions, None) };
    match (&sessions, fact) {
        (Some(Sessions::Loading(ticket)), A::Sessions(listed)) if ticket == answered => {
            (Some(Sessions::Listed { listed: listed.clone(), ending: None }), None)
        }
        (Some(Sessions::Listed { ending: Some(ticket), .. }), A::Done) if ticket == answered => {
            (Some(Sessions::Loading(context.call_adapter(AdapterCall::Sessions))), None)
        }
        (
            Some(Sessions::Loading(ticket) | Sessions::Listed { ending: Some(ticket), .. }),
            other,
        ) if ticket == answered => match other {
            A::Refused(refusal) => {
                let over = is_over(refusal.code).then(|| refusal.clone());
                (Some(Sessions::Failed(refusal.clone())), over)
            }
            other => (Some(Sessions::Failed(why(other))), None),
        },
        _ => (sessions, None),
    }
}
