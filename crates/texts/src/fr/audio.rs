//! The texts of the devices for sound, in French.

use crate::{Template, catalogue::Audio};

pub(super) const AUDIO: Audio = Audio {
    heading: "Son",
    unnamed: "Votre navigateur nommera les périphériques dès que ce téléphone pourra utiliser le micro.",
    allow: "Autoriser le micro",
    microphone: "Microphone",
    level: "Niveau du micro",
    speaker: "Haut-parleur",
    ringer: "Sonner sur",
    default_device: "Par défaut",
    volume: "Volume de la sonnerie",
    test: "Tester la sonnerie",
    absent: Template("{device} n’est pas connecté. Le périphérique par défaut est utilisé."),
};
