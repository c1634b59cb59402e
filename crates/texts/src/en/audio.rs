//! The texts of the devices for sound, in English.

use crate::{Template, catalogue::Audio};

pub(super) const AUDIO: Audio = Audio {
    heading: "Audio",
    unnamed: "Your browser names the devices once this phone may use the microphone.",
    allow: "Allow the microphone",
    microphone: "Microphone",
    level: "Microphone level",
    speaker: "Speaker",
    ringer: "Ring on",
    default_device: "Default",
    volume: "Ring volume",
    test: "Test the ring",
    absent: Template("{device} is not connected. The default device is used."),
};
