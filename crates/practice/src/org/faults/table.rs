//! The table of all faults: what misbehaves, where it is switched, and what it can play.

/// One row.
pub struct Fault {
    /// The control interface's name for it.
    pub name: &'static str,
    pub switch: Switch,
    /// What misbehaves.
    pub subject: &'static str,
    pub plays: Plays,
}

/// Where a fault is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A field of [`Faults`](super::Faults).
    Faults,
    /// A field of [`OpenCti`](super::OpenCti).
    OpenCti,
    /// A field of [`Browser`](super::Browser).
    Browser,
    /// A field of the PBX's [`Faults`](crate::pbx::faults::Faults).
    Pbx,
    /// Whether the class is deployed.
    Apex,
    /// The sign-in app's policy, which *App access* shows too.
    App,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plays {
    /// Each value, and what happens then.
    OneOf(&'static [(&'static str, &'static str)]),
    /// A whole number of these units.
    Number { unit: &'static str },
}

impl Switch {
    /// The last segment of the control interface's path.
    pub fn path(self) -> &'static str {
        match self {
            Switch::Faults => "faults",
            Switch::OpenCti => "open-cti",
            Switch::Browser => "browser",
            Switch::Pbx => "pbx",
            Switch::Apex => "apex",
            Switch::App => "app",
        }
    }
}

/// In the order of the page.
pub const TABLE: &[Fault] = &[
    Fault {
        name: "salesforce",
        switch: Switch::Faults,
        subject: "Salesforce altogether",
        plays: Plays::OneOf(LINE),
    },
    Fault {
        name: "clock",
        switch: Switch::Faults,
        subject: "Salesforce’s clock",
        plays: Plays::Number { unit: "minutes ahead (below zero: behind)" },
    },
    // ── The Apex class ────────────────────────────────────────
    Fault {
        name: "apex",
        switch: Switch::Apex,
        subject: "Apex class",
        plays: Plays::OneOf(&[("missing", "Is not deployed")]),
    },
    Fault {
        name: "proof",
        switch: Switch::Faults,
        subject: "Running-user proof",
        plays: Plays::OneOf(&[
            ("unavailable", "The class fails"),
            ("other_certificate", "Is signed by a stranger’s key"),
            ("audience", "Is for another server"),
            ("expired", "Has expired"),
            ("other_organization", "Is of another organization"),
            ("use", "Is made for another use"),
            ("nonce", "Has another nonce"),
        ]),
    },
    Fault {
        name: "certificate",
        switch: Switch::Faults,
        subject: "Certificate of the class",
        plays: Plays::OneOf(&[("rotated", "Was replaced by another one")]),
    },
    Fault {
        name: "run_apex",
        switch: Switch::Faults,
        subject: "runApex",
        plays: Plays::OneOf(LINE),
    },
    Fault {
        name: "run_apex_delay",
        switch: Switch::Faults,
        subject: "runApex is slow",
        plays: Plays::Number { unit: "milliseconds before each answer" },
    },
    // ── Sign-in ───────────────────────────────────────────────
    Fault {
        name: "app",
        switch: Switch::App,
        subject: "Sign-in app",
        plays: Plays::OneOf(&[
            ("blocked", "Is blocked by the administrator"),
            ("not_installed", "Is not installed"),
        ]),
    },
    Fault {
        name: "code",
        switch: Switch::Faults,
        subject: "Authorization code",
        plays: Plays::OneOf(&[("sent_twice", "Is sent twice in a row")]),
    },
    Fault {
        name: "token",
        switch: Switch::Faults,
        subject: "Token endpoint",
        plays: Plays::OneOf(LINE),
    },
    Fault {
        name: "signing_key",
        switch: Switch::Faults,
        subject: "Key of ID tokens",
        plays: Plays::OneOf(&[
            ("rotated", "Was replaced by another one"),
            ("unpublished", "Was replaced, and the new one is not published"),
        ]),
    },
    Fault {
        name: "keys",
        switch: Switch::Faults,
        subject: "Published keys",
        plays: Plays::OneOf(LINE),
    },
    Fault {
        name: "id_token",
        switch: Switch::Faults,
        subject: "ID token",
        plays: Plays::OneOf(&[
            ("nonce", "Has another nonce"),
            ("audience", "Is for another client"),
            ("issuer", "Is of another issuer"),
            ("key", "Is signed by a stranger’s key"),
            ("algorithm", "Is signed with the client secret (HS256)"),
            ("expired", "Has expired"),
        ]),
    },
    Fault {
        name: "userinfo",
        switch: Switch::Faults,
        subject: "Userinfo",
        plays: Plays::OneOf(&[
            ("other_organization", "Is of another organization"),
            ("unavailable", "Answers 503"),
            ("cut", "Breaks off in the middle of the answer"),
            ("silent", "Never answers"),
        ]),
    },
    // ── The servers ───────────────────────────────────────────
    Fault {
        name: "my_domain",
        switch: Switch::Faults,
        subject: "OAuth and REST",
        plays: Plays::OneOf(&[("unavailable", "Answer 503; the login page still stands")]),
    },
    Fault {
        name: "delay",
        switch: Switch::Faults,
        subject: "My Domain is slow",
        plays: Plays::Number { unit: "milliseconds before each answer" },
    },
    Fault {
        name: "query",
        switch: Switch::Faults,
        subject: "REST query",
        plays: Plays::OneOf(&[
            ("unavailable", "Answers 503"),
            ("cut", "Breaks off in the middle of the answer"),
            ("silent", "Never answers"),
            ("forbidden", "The integration user lacks the permission"),
        ]),
    },
    Fault {
        name: "query_page",
        switch: Switch::Faults,
        subject: "REST query comes in pages",
        plays: Plays::Number { unit: "records at once" },
    },
    Fault {
        name: "token_queries",
        switch: Switch::Faults,
        subject: "Access tokens end early",
        plays: Plays::Number { unit: "queries each" },
    },
    // ── Calls that the adapter logs ───────────────────────────
    Fault {
        name: "task_insert",
        switch: Switch::Faults,
        subject: "REST insert of a Task",
        plays: Plays::OneOf(LINE),
    },
    Fault {
        name: "task_insert_delay",
        switch: Switch::Faults,
        subject: "REST insert of a Task is slow",
        plays: Plays::Number { unit: "milliseconds, whether or not anybody waits" },
    },
    Fault {
        name: "task_update",
        switch: Switch::Faults,
        subject: "REST update of a Task",
        plays: Plays::OneOf(LINE),
    },
    Fault {
        name: "task_rule",
        switch: Switch::Faults,
        subject: "Rules for Tasks",
        plays: Plays::OneOf(&[
            ("required_field", "Want a field that nobody fills"),
            ("validation", "Say that calls need a topic"),
            ("forbidden", "Let the integration user write none"),
            ("locked", "Find the record locked by somebody else"),
        ]),
    },
    // ── How the console answers its softphone ─────────────────
    Fault {
        name: "getCallCenterSettings",
        switch: Switch::OpenCti,
        subject: "Call center’s settings",
        plays: Plays::OneOf(OPEN_CTI),
    },
    Fault {
        name: "runApex/proof",
        switch: Switch::OpenCti,
        subject: "Proof, by runApex",
        plays: Plays::OneOf(OPEN_CTI),
    },
    Fault {
        name: "runApex/credentials",
        switch: Switch::OpenCti,
        subject: "SSO token, by runApex",
        plays: Plays::OneOf(OPEN_CTI),
    },
    Fault {
        name: "runApex/write",
        switch: Switch::OpenCti,
        subject: "Task of a call, by runApex",
        plays: Plays::OneOf(OPEN_CTI),
    },
    Fault {
        name: "searchAndScreenPop",
        switch: Switch::OpenCti,
        subject: "Search for a caller",
        plays: Plays::OneOf(OPEN_CTI),
    },
    Fault {
        name: "screenPop",
        switch: Switch::OpenCti,
        subject: "Screen pop",
        plays: Plays::OneOf(OPEN_CTI),
    },
    // ── The practice PBX ──────────────────────────────────────
    Fault {
        name: "sockets",
        switch: Switch::Pbx,
        subject: "Phones’ sockets",
        plays: Plays::OneOf(&[
            ("cut", "Are cut once; new ones are welcome"),
            ("refused", "Are cut, and new ones are refused"),
        ]),
    },
    Fault {
        name: "registrar",
        switch: Switch::Pbx,
        subject: "Registrar",
        plays: Plays::OneOf(&[("forgets", "Forgets every phone, once")]),
    },
    Fault {
        name: "calls",
        switch: Switch::Pbx,
        subject: "Calls",
        plays: Plays::OneOf(&[
            ("unavailable", "Are answered 503"),
            ("late_cancel", "Are called off two seconds late (CANCEL)"),
        ]),
    },
    Fault {
        name: "loss",
        switch: Switch::Pbx,
        subject: "Audio is lost",
        plays: Plays::Number { unit: "of a hundred packets, either way" },
    },
    Fault {
        name: "latency",
        switch: Switch::Pbx,
        subject: "Signalling is slow",
        plays: Plays::Number { unit: "milliseconds for each message to a phone" },
    },
    // ── What the pages tell the browser ───────────────────────
    Fault {
        name: "console_coop",
        switch: Switch::Browser,
        subject: "Console’s window isolation",
        plays: Plays::OneOf(COOP),
    },
    Fault {
        name: "my_domain_coop",
        switch: Switch::Browser,
        subject: "Login’s window isolation",
        plays: Plays::OneOf(COOP),
    },
    Fault {
        name: "frame_allow",
        switch: Switch::Browser,
        subject: "Softphone’s frame",
        plays: Plays::OneOf(&[("autoplay", "May not use the microphone")]),
    },
    Fault {
        name: "frame_sandbox",
        switch: Switch::Browser,
        subject: "Sandbox of the frame",
        plays: Plays::OneOf(&[(
            "allow-scripts allow-same-origin allow-forms",
            "Forbids it to open windows",
        )]),
    },
];

const OPEN_CTI: &[(&str, &str)] = &[
    ("late", "The console answers three seconds late"),
    ("very_late", "The console answers twenty seconds late"),
    ("never", "The console never answers"),
    ("twice", "The console answers twice"),
    ("errors", "The console answers with errors"),
    ("empty", "The console answers with nothing"),
];

/// See [`Line`](super::Line).
const LINE: &[(&str, &str)] = &[
    ("unavailable", "Answers 503"),
    ("cut", "Breaks off in the middle of the answer"),
    ("silent", "Never answers"),
];

const COOP: &[(&str, &str)] = &[
    ("same-origin", "COOP: same-origin"),
    ("same-origin-allow-popups", "COOP: same-origin-allow-popups"),
];
