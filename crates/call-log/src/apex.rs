//! A call that our Apex class writes as the agent. It finds the call's Task by itself and says which one it is, but
//! not what stands in it: so what was sent and never answered is sent once more as it was, and counts as ours then.

use salesforce::task::{Field, Fields};

use crate::Memory;

/// What the class is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApexWrite {
    pub wanted: Fields,
    /// By which it tells our own text from somebody's edit; empty where there is no Task that we know of.
    pub written: Fields,
}

impl Memory {
    /// What is to be sent next, if anything is.
    pub fn apex_write(&self, wanted: &Fields) -> Option<ApexWrite> {
        let wanted = match (self.attempted.is_empty(), self.task) {
            (false, _) => self.attempted.clone(),
            (true, None) => wanted.clone(),
            (true, Some(_)) => {
                let is_news = |field: &Field| {
                    let both = self.written.get(field).zip(wanted.get(field));
                    both.is_some_and(|(written, wanted)| !wanted.means(written))
                };
                let news = Field::CHANGING.into_iter().filter(is_news);
                news.map(|field| (field, wanted[&field].clone())).collect()
            }
        };
        let is_known = self.task.is_some();
        let written =
            self.written.iter().filter(|(field, _)| is_known && wanted.contains_key(field));
        let written = written.map(|(field, value)| (*field, value.clone())).collect();
        (!wanted.is_empty()).then_some(ApexWrite { wanted, written })
    }
}

#[cfg(test)]
mod tests {
    use salesforce::{id::TaskId, task::Value};

    use super::*;

    #[test]
    fn the_first_write_is_whole() {
        let write = Memory::default().apex_write(&notes("first")).unwrap();

        assert_eq!(write, ApexWrite { wanted: notes("first"), written: Fields::new() });
    }

    #[test]
    fn a_write_that_nobody_answered_is_sent_once_more_as_it_was() {
        let memory = Memory::default().attempting(&notes("first"));

        let write = memory.apex_write(&notes("second")).unwrap();

        assert_eq!(write, ApexWrite { wanted: notes("first"), written: Fields::new() });
    }

    #[test]
    fn a_later_revision_sends_what_is_new_and_what_was_there() {
        let memory = Memory::default().attempting(&notes("first")).arrived(task());

        let write = memory.apex_write(&notes("second")).unwrap();

        let changed = |text| Fields::from([(Field::Description, Value::text(text))]);
        assert_eq!(write, ApexWrite { wanted: changed("second"), written: changed("first") });
        let memory = memory.attempting(&write.wanted);
        assert_eq!(memory.apex_write(&notes("third")), Some(write));
    }

    #[test]
    fn what_stands_there_is_not_sent() {
        let memory = Memory::default().attempting(&notes("first")).arrived(task());

        assert_eq!(memory.apex_write(&notes("first")), None);
    }

    fn notes(text: &str) -> Fields {
        [
            (Field::Status, Value::text("Completed")),
            (Field::Subject, Value::text("Call from 1")),
            (Field::Description, Value::text(text)),
        ]
        .into()
    }

    fn task() -> TaskId {
        "00Txx0000000001".parse().unwrap()
    }
}
