//! Reading and setting the faults of the table by name, as the page does.

use std::collections::HashMap;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{Browser, Fault, Faults, OpenCti, Plays, Switch, TABLE};
use crate::org::state::{Apex, State};

/// Values by name; a fault that is absent or empty ends.
pub type Wanted = HashMap<String, String>;

/// What the table does not have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” cannot be “{1}”")]
pub struct Unplayable(String, String);

impl State {
    /// What the fault plays; empty where all is well.
    pub fn played(&self, fault: &Fault) -> String {
        match fault.switch {
            Switch::Faults => unlike_default(&self.faults, fault.name),
            Switch::OpenCti => unlike_default(&self.open_cti, fault.name),
            Switch::Browser => unlike_default(&self.browser, fault.name),
            Switch::Pbx => unlike_default(&self.pbx, fault.name),
            Switch::Apex if self.apex == Apex::Missing => "missing".into(),
            Switch::App if self.app.blocked => "blocked".into(),
            Switch::App if !self.app.installed => "not_installed".into(),
            Switch::Apex | Switch::App => String::new(),
        }
    }

    /// Exactly these are played from now on, or nothing changes.
    pub fn play(&mut self, wanted: &Wanted) -> Result<(), Unplayable> {
        let value = |name: &str| wanted.get(name).map_or("", |value| value.trim());
        let faults: Faults = fields(Switch::Faults, wanted)?;
        let open_cti: OpenCti = fields(Switch::OpenCti, wanted)?;
        let browser: Browser = fields(Switch::Browser, wanted)?;
        let pbx = fields(Switch::Pbx, wanted)?;
        let apex = match value("apex") {
            "" => Apex::Installed,
            "missing" => Apex::Missing,
            other => return Err(Unplayable("apex".into(), other.into())),
        };
        let (blocked, installed) = match value("app") {
            "" => (false, true),
            "blocked" => (true, true),
            "not_installed" => (false, false),
            other => return Err(Unplayable("app".into(), other.into())),
        };
        (self.faults, self.open_cti, self.browser) = (faults, open_cti, browser);
        (self.pbx, self.apex) = (pbx, apex);
        (self.app.blocked, self.app.installed) = (blocked, installed);
        Ok(())
    }
}

/// The struct whose fields these rows are.
fn fields<T: DeserializeOwned>(switch: Switch, wanted: &Wanted) -> Result<T, Unplayable> {
    let mut fields = Map::new();
    for fault in TABLE.iter().filter(|fault| fault.switch == switch) {
        let value = wanted.get(fault.name).map_or("", |value| value.trim());
        let unplayable = || Unplayable(fault.name.into(), value.into());
        let value = match fault.plays {
            _ if value.is_empty() => continue,
            Plays::OneOf(_) => Value::from(value),
            Plays::Number { .. } => value.parse::<i64>().map_err(|_| unplayable())?.into(),
        };
        // Alone first, so that the refusal names the one that is wrong.
        let alone = Map::from_iter([(fault.name.to_owned(), value.clone())]);
        serde_json::from_value::<T>(alone.into()).map_err(|_| unplayable())?;
        fields.insert(fault.name.into(), value);
    }
    Ok(serde_json::from_value(fields.into()).expect("each field alone has been read"))
}

fn unlike_default<T: Default + Serialize>(current: &T, name: &str) -> String {
    let field = |of: &T| serde_json::to_value(of).unwrap_or_default()[name].take();
    match field(current) {
        value if value == field(&T::default()) => String::new(),
        Value::String(text) => text,
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_table_offers_can_be_played_and_ended() {
        let mut state = state();
        for fault in TABLE {
            let values: Vec<&str> = match fault.plays {
                Plays::OneOf(values) => values.iter().map(|(value, _)| *value).collect(),
                Plays::Number { .. } => vec!["3"],
            };
            for value in values {
                let wanted = Wanted::from([(fault.name.into(), value.into())]);
                assert_eq!(state.play(&wanted), Ok(()), "{}", fault.name);
                assert_eq!(state.played(fault), value);
                let others = TABLE.iter().filter(|other| other.name != fault.name);
                assert!(others.clone().all(|other| state.played(other).is_empty()));
            }
        }

        state.play(&Wanted::new()).unwrap();

        assert!(TABLE.iter().all(|fault| state.played(fault).is_empty()));
    }

    #[test]
    fn every_switch_stands_in_the_table() {
        let names =
            |value: Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        let faults = names(serde_json::to_value(Faults::default()).unwrap());
        let open_cti = names(serde_json::to_value(OpenCti::default()).unwrap());
        let browser = names(serde_json::to_value(Browser::default()).unwrap());
        let pbx = names(serde_json::to_value(crate::pbx::faults::Faults::default()).unwrap());
        let switches = [
            (Switch::Faults, faults),
            (Switch::OpenCti, open_cti),
            (Switch::Browser, browser),
            (Switch::Pbx, pbx),
        ];

        for (switch, names) in switches {
            for name in names {
                let is_it = |fault: &&Fault| fault.switch == switch && fault.name == name;
                assert_eq!(TABLE.iter().filter(is_it).count(), 1, "{name}");
            }
        }
    }

    #[test]
    fn what_cannot_be_played_changes_nothing() {
        let mut state = state();
        let well = Wanted::from([("proof".into(), "use".into())]);
        state.play(&well).unwrap();

        for (name, value) in
            [("proof", "politeness"), ("delay", "long"), ("apex", "?"), ("app", "?")]
        {
            let wanted =
                Wanted::from([(name.into(), value.into()), ("query".into(), String::new())]);
            assert_eq!(state.play(&wanted), Err(Unplayable(name.into(), value.into())));
        }

        let proof = TABLE.iter().find(|fault| fault.name == "proof").unwrap();
        assert_eq!(state.played(proof), "use");
    }

    fn state() -> State {
        crate::org::seed::state(salesforce::force_app::call_center("http://a.localhost", "a", true))
    }
}
