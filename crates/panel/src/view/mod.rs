//! What the agent sees: a [`Snapshot`](softphone::Snapshot) drawn, and clicks sent back as
//! [`Intent`](softphone::Intent)s.
//!
//! ~~~text
//! +--------------------------------+
//! | mark  who               state  |  status_bar: never moves, never hides
//! +--------------------------------+
//! | heading                 quiet  |  a stage's head
//! | what happened, what to do      |  its body: the only part that scrolls
//! |                                |
//! | [ primary action ]             |  its actions: each kind has its own place, so that none
//! | [ secondary ]                  |  appears where another one just was
//! +--------------------------------+
//! ~~~
//!
//! Decides nothing and holds nothing but what is being typed. All words come from `texts`.

/// To compare what a component is given takes more code than to draw it again.
macro_rules! drawn_with_what_is_around_it {
    ($props:ty) => {
        impl PartialEq for $props {
            fn eq(&self, _: &Self) -> bool {
                false
            }
        }
    };
}
pub(crate) use drawn_with_what_is_around_it;

mod actions;
mod administrator;
mod audio;
mod call;
mod clicked;
mod consents;
mod copy;
#[cfg(not(target_arch = "wasm32"))]
pub mod drawings;
mod element;
mod entering;
mod fields;
mod focus;
mod icon;
mod line;
mod offering;
mod pace;
mod panel;
mod presence;
mod recents;
mod refusal;
mod scene;
mod sessions;
mod signed_in;
mod stage;
mod status_bar;
mod switching;
mod time;
mod utility_item;
mod window;
mod wrap_up;

#[cfg(test)]
mod tests;

pub use pace::{Drawing, Pace};
pub use panel::{Panel, PanelProps, Shown};
pub use scene::Opens;
pub use utility_item::UtilityItem;
