//! The records of the first day.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{AccountKind, CaseKind, ContactKind, LeadKind, TaskKind, id};
use crate::org::{
    objects::{Account, Case, Contact, Lead},
    state::{State, Task},
};

pub fn accounts() -> Vec<Account> {
    let rows = [
        (
            "Northwind Traders",
            "+1 206 555 0142",
            "www.northwind.example",
            "Wholesale",
            "Seattle, WA",
        ),
        (
            "Fabrikam Dental",
            "+1 415 555 0117",
            "www.fabrikam.example",
            "Healthcare",
            "San Francisco, CA",
        ),
        ("Contoso Rail", "+44 20 7946 0018", "www.contoso.example", "Transport", "London"),
        ("Boulangerie Martin", "+33 1 99 00 12 34", "www.martin.example", "Food", "Paris"),
    ];
    let account = |(number, (name, phone, website, industry, city)): (
        u32,
        (&str, &str, &str, &str, &str),
    )| Account {
        id: id::<AccountKind>(number).to_string(),
        name: name.into(),
        phone: phone.into(),
        website: website.into(),
        industry: industry.into(),
        city: city.into(),
    };
    (1..).zip(rows).map(account).collect()
}

pub fn contacts() -> Vec<Contact> {
    let rows = [
        ("Rose Gonzalez", "Buyer", 1, "+1 206 555 0143", "+1 206 555 0199"),
        ("Sean Forbes", "Warehouse Lead", 1, "+1 206 555 0144", ""),
        ("Dr. Mia Chen", "Owner", 2, "+1 415 555 0118", "+1 415 555 0190"),
        ("Arthur Song", "Duty Manager", 3, "+44 20 7946 0019", "+44 7700 900118"),
        ("Julie Martin", "Gérante", 4, "+33 1 99 00 12 35", "+33 6 39 98 12 34"),
    ];
    let contact =
        |(number, (name, title, account, phone, mobile)): (u32, (&str, &str, u32, &str, &str))| {
            Contact {
                id: id::<ContactKind>(number).to_string(),
                name: name.into(),
                title: title.into(),
                account: id::<AccountKind>(account).to_string(),
                phone: phone.into(),
                mobile: mobile.into(),
                email: email(name),
            }
        };
    (1..).zip(rows).map(contact).collect()
}

/// The last one sits at a desk of Northwind's, and has its number.
pub fn leads() -> Vec<Lead> {
    let rows = [
        ("Nora Lind", "Fjord Outdoor", "Head of Purchasing", "+1 312 555 0161", "+1 312 555 0171"),
        ("Tom Baker", "Baker & Sons", "Owner", "+44 20 7946 0077", ""),
        ("Claire Dubois", "Atelier Dubois", "Directrice", "+33 1 99 00 45 67", "+33 6 39 98 45 67"),
        ("Ines Duarte", "Duarte Consulting", "Consultant", "+1 206 555 0144", ""),
    ];
    let lead =
        |(number, (name, company, title, phone, mobile)): (u32, (&str, &str, &str, &str, &str))| {
            Lead {
                id: id::<LeadKind>(number).to_string(),
                name: name.into(),
                company: company.into(),
                title: title.into(),
                phone: phone.into(),
                mobile: mobile.into(),
                email: email(name),
                status: "Open - Not Contacted".into(),
            }
        };
    (1..).zip(rows).map(lead).collect()
}

/// The last one came by the web site, from nobody that is known.
pub fn cases() -> Vec<Case> {
    // The number of the contact is the first one's 1.
    let rows = [
        ("Delivery came a day late", "Working", "High", 1, ""),
        ("Invoice 4471 is wrong", "New", "Medium", 3, ""),
        ("Door sensor keeps alarming", "Working", "High", 4, "+44 20 7946 0099"),
        ("Which sizes do you stock?", "New", "Low", 0, "+1 503 555 0133"),
    ];
    let contacts = contacts();
    let case = |(number, (subject, status, priority, contact, web_phone)): (
        u32,
        (&str, &str, &str, usize, &str),
    )| {
        let contact = contact.checked_sub(1).and_then(|place| contacts.get(place));
        Case {
            id: id::<CaseKind>(number).to_string(),
            number: case_number(number),
            subject: subject.into(),
            status: status.into(),
            priority: priority.into(),
            contact: contact.map(|contact| contact.id.clone()).unwrap_or_default(),
            account: contact.map(|contact| contact.account.clone()).unwrap_or_default(),
            web_phone: web_phone.into(),
        }
    };
    (1..).zip(rows).map(case).collect()
}

/// As Salesforce counts them.
pub fn case_number(number: u32) -> String {
    format!("{:08}", 1000 + number)
}

/// Two calls of last week and two things to do, so that a timeline is not empty on the first day.
pub fn tasks(state: &State, now: Timestamp) -> Vec<Task> {
    let days = |days: i64| now + SignedDuration::from_hours(24 * days);
    let day = |days_on: i64| days(days_on).to_zoned(TimeZone::UTC).date().to_string();
    let of_rose = |number, created_at, fields: &[(&str, Value)]| Task {
        id: id::<TaskKind>(number).to_string(),
        owner: state.users[1].id,
        created_at,
        fields: [("WhoId", json!(state.contacts[0].id)), ("WhatId", json!(state.accounts[0].id))]
            .iter()
            .chain(fields)
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    };
    let call = |number, days_ago: i64, subject: &str, kind: &str, seconds: u32| {
        let fields = [
            ("Subject", json!(subject)),
            ("Status", json!("Completed")),
            ("TaskSubtype", json!("Call")),
            ("ActivityDate", json!(day(-days_ago))),
            ("CallType", json!(kind)),
            ("CallDurationInSeconds", json!(seconds)),
        ];
        of_rose(number, days(-days_ago), &fields)
    };
    let to_do = |number, days_on: i64, subject: &str| {
        let fields = [
            ("Subject", json!(subject)),
            ("Status", json!("Not Started")),
            ("ActivityDate", json!(day(days_on))),
        ];
        of_rose(number, days(-3), &fields)
    };
    vec![
        call(1, 6, "Asked about the March delivery", "Inbound", 312),
        call(2, 3, "Called back: delivery confirmed", "Outbound", 95),
        to_do(3, -1, "Send the delivery note again"),
        to_do(4, 4, "Ask whether the delivery came"),
    ]
}

fn email(name: &str) -> String {
    let last = name.rsplit(' ').next().unwrap_or(name).to_lowercase();
    format!("{last}@customer.example")
}
