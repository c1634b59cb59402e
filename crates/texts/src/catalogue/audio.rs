//! The texts of the devices for sound.

use crate::{Template, part::texts};

texts! {
    /// By which devices the agent hears and is heard.
    pub struct Audio {
        pub heading: &'static str,
        /// While the browser names no device.
        pub unnamed: &'static str,
        pub allow: &'static str,
        pub microphone: &'static str,
        /// Of the meter.
        pub level: &'static str,
        pub speaker: &'static str,
        pub ringer: &'static str,
        pub default_device: &'static str,
        pub volume: &'static str,
        pub test: &'static str,
        pub absent: Template,
    }
}
