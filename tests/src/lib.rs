//! The product as its users meet it: servers started as an operator starts them, a real browser, and a
//! [`World`](world::World) in which stories are told.
//!
//! ~~~text
//! story --> World --> Installation --> Process: cordboard, cordboard-practice
//!             |              |             (also what `cargo xtask demo` starts)
//!             |              +---------> Pbx: the practice PBX, or Kamailio
//!             +-----> Browser  -----> Tab, Frame  (DevTools protocol over a pipe)
//! ~~~
//!
//! What a story knows, it knows by the command line, by HTTP and by looking. Of ours only two tongues are
//! linked in, for a [`Desk`](desk::Desk) that speaks to the adapter as the panel does.

#![forbid(unsafe_code)]

pub mod browser;
pub mod built;
pub mod clock;
pub mod desk;
pub mod http;
pub mod installation;
pub mod machine;
pub mod pbx;
pub mod process;
pub mod world;
