//! The devices for sound: which the agent has chosen, and which are used.
//!
//! ~~~text
//!              chosen, and there ---------------> used
//!  devices --> chosen, and not there ----------->      the browser's default, and it is said;
//!              none chosen --------------------->      when the device comes back, it is used again
//! ~~~
//!
//! The choice belongs to the browser, whoever signs in: headsets hang on computers. Each tab knows it by itself.

use std::collections::VecDeque;

use crate::{
    protocol::{AudioEffect, AudioFact, AudioIntent, Effect, PhoneEffect, Ring},
    snapshot::{AudioSnapshot, Choice},
};

#[derive(Debug, Default)]
pub(crate) struct Audio {
    pub shown: AudioSnapshot,
    pub effects: VecDeque<Effect>,
    /// Whether the browser may ask for the microphone.
    asks: bool,
}

impl Audio {
    pub fn look(&mut self) {
        self.ask(AudioEffect::Look);
    }

    pub fn intended(&mut self, intent: AudioIntent) {
        match intent {
            AudioIntent::Show => {
                self.shown.open = true;
                self.look();
            }
            AudioIntent::Hide => {
                (self.shown.open, self.asks) = (false, false);
                self.settle();
            }
            AudioIntent::Allow => {
                self.asks = true;
                self.settle();
            }
            AudioIntent::Choose(choice) => {
                self.choose(choice);
                self.ask(AudioEffect::Keep(self.shown.chosen.clone()));
            }
            AudioIntent::Test => {
                self.effects.push_back(Effect::Phone(PhoneEffect::Ring(Ring::Test)));
            }
        }
    }

    /// In this tab or in another one, which keeps it.
    pub fn choose(&mut self, choice: Choice) {
        let choice = self.shown.find(&choice).cloned().unwrap_or(choice);
        self.shown.chosen.retain(|before| before.role != choice.role);
        if !choice.value.is_empty() {
            self.shown.chosen.push(choice);
        }
        self.settle();
    }

    pub fn told(&mut self, fact: AudioFact) {
        match fact {
            AudioFact::Found { devices, kept } => {
                // Another tab may have chosen since.
                if let Some(kept) = kept {
                    self.shown.chosen = kept;
                }
                if !devices.is_empty() {
                    self.shown.refusal = None;
                }
                self.shown.devices = devices;
                // Even if it is what was used before: the browser's default may be another device.
                self.settle();
            }
            AudioFact::Level(level) => {
                // Whoever hears it may know the names as well.
                if std::mem::take(&mut self.asks) {
                    self.look();
                }
                self.shown.level = level;
            }
            AudioFact::Refused(refusal) => {
                (self.shown.refusal, self.asks) = (Some(refusal), false);
                self.settle();
            }
        }
    }

    fn settle(&mut self) {
        let mut chosen = self.shown.chosen.clone();
        chosen.retain(|choice| !self.shown.is_absent(choice));
        let metered = self.shown.open && (self.asks || !self.shown.devices.is_empty());
        self.ask(AudioEffect::Use { chosen, metered });
    }

    fn ask(&mut self, effect: AudioEffect) {
        self.effects.push_back(Effect::Phone(PhoneEffect::Audio(effect)));
    }
}

#[cfg(test)]
mod tests {
    use adapter_api::Code;

    use super::*;
    use crate::snapshot::Role;

    #[test]
    fn a_device_that_is_chosen_is_used_and_kept() {
        let mut audio = plugged(&["built-in", "headset"]);

        audio.intended(AudioIntent::Choose(unnamed("headset")));

        assert_eq!(used(&audio), ["headset"]);
        let kept = AudioEffect::Keep(vec![microphone("headset")]);
        assert_eq!(audio.effects.back(), Some(&Effect::Phone(PhoneEffect::Audio(kept))));
    }

    #[test]
    fn what_another_tab_has_chosen_is_used_and_not_kept_twice() {
        let mut audio = Audio::default();

        audio.choose(unnamed("headset"));

        assert_eq!(used(&audio), ["headset"]);
        assert_eq!(audio.effects.len(), 1);
    }

    #[test]
    fn what_was_chosen_before_the_page_was_loaded_is_used() {
        let mut audio = Audio::default();
        let loudness = Choice { role: Role::Volume, value: "4".to_owned(), label: String::new() };

        let devices = vec![microphone("built-in"), microphone("headset")];
        let kept = vec![microphone("headset"), loudness.clone()];
        audio.told(AudioFact::Found { devices, kept: Some(kept) });

        assert_eq!(used(&audio), ["headset"]);
        assert_eq!(audio.shown.chosen(Role::Volume), Some(&loudness));
        assert!(!audio.shown.is_absent(&loudness));
    }

    #[test]
    fn the_default_stands_in_for_a_device_that_is_gone_until_it_is_back() {
        let mut audio = plugged(&["built-in", "headset"]);
        audio.choose(unnamed("headset"));

        audio.told(found(&["built-in"]));
        let absent = audio.shown.clone();
        audio.told(found(&["built-in", "headset"]));

        assert_eq!(used(&audio), ["headset", "", "headset"]);
        assert!(absent.is_absent(&microphone("headset")));
        assert!(!audio.shown.is_absent(&microphone("headset")));
    }

    #[test]
    fn nothing_is_said_to_be_gone_while_the_browser_names_no_device() {
        let mut audio = plugged(&["headset"]);
        audio.choose(unnamed("headset"));

        audio.told(found(&[]));

        assert!(!audio.shown.is_absent(&microphone("headset")));
        assert_eq!(used(&audio), ["headset", "headset"]);
    }

    #[test]
    fn the_browsers_own_choice_can_be_chosen_again() {
        let mut audio = plugged(&["headset"]);
        audio.choose(unnamed("headset"));

        audio.choose(unnamed(""));

        assert_eq!(used(&audio), ["headset", ""]);
        assert_eq!(audio.shown.chosen, []);
    }

    #[test]
    fn the_microphone_is_metered_while_the_agent_looks_at_devices_with_names() {
        let mut audio = Audio::default();

        audio.intended(AudioIntent::Show);
        audio.told(found(&[]));
        audio.told(found(&["built-in"]));
        audio.intended(AudioIntent::Hide);

        assert_eq!(metered(&audio), [false, true, false]);
    }

    #[test]
    fn whoever_allows_the_microphone_sees_the_names() {
        let mut audio = Audio::default();
        audio.intended(AudioIntent::Show);
        audio.told(found(&[]));

        audio.intended(AudioIntent::Allow);
        audio.told(AudioFact::Level(0));
        let asked = audio.effects.pop_back();
        audio.told(found(&["built-in"]));

        assert_eq!(asked, Some(Effect::Phone(PhoneEffect::Audio(AudioEffect::Look))));
        assert_eq!(metered(&audio), [false, true, true]);
    }

    #[test]
    fn whoever_refuses_the_microphone_is_told_so_and_not_asked_again() {
        let mut audio = Audio::default();
        audio.intended(AudioIntent::Show);
        audio.intended(AudioIntent::Allow);

        audio.told(AudioFact::Refused(Code::MediaMicrophoneDenied.into()));

        assert_eq!(metered(&audio), [true, false]);
        assert_eq!(audio.shown.refusal, Some(Code::MediaMicrophoneDenied.into()));
    }

    fn metered(audio: &Audio) -> Vec<bool> {
        let metered = audio.effects.iter().filter_map(|effect| match effect {
            Effect::Phone(PhoneEffect::Audio(AudioEffect::Use { metered, .. })) => Some(*metered),
            _ => None,
        });
        metered.collect()
    }

    fn plugged(ids: &[&str]) -> Audio {
        let mut audio = Audio::default();
        audio.told(found(ids));
        audio.effects.clear();
        audio
    }

    fn found(ids: &[&str]) -> AudioFact {
        AudioFact::Found { devices: ids.iter().map(|id| microphone(id)).collect(), kept: None }
    }

    fn microphone(id: &str) -> Choice {
        Choice { label: format!("The {id}"), ..unnamed(id) }
    }

    fn unnamed(id: &str) -> Choice {
        Choice { role: Role::Microphone, value: id.to_owned(), label: String::new() }
    }

    /// The microphones that were used, one after the other.
    fn used(audio: &Audio) -> Vec<&str> {
        let used = audio.effects.iter().filter_map(|effect| match effect {
            Effect::Phone(PhoneEffect::Audio(AudioEffect::Use { chosen, .. })) => {
                let is_it = |choice: &&Choice| choice.role == Role::Microphone;
                Some(chosen.iter().find(is_it).map_or("", |choice| &choice.value))
            }
            _ => None,
        });
        used.collect()
    }
}
