//! Hours that pass at once: for the adapter, for Salesforce and in the panel's page alike.

use std::cell::Cell;

use acceptance::{
    browser::Frame,
    machine::Machine,
    world::{Options, World, story},
};
use anyhow::Result;
use serde_json::Value;

pub struct Clocks {
    machine: Machine,
    minutes: Cell<i64>,
}

/// A story in which time can pass.
pub fn story_of_hours(tell: impl FnOnce(&Clocks, &mut World) -> Result<()>) -> Result<()> {
    let clocks = Clocks { machine: Machine::new()?, minutes: Cell::new(0) };
    let adapter_environment = clocks.machine.environment();
    story(&Options { adapter_environment, ..Options::default() }, |world| tell(&clocks, world))
}

impl Clocks {
    /// So many minutes later, with these faults in Salesforce, the computer wakes up: the panel finds what has
    /// fallen due meanwhile.
    pub fn pass(&self, minutes: i64, world: &World, panel: &Frame, faults: Value) -> Result<()> {
        self.minutes.set(self.minutes.get() + minutes);
        self.play(world, faults)?;
        self.machine.shift_clock(self.minutes.get() * 60)?;
        let wake = format!(
            "(clock => {{ Date.now = () => clock() + {}; \
             document.dispatchEvent(new Event('visibilitychange')); }})(Date.now)",
            minutes * 60_000
        );
        panel.evaluate(&wake).map(drop)
    }

    /// These faults, at the time it is.
    pub fn play(&self, world: &World, mut faults: Value) -> Result<()> {
        faults["clock"] = self.minutes.get().into();
        world.practice_control("faults", &faults).map(drop)
    }
}
