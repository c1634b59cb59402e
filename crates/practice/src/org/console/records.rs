//! Accounts, contacts and what belongs to them, looked up and searched.

use crate::org::state::{Account, Contact, State, Task};

/// A record of either kind, as pages and Open CTI payloads name it.
pub enum Record<'a> {
    Account(&'a Account),
    Contact(&'a Contact),
}

impl<'a> Record<'a> {
    pub fn find(state: &'a State, id: &str) -> Option<Self> {
        let account = state.account(id).map(Record::Account);
        account.or_else(|| state.contact(id).map(Record::Contact))
    }

    pub fn id(&self) -> &'a str {
        match self {
            Self::Account(account) => &account.id,
            Self::Contact(contact) => &contact.id,
        }
    }

    pub fn name(&self) -> &'a str {
        match self {
            Self::Account(account) => &account.name,
            Self::Contact(contact) => &contact.name,
        }
    }

    pub fn object(&self) -> &'static str {
        match self {
            Self::Account(_) => "Account",
            Self::Contact(_) => "Contact",
        }
    }

    pub fn path(&self) -> String {
        format!("/lightning/r/{}/{}/view", self.object(), self.id())
    }

    pub fn phones(&self) -> Vec<(&'static str, &'a str)> {
        let phones = match self {
            Self::Account(account) => vec![("Phone", account.phone.as_str())],
            Self::Contact(contact) => {
                vec![("Phone", contact.phone.as_str()), ("Mobile", contact.mobile.as_str())]
            }
        };
        phones.into_iter().filter(|(_, number)| !number.is_empty()).collect()
    }
}

/// The tasks of a record, the newest first. An account shows those of its contacts, too.
pub fn timeline<'a>(state: &'a State, record: &Record<'_>) -> Vec<&'a Task> {
    let belongs = |task: &&Task| {
        let names = |id: &str| task.field("WhatId") == Some(id) || task.field("WhoId") == Some(id);
        let of_contacts = |account: &Account| {
            state.contacts.iter().any(|contact| contact.account == account.id && names(&contact.id))
        };
        names(record.id()) || matches!(record, Record::Account(account) if of_contacts(account))
    };
    let mut tasks: Vec<_> = state.tasks.iter().filter(belongs).collect();
    tasks.sort_by_key(|task| std::cmp::Reverse(task.created_at));
    tasks
}

/// By a part of the name, or by at least five digits of a phone number, from its end.
pub fn search<'a>(state: &'a State, text: &str) -> Vec<Record<'a>> {
    let words = text.trim().to_lowercase();
    let digits = digits(text);
    let meets = |record: &Record<'_>| {
        let by_name = !words.is_empty() && record.name().to_lowercase().contains(&words);
        let by_phone = digits.len() >= 5
            && record.phones().iter().any(|(_, phone)| {
                let own = self::digits(phone);
                own.ends_with(&digits) || digits.ends_with(&own)
            });
        by_name || by_phone
    };
    let accounts = state.accounts.iter().map(Record::Account);
    accounts.chain(state.contacts.iter().map(Record::Contact)).filter(meets).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_found_by_the_number_however_it_is_written() {
        let state = crate::org::seed::state(salesforce::force_app::call_center(
            "http://a.localhost",
            "acme",
            true,
        ));
        let found = |text: &str| -> Vec<&str> {
            search(&state, text).into_iter().map(|record| record.name()).collect()
        };

        assert_eq!(found("+1 (206) 555-0143"), ["Rose Gonzalez"]);
        assert_eq!(found("2065550143"), ["Rose Gonzalez"]);
        assert_eq!(found("gonz"), ["Rose Gonzalez"]);
        assert_eq!(found("0143"), [""; 0]);
        assert_eq!(found(""), [""; 0]);
    }
}
