//! Records of every kind, looked up and searched.

use crate::org::{
    objects::{Account, Case, Contact, Lead, Object},
    state::{State, Task, User},
};

/// A record of any kind, as pages and Open CTI payloads name it.
#[derive(Clone, Copy)]
pub enum Record<'a> {
    Account(&'a Account),
    Contact(&'a Contact),
    Lead(&'a Lead),
    Case(&'a Case),
    User(&'a User),
}

impl<'a> Record<'a> {
    pub fn find(state: &'a State, id: &str) -> Option<Self> {
        let customers = Object::OF_CUSTOMERS.into_iter().chain([Object::User]);
        customers.flat_map(|object| of(state, object)).find(|record| record.id() == id)
    }

    pub fn id(self) -> &'a str {
        match self {
            Self::Account(account) => &account.id,
            Self::Contact(contact) => &contact.id,
            Self::Lead(lead) => &lead.id,
            Self::Case(case) => &case.id,
            Self::User(user) => user.id.as_str(),
        }
    }

    pub fn name(self) -> &'a str {
        match self {
            Self::Account(account) => &account.name,
            Self::Contact(contact) => &contact.name,
            Self::Lead(lead) => &lead.name,
            Self::Case(case) => &case.number,
            Self::User(user) => &user.name,
        }
    }

    /// What stands above its page.
    pub fn title(self) -> &'a str {
        match self {
            Self::Case(case) => &case.subject,
            other => other.name(),
        }
    }

    pub fn object(self) -> Object {
        match self {
            Self::Account(_) => Object::Account,
            Self::Contact(_) => Object::Contact,
            Self::Lead(_) => Object::Lead,
            Self::Case(_) => Object::Case,
            Self::User(_) => Object::User,
        }
    }

    pub fn path(self) -> String {
        format!("/lightning/r/{}/{}/view", self.object().name(), self.id())
    }

    /// Those that are fields of its own, which a search looks into.
    pub fn phones(self) -> Vec<&'a str> {
        let phones = match self {
            Self::Account(account) => vec![&account.phone],
            Self::Contact(contact) => vec![&contact.phone, &contact.mobile],
            Self::Lead(lead) => vec![&lead.phone, &lead.mobile],
            Self::Case(case) => vec![&case.web_phone],
            Self::User(user) => vec![&user.extension],
        };
        phones.into_iter().map(String::as_str).filter(|number| !number.is_empty()).collect()
    }

    /// By a part of the name, or by at least five digits of a phone number, from its end. Extensions are shorter.
    fn meets(self, text: &str) -> bool {
        let words = text.trim().to_lowercase();
        let digits = digits(text);
        let by_name = [self.name(), self.title()]
            .iter()
            .any(|name| !words.is_empty() && name.to_lowercase().contains(&words));
        let by_phone = self.phones().into_iter().map(self::digits).any(|own| match self {
            Self::User(_) => own == digits,
            _ => digits.len() >= 5 && (own.ends_with(&digits) || digits.ends_with(&own)),
        });
        by_name || by_phone
    }
}

/// All records of a kind.
pub fn of(state: &State, object: Object) -> Vec<Record<'_>> {
    match object {
        Object::Account => state.accounts.iter().map(Record::Account).collect(),
        Object::Contact => state.contacts.iter().map(Record::Contact).collect(),
        Object::Lead => state.leads.iter().map(Record::Lead).collect(),
        Object::Case => state.cases.iter().map(Record::Case).collect(),
        Object::User => state.users.iter().map(Record::User).collect(),
    }
}

/// The tasks of a record, in the order of their making. An account shows those of its contacts, too.
pub fn tasks<'a>(state: &'a State, record: Record<'_>) -> Vec<&'a Task> {
    let belongs = |task: &&Task| {
        let names = |id: &str| task.field("WhatId") == Some(id) || task.field("WhoId") == Some(id);
        let of_contacts = |account: &Account| {
            state.contacts.iter().any(|contact| contact.account == account.id && names(&contact.id))
        };
        names(record.id()) || matches!(record, Record::Account(account) if of_contacts(account))
    };
    state.tasks.iter().filter(belongs).collect()
}

/// Among the records of these kinds.
pub fn search<'a>(state: &'a State, objects: &[Object], text: &str) -> Vec<Record<'a>> {
    let records = objects.iter().flat_map(|object| of(state, *object));
    records.filter(|record| record.meets(text)).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_found_by_the_number_however_it_is_written() {
        assert_eq!(found("+1 (206) 555-0143"), ["Rose Gonzalez"]);
        assert_eq!(found("2065550143"), ["Rose Gonzalez"]);
        assert_eq!(found("gonz"), ["Rose Gonzalez"]);
        assert_eq!(found("0143"), [""; 0]);
        assert_eq!(found(""), [""; 0]);
    }

    #[test]
    fn leads_are_found_by_either_number_and_cases_by_what_was_given_on_the_web_site() {
        assert_eq!(found("+13125550171"), ["Nora Lind"]);
        assert_eq!(found("+12065550144"), ["Sean Forbes", "Ines Duarte"]);
        assert_eq!(found("+442079460099"), ["00001003"]);
        assert_eq!(found("invoice 4471"), ["00001002"]);
        assert_eq!(found("00001002"), ["00001002"]);
    }

    #[test]
    fn colleagues_are_found_by_their_extension_and_by_no_other_number() {
        let state = state();
        let found = |text: &str| -> Vec<&str> {
            search(&state, &[Object::User], text).into_iter().map(Record::name).collect()
        };

        assert_eq!(found("1002"), ["Ben Berger"]);
        assert_eq!(found("+12065551002"), [""; 0]);
    }

    fn found(text: &str) -> Vec<String> {
        let state = state();
        let found = search(&state, &Object::OF_CUSTOMERS, text);
        found.into_iter().map(|record| record.name().to_owned()).collect()
    }

    fn state() -> State {
        let definition = salesforce::force_app::call_center("http://a.localhost", "acme", true);
        crate::org::seed::state(definition)
    }
}
