//! The activity timeline: what is to be done, and below it, month by month, what was done.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use maud::{Markup, html};

use super::{pages::link, records::Record};
use crate::org::{
    page,
    state::{State, Task},
};

/// Of a record.
pub fn timeline(state: &State, tasks: &[&Task], now: Timestamp) -> Markup {
    let today = day(now);
    let (past, upcoming) = told_apart(tasks);
    html! {
        section.panel.activity {
            header {
                h2 { "Activity" }
                button.link type="button" data-refresh { "Refresh" }
            }
            h3 { "Upcoming & Overdue" }
            @if upcoming.is_empty() { p.empty { "Nothing is to be done." } }
            (list(state, &upcoming, today))
            @for month in past.chunk_by(|one, next| month(one) == month(next)) {
                h3 { (month_name(month[0], today)) }
                (list(state, month, today))
            }
            @if past.is_empty() {
                h3 { "Past" }
                p.empty { "Nothing was done yet. A call that the phone logs appears here." }
            }
        }
    }
}

/// Of everybody, the newest first.
pub fn recent(state: &State, now: Timestamp) -> Markup {
    let (mut past, _) = told_apart(&state.tasks.iter().collect::<Vec<_>>());
    past.truncate(5);
    list(state, &past, day(now))
}

/// What was done, the newest first, and what is to be done, by when.
fn told_apart<'a>(tasks: &[&'a Task]) -> (Vec<&'a Task>, Vec<&'a Task>) {
    let (mut past, mut upcoming): (Vec<&Task>, Vec<&Task>) =
        tasks.iter().partition(|task| task.is_completed());
    past.sort_by_key(|task| std::cmp::Reverse(task.created_at));
    // Those without a day come last.
    upcoming.sort_by_key(|task| due(task).unwrap_or(Date::MAX));
    (past, upcoming)
}

fn list(state: &State, tasks: &[&Task], today: Date) -> Markup {
    html! {
        @if !tasks.is_empty() {
            ol.timeline { @for task in tasks { (entry(state, task, today)) } }
        }
    }
}

fn entry(state: &State, task: &Task, today: Date) -> Markup {
    let subject = task.field("Subject").unwrap_or("(no subject)");
    let icon = if task.field("CallType").is_some() { "call" } else { "task" };
    let owner = state.user(task.owner).map_or("Someone", |owner| owner.name.as_str());
    html! {
        li data-task-id=(task.id) {
            span class="tile task" { (page::icon(icon)) }
            div {
                p.subject { (subject) }
                p.small {
                    (owner) " · " (task.field("CallType").unwrap_or("Task"))
                    @if let Some(duration) = duration(task) { " · " (duration) }
                    @for id in ["WhoId", "WhatId"].iter().filter_map(|field| task.field(field)) {
                        @if let Some(record) = Record::find(state, id) { " · " (link(record)) }
                    }
                }
                @if let Some(description) = task.field("Description") { p.small { (description) } }
            }
            @if task.is_completed() {
                time datetime=(task.created_at.to_string()) {
                    (task.created_at.strftime("%b %-d, %H:%M").to_string())
                }
            } @else {
                div.due {
                    @if let Some(due) = due(task) {
                        time datetime=(due.to_string()) class=[(due < today).then_some("overdue")] {
                            (due.strftime("%b %-d").to_string()) @if due < today { " · Overdue" }
                        }
                    }
                    button.link type="button" data-complete=(task.id) aria-label=(format!("Mark complete: {subject}")) {
                        "Mark complete"
                    }
                }
            }
        }
    }
}

fn due(task: &Task) -> Option<Date> {
    task.field("ActivityDate")?.parse().ok()
}

fn duration(task: &Task) -> Option<String> {
    let seconds = task.fields.get("CallDurationInSeconds")?.as_u64()?;
    Some(format!("{}:{:02}", seconds / 60, seconds % 60))
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn month(task: &Task) -> Date {
    day(task.created_at).first_of_month()
}

fn month_name(task: &Task, today: Date) -> String {
    let month = month(task);
    let name = month.strftime("%B %Y");
    match month == today.first_of_month() {
        true => format!("{name} · This month"),
        false => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_is_to_be_done_stands_above_what_was_done_and_the_nearest_first() {
        let tasks = [
            task("Old call", "2026-02-20T10:00:00Z", json!({ "Status": "Completed" })),
            task("New call", "2026-03-02T10:00:00Z", json!({ "Status": "Completed" })),
            task("Some day", "2026-03-01T10:00:00Z", json!({})),
            task("Later", "2026-03-01T10:00:00Z", json!({ "ActivityDate": "2026-03-09" })),
            task("Missed", "2026-03-01T10:00:00Z", json!({ "ActivityDate": "2026-03-01" })),
        ];

        let page = shown(&tasks);

        let order = [
            "Upcoming &amp; Overdue",
            "Missed",
            "Overdue",
            "Later",
            "Some day",
            "March 2026 · This month",
            "New call",
            "February 2026",
            "Old call",
        ];
        let mut from = 0;
        for text in order {
            let at =
                page[from..].find(text).unwrap_or_else(|| panic!("{text} in {}", &page[from..]));
            from += at + text.len();
        }
        assert_eq!(page.matches("· Overdue").count(), 1);
        assert_eq!(page.matches("data-complete").count(), 3);
    }

    #[test]
    fn a_record_without_tasks_says_so() {
        let page = shown(&[]);

        assert!(page.contains("Nothing is to be done.") && page.contains("Nothing was done yet."));
    }

    fn shown(tasks: &[Task]) -> String {
        let definition = salesforce::force_app::call_center("http://a.localhost", "acme", true);
        let state = crate::org::seed::state(definition);
        let now = "2026-03-02T12:00:00Z".parse().unwrap();
        timeline(&state, &tasks.iter().collect::<Vec<_>>(), now).into_string()
    }

    fn task(subject: &str, created_at: &str, mut fields: Value) -> Task {
        fields["Subject"] = subject.into();
        Task {
            id: "00TAx0000000001".into(),
            owner: crate::org::seed::id(2),
            created_at: created_at.parse().unwrap(),
            fields: fields.as_object().unwrap().clone(),
        }
    }
}
