//! What Salesforce says: record ids, call center settings, Open CTI answers, the running-user proof, user
//! records, and the metadata that an organisation deploys.
//!
//! A tongue: types, parsers and printers, nothing decided and nothing touched. It builds for the browser
//! and for the adapter.

#![forbid(unsafe_code)]

pub mod call_center;
pub mod case;
pub mod definition;
pub mod force_app;
pub mod frame;
pub mod id;
pub mod json;
pub mod open_cti;
pub mod running_user;
pub mod screen_pop;
pub mod task;
pub mod user;
