//! The product as its users meet it: servers started as an operator starts them, a real browser, and a
//! [`World`](world::World) in which stories are told.
//!
//! ~~~text
//! story --> World --> Installation --> Process: cordboard, cordboard-practice
//!             |                            (also what `cargo xtask demo` starts)
//!             +-----> Browser  -----> Tab, Frame  (DevTools protocol over a pipe)
//! ~~~
//!
//! Nothing of ours is linked in: what a story knows, it knows by the command line, by HTTP and by looking.

#![forbid(unsafe_code)]

pub mod browser;
pub mod built;
mod clock;
pub mod http;
pub mod installation;
pub mod process;
pub mod world;
