//! What we have written of a call, and what is to be done next.
//!
//! An answer may be lost, and so may we. Whatever is about to be sent is therefore put down first
//! ([`Memory::attempting`]) and counts as ours if Salesforce holds it afterwards.

use salesforce::{
    id::{RecordId, TaskId},
    task::{Field, Fields, TaskRecord, Value},
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Once we know of it.
    pub task: Option<TaskId>,
    /// By field, what Salesforce last took from us.
    pub written: Fields,
    /// What was sent last, while nobody knows whether it arrived.
    pub attempted: Fields,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    Insert(Fields),
    Update(TaskId, Fields),
    /// The Task holds what it should, or what somebody else wrote.
    Nothing(TaskId),
    /// Somebody has deleted the Task, and it stays so.
    Deleted(TaskId),
}

impl Memory {
    /// What to do about `wanted`, given the Tasks that Salesforce has of this call, the first one first. The
    /// memory learns from them what became of an attempt.
    ///
    /// A field is updated only while it holds what we wrote: whatever else stands there is somebody's edit. Of a
    /// Task that we remember nothing of, no field is ours.
    pub fn plan(&mut self, found: &[TaskRecord], wanted: &Fields) -> Plan {
        let known = self.task.and_then(|task| found.iter().find(|record| record.id == task));
        let Some(record) = known.or(found.first()) else {
            return match self.task {
                Some(task) => Plan::Deleted(task),
                None => Plan::Insert(wanted.clone()),
            };
        };
        self.learn(record);
        let changes = Field::CHANGING.into_iter().filter_map(|field| {
            let (current, wanted) = (record.fields.get(&field)?, wanted.get(&field)?);
            let is_ours = self.written.get(&field).is_some_and(|ours| ours.means(current));
            (is_ours && !wanted.means(current)).then(|| (field, wanted.clone()))
        });
        let changes: Fields = changes.collect();
        match changes.is_empty() {
            true => Plan::Nothing(record.id),
            false => Plan::Update(record.id, changes),
        }
    }

    fn learn(&mut self, record: &TaskRecord) {
        self.task = Some(record.id);
        for (field, attempted) in std::mem::take(&mut self.attempted) {
            let current = record.fields.get(&field);
            if current.is_none_or(|current| current.means(&attempted)) {
                self.written.insert(field, attempted);
            }
        }
    }

    /// Whom the Task names since we wrote it, unless that is nobody.
    pub fn who(&self) -> Option<RecordId> {
        match self.written.get(&Field::WhoId)? {
            Value::Text(id) => id.parse().ok(),
            Value::Number(_) | Value::Nothing => None,
        }
    }

    /// Put down before anything is sent.
    pub fn attempting(&self, fields: &Fields) -> Self {
        Self { attempted: fields.clone(), ..self.clone() }
    }

    /// Salesforce has taken what was attempted, in this Task.
    pub fn arrived(mut self, task: TaskId) -> Self {
        self.task = Some(task);
        let attempted = std::mem::take(&mut self.attempted);
        self.written.extend(attempted);
        self
    }

    /// Salesforce has refused what was attempted.
    pub fn refused(self) -> Self {
        Self { attempted: Fields::new(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Entry,
        task::tests::{entry, written},
    };

    #[test]
    fn a_call_that_salesforce_does_not_know_is_inserted() {
        let wanted = written(&entry());

        assert_eq!(Memory::default().plan(&[], &wanted), Plan::Insert(wanted));
    }

    #[test]
    fn an_insert_whose_answer_was_lost_is_found_again() {
        let wanted = written(&entry());
        let mut memory = Memory::default().attempting(&wanted);

        let plan = memory.plan(&[record(1, &wanted)], &wanted);

        assert_eq!(plan, Plan::Nothing(task(1)));
        assert_eq!(
            memory,
            Memory { task: Some(task(1)), written: wanted, attempted: Fields::new() }
        );
    }

    #[test]
    fn a_later_revision_changes_what_is_still_ours() {
        let first = written(&entry());
        let mut memory = Memory::default().attempting(&first).arrived(task(1));
        let wanted = written(&with_notes("wants a refund"));

        let plan = memory.plan(&[record(1, &first)], &wanted);

        let changes = Fields::from([(Field::Description, Value::text("wants a refund"))]);
        assert_eq!(plan, Plan::Update(task(1), changes));
    }

    #[test]
    fn what_somebody_edited_is_never_overwritten() {
        let first = written(&with_notes("wants a refund"));
        let mut memory = Memory::default().attempting(&first).arrived(task(1));
        let mut edited = record(1, &first);
        edited.fields.insert(Field::Description, Value::text("wants a refund of 20"));
        let wanted = written(&Entry {
            disposition: Some("Call back".into()),
            ..with_notes("wants a refund, soon")
        });

        for _ in 0..2 {
            let plan = memory.plan(&[edited.clone()], &wanted);

            let changes = Fields::from([(Field::CallDisposition, Value::text("Call back"))]);
            assert_eq!(plan, Plan::Update(task(1), changes));
        }
    }

    #[test]
    fn an_update_whose_answer_was_lost_is_still_ours() {
        let first = written(&entry());
        let second = written(&with_notes("second"));
        let memory = Memory::default().attempting(&first).arrived(task(1));
        let mut memory =
            memory.attempting(&Fields::from([(Field::Description, Value::text("second"))]));

        let plan = memory.plan(&[record(1, &second)], &written(&with_notes("third")));

        let changes = Fields::from([(Field::Description, Value::text("third"))]);
        assert_eq!(plan, Plan::Update(task(1), changes));
    }

    #[test]
    fn an_update_that_did_not_arrive_is_sent_again() {
        let first = written(&entry());
        let memory = Memory::default().attempting(&first).arrived(task(1));
        let changes = Fields::from([(Field::Description, Value::text("second"))]);
        let mut memory = memory.attempting(&changes);

        let plan = memory.plan(&[record(1, &first)], &written(&with_notes("second")));

        assert_eq!(plan, Plan::Update(task(1), changes));
    }

    #[test]
    fn of_a_task_that_we_do_not_remember_nothing_is_ours() {
        let theirs = record(1, &written(&with_notes("typed by hand")));

        let plan = Memory::default().plan(&[theirs], &written(&entry()));

        assert_eq!(plan, Plan::Nothing(task(1)));
    }

    #[test]
    fn a_task_that_was_deleted_stays_deleted() {
        let first = written(&entry());
        let mut memory = Memory::default().attempting(&first).arrived(task(1));

        assert_eq!(memory.plan(&[], &written(&with_notes("n"))), Plan::Deleted(task(1)));
    }

    #[test]
    fn of_two_tasks_our_own_goes_on_else_the_first() {
        let wanted = written(&entry());
        let both = [record(1, &wanted), record(2, &wanted)];
        let mut ours = Memory::default().attempting(&wanted).arrived(task(2));

        assert_eq!(ours.plan(&both, &wanted), Plan::Nothing(task(2)));
        assert_eq!(Memory::default().plan(&both, &wanted), Plan::Nothing(task(1)));
    }

    fn with_notes(notes: &str) -> Entry {
        Entry { notes: notes.into(), ..entry() }
    }

    fn record(number: u8, fields: &Fields) -> TaskRecord {
        let changing = Field::CHANGING.into_iter();
        let fields = changing.map(|field| (field, fields[&field].clone())).collect();
        TaskRecord { id: task(number), fields }
    }

    fn task(number: u8) -> TaskId {
        format!("00Txx000000000{number}").parse().unwrap()
    }
}
