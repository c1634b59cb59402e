//! Stand-ins that speak the true protocols, so that anyone can try, demo, train and test without a
//! Salesforce organisation, an identity provider or a PBX.
//!
//! A practice world is open by design: every password is `practice`, `/practice/login` asks for none, and
//! whoever reaches the listener may rearrange everything. It belongs on loopback.

#![forbid(unsafe_code)]

pub mod org;
pub mod pbx;
