//! Pages and scripts that are none of ours reach for the panel.

mod messages;
mod scripts;
mod secrets;
