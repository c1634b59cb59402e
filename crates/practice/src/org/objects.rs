//! What the organisation keeps of its customers, and the objects that it is kept as.

use serde::{Deserialize, Serialize};

/// A kind of record, by the name that programs know it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Object {
    Account,
    Contact,
    Lead,
    Case,
    User,
}

impl Object {
    /// Customers' records; people find them in lists and by a search.
    pub const OF_CUSTOMERS: [Self; 4] = [Self::Account, Self::Contact, Self::Lead, Self::Case];

    /// Of the customers' only.
    pub fn named(name: &str) -> Option<Self> {
        Self::OF_CUSTOMERS.into_iter().find(|object| object.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Contact => "Contact",
            Self::Lead => "Lead",
            Self::Case => "Case",
            Self::User => "User",
        }
    }

    pub fn plural(self) -> &'static str {
        match self {
            Self::Account => "Accounts",
            Self::Contact => "Contacts",
            Self::Lead => "Leads",
            Self::Case => "Cases",
            Self::User => "Users",
        }
    }

    /// One of the page's icons, and the class of its tile.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Contact => "contact",
            Self::Lead => "lead",
            Self::Case => "case",
            Self::User => "user",
        }
    }
}

#[derive(Clone, Serialize)]
pub struct Account {
    pub id: String,
    pub name: String,
    pub phone: String,
    pub website: String,
    pub industry: String,
    pub city: String,
}

#[derive(Clone, Serialize)]
pub struct Contact {
    pub id: String,
    pub name: String,
    pub title: String,
    /// The account's id.
    pub account: String,
    pub phone: String,
    pub mobile: String,
    pub email: String,
}

/// Somebody who may become a customer, and belongs to no account yet.
#[derive(Clone, Serialize)]
pub struct Lead {
    pub id: String,
    pub name: String,
    pub company: String,
    pub title: String,
    pub phone: String,
    pub mobile: String,
    pub email: String,
    pub status: String,
}

/// What somebody has asked for. Salesforce names cases by their number.
#[derive(Clone, Serialize)]
pub struct Case {
    pub id: String,
    pub number: String,
    pub subject: String,
    pub status: String,
    pub priority: String,
    /// The contact's id, or nothing.
    pub contact: String,
    /// The account's id, or nothing.
    pub account: String,
    /// `SuppliedPhone`: who filled in the form on the web site has given it.
    pub web_phone: String,
}

impl Case {
    pub fn is_closed(&self) -> bool {
        self.status == "Closed"
    }
}
