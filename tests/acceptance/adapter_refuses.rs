//! Bad input, one kind a module: what the adapter answers, what the audit log keeps of it, and that nobody
//! came in. No browser: a [`Desk`](acceptance::desk::Desk) says by hand what a panel would never say.

mod callbacks;
mod claims;
mod forms;
mod frames;
mod legacy;
mod limits;
mod passwords;
mod proofs;
mod requests;
mod routes;
mod sessions;
mod users;
