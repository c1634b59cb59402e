//! Which texts there are. A [`Template`] takes what it says; everything else may carry [`crate::pieces`].

mod audio;
mod calls;
mod presence;
#[cfg(not(target_arch = "wasm32"))]
mod tasks;

pub use audio::Audio;
pub use calls::Calls;
pub use presence::Presence;
#[cfg(not(target_arch = "wasm32"))]
pub use tasks::Tasks;

use crate::{
    Language, Plural, Template,
    codes::{CodeText, Codes},
    part::{Lines, Part, texts},
};

#[derive(Debug)]
pub struct Catalogue {
    pub language: Language,
    /// For the attribute `lang`.
    pub tag: &'static str,
    pub product: &'static str,

    // ── The panel ─────────────────────────────────────────────
    pub status: Status,
    pub controls: Controls,
    pub working: Working,
    pub unreachable: Unreachable,
    pub offering: Offering,
    pub window: WindowTexts,
    pub credentials: Credentials,
    pub password: PasswordForm,
    pub signed_in: SignedIn,
    pub switching: Switching,
    pub consents: Consents,
    pub sessions: Sessions,
    pub calls: Calls,
    pub presence: Presence,
    pub audio: Audio,
    pub signed_out: SignedOut,
    pub refusal: RefusalTexts,
    pub ways: Ways,
    pub time: Time,

    /// The texts of the adapter's pages, which no panel carries.
    #[cfg(not(target_arch = "wasm32"))]
    pub adapter: &'static AdapterTexts,

    pub codes: Codes,
}

impl Catalogue {
    /// The catalogue of a file that [`Catalogue::to_file`] wrote in the same build; nothing for any other.
    pub fn from_file(file: &'static str) -> Option<Self> {
        let mut lines = Lines::of(file);
        let tag = lines.next();
        let mut read = Self {
            language: Language::ALL.iter().copied().find(|language| language.tag() == tag)?,
            tag,
            product: lines.next(),
            status: Part::EMPTY,
            controls: Part::EMPTY,
            working: Part::EMPTY,
            unreachable: Part::EMPTY,
            offering: Part::EMPTY,
            window: Part::EMPTY,
            credentials: Part::EMPTY,
            password: Part::EMPTY,
            signed_in: Part::EMPTY,
            switching: Part::EMPTY,
            consents: Part::EMPTY,
            sessions: Part::EMPTY,
            calls: Part::EMPTY,
            presence: Part::EMPTY,
            audio: Part::EMPTY,
            signed_out: Part::EMPTY,
            refusal: Part::EMPTY,
            ways: Part::EMPTY,
            time: Part::EMPTY,
            codes: Part::EMPTY,
            #[cfg(not(target_arch = "wasm32"))]
            adapter: crate::catalogue(Language::parse(tag)?).adapter,
        };
        read.status.fill(&mut lines);
        read.controls.fill(&mut lines);
        read.working.fill(&mut lines);
        read.unreachable.fill(&mut lines);
        read.offering.fill(&mut lines);
        read.window.fill(&mut lines);
        read.credentials.fill(&mut lines);
        read.password.fill(&mut lines);
        read.signed_in.fill(&mut lines);
        read.switching.fill(&mut lines);
        read.consents.fill(&mut lines);
        read.sessions.fill(&mut lines);
        read.calls.fill(&mut lines);
        read.presence.fill(&mut lines);
        read.audio.fill(&mut lines);
        read.signed_out.fill(&mut lines);
        read.refusal.fill(&mut lines);
        read.ways.fill(&mut lines);
        read.time.fill(&mut lines);
        read.codes.fill(&mut lines);
        lines.were_enough().then_some(read)
    }

    /// What the panel loads: all but the texts of the adapter's pages.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn to_file(&self) -> String {
        let mut file = String::new();
        self.tag.write(&mut file);
        self.product.write(&mut file);
        self.status.write(&mut file);
        self.controls.write(&mut file);
        self.working.write(&mut file);
        self.unreachable.write(&mut file);
        self.offering.write(&mut file);
        self.window.write(&mut file);
        self.credentials.write(&mut file);
        self.password.write(&mut file);
        self.signed_in.write(&mut file);
        self.switching.write(&mut file);
        self.consents.write(&mut file);
        self.sessions.write(&mut file);
        self.calls.write(&mut file);
        self.presence.write(&mut file);
        self.audio.write(&mut file);
        self.signed_out.write(&mut file);
        self.refusal.write(&mut file);
        self.ways.write(&mut file);
        self.time.write(&mut file);
        self.codes.write(&mut file);
        file
    }

    /// The sentences of a code, `concern.what`. One from a newer adapter gets the ones that fit any.
    pub fn for_code(&self, code: &str) -> &CodeText {
        self.codes.get(code).unwrap_or(&self.codes.unknown)
    }
}

/// There is one catalogue for a language.
impl PartialEq for Catalogue {
    fn eq(&self, other: &Self) -> bool {
        self.language == other.language
    }
}

texts! {
    /// The status bar: who, and one word for the state.
    pub struct Status {
        pub nobody: &'static str,
        pub starting: &'static str,
        pub signing_in: &'static str,
        pub signed_in: &'static str,
        pub signed_out: &'static str,
        pub reconnecting: &'static str,
        pub unreachable: &'static str,
        pub needs_attention: &'static str,
    }

    /// Buttons that stand in several states.
    pub struct Controls {
        pub sign_in: &'static str,
        pub sign_in_with_salesforce: &'static str,
        pub use_password: &'static str,
        pub use_legacy: &'static str,
        pub try_again: &'static str,
        pub try_now: &'static str,
        pub open_again: &'static str,
        pub cancel: &'static str,
        pub back: &'static str,
        pub sign_out: &'static str,
        pub copy: &'static str,
        pub copied: &'static str,
        /// Which keys copy, beside the button that does.
        pub copy_keys: &'static str,
        pub copy_keys_on_mac: &'static str,
        /// The browser did not let us copy; the text is selected.
        pub press_copy_keys: &'static str,
    }

    /// The states in which the agent waits: a heading at once, the sentence after two seconds.
    pub struct Working {
        pub starting: &'static str,
        pub signing_in: &'static str,
        pub waiting_for_console: &'static str,
        pub waiting_for_adapter: &'static str,
        pub waiting_for_proof: &'static str,
        pub waiting_for_verification: &'static str,
    }

    pub struct Unreachable {
        pub retrying_in: Template,
        /// Of a form, which the agent sends.
        pub possible_in: Template,
        pub retrying_now: &'static str,
    }

    pub struct Offering {
        pub heading: &'static str,
        pub by_window: &'static str,
        pub by_typing: &'static str,
        pub salesforce_sso_on: &'static str,
        pub salesforce_sso_off: &'static str,
    }

    /// The panel while a window is open or about to be.
    pub struct WindowTexts {
        pub heading: &'static str,
        pub what_to_do: &'static str,
        pub waiting: &'static str,
        pub your_phrase: &'static str,
        pub open_in_tab: &'static str,
        pub or_copy: &'static str,
    }

    pub struct Credentials {
        pub heading: &'static str,
        pub introduction: &'static str,
        pub operator_id: &'static str,
        pub sso_token: &'static str,
        pub submit: &'static str,
        pub submitting: &'static str,
    }

    pub struct PasswordForm {
        pub heading: &'static str,
        pub introduction: &'static str,
        pub login: &'static str,
        pub password: &'static str,
    }

    pub struct SignedIn {
        pub heading: Template,
        pub organization: &'static str,
        pub call_center: &'static str,
        pub way: &'static str,
        pub since: &'static str,
        pub until: &'static str,
        pub extension: &'static str,
        pub with_extension: &'static str,
        pub without_extension: &'static str,
        pub connection: &'static str,
        pub connected: &'static str,
        pub reconnecting: &'static str,
        pub signing_out: &'static str,
        pub still_signed_in: &'static str,
        pub sign_out_unheard: &'static str,
        pub legacy_heading: &'static str,
        pub legacy_notice: &'static str,
        pub legacy_without_switch: &'static str,
        pub last_used: Template,
        pub never_used: &'static str,
    }

    /// The move from the legacy method to Salesforce sign-in.
    pub struct Switching {
        pub start: &'static str,
        pub heading: &'static str,
        pub ready: &'static str,
        pub open: &'static str,
        pub waiting: &'static str,
    }

    pub struct Consents {
        pub heading: &'static str,
        pub none: &'static str,
        pub loading: &'static str,
        pub what: Template,
        pub subject: Template,
        pub granted: Template,
        pub revoke: &'static str,
        pub revoke_for: Template,
        pub confirm: &'static str,
        pub confirm_revoke: &'static str,
        pub keep: &'static str,
    }

    pub struct Sessions {
        pub heading: &'static str,
        pub loading: &'static str,
        /// The session that is looked at.
        pub here: &'static str,
        /// Where browser and system are not known.
        pub unknown_client: &'static str,
        pub since: Template,
        pub seen: Template,
        /// Sessions that are no place any longer.
        pub unseen: Plural,
        pub nowhere_else: &'static str,
        pub end_others: &'static str,
        pub ending: &'static str,
    }

    pub struct SignedOut {
        pub heading: &'static str,
        pub what_to_do: &'static str,
    }

    pub struct RefusalTexts {
        pub for_administrator: &'static str,
        pub copy_label: &'static str,
    }

    /// How an agent signed in, said to that agent.
    pub struct Ways {
        pub proof: &'static str,
        pub legacy: &'static str,
        pub salesforce_sso: &'static str,
        pub saml: &'static str,
        pub password: &'static str,
    }

    /// Relative under an hour, absolute after.
    pub struct Time {
        pub just_now: &'static str,
        pub minutes_ago: Template,
        pub within_a_minute: &'static str,
        pub in_minutes: Template,
        pub at: Template,
        pub on: Template,
        pub on_in: Template,
        /// The day that begins a month, `1`.
        pub first: &'static str,
        pub months: [&'static str; 12],
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug)]
pub struct AdapterTexts {
    pub shell: Shell,
    pub pages: WindowPages,
    pub invite: InvitePage,
    pub inert: InertPage,
    pub tasks: Tasks,
}

/// The page into which the panel is loaded.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug)]
pub struct Shell {
    pub title: &'static str,
    pub loading: &'static str,
    /// The panel did not start, or has failed.
    pub failed: &'static str,
    /// For a browser in which no script runs.
    pub no_script: &'static str,
}

/// The pages of the window, which the adapter renders.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug)]
pub struct WindowPages {
    pub title: &'static str,
    // ── Allow ─────────────────────────────────────────────────
    pub allow_heading: &'static str,
    pub allow_introduction: &'static str,
    pub who: &'static str,
    pub organization: &'static str,
    pub shared: &'static str,
    pub shared_items: &'static [&'static str],
    pub shared_with: &'static str,
    pub allow_once: &'static str,
    pub not_you: &'static str,
    pub allow: &'static str,
    pub not_now: &'static str,
    // ── The phrase ────────────────────────────────────────────
    pub phrase_heading: &'static str,
    pub phrase_rule: &'static str,
    /// The legend of the four phrases.
    pub phrase_label: &'static str,
    pub none_of_these: &'static str,
    /// The button where consent is on record, so that only the phrase is asked.
    pub phrase_continue: &'static str,
    // ── The end ───────────────────────────────────────────────
    pub done_heading: &'static str,
    pub done: &'static str,
    pub declined_heading: &'static str,
    pub declined: &'static str,
    /// Below a refusal's sentences: where the agent goes from here.
    pub refused: &'static str,
    pub not_started_here_heading: &'static str,
    pub not_started_here: &'static str,
}

/// The page on which an agent sets a password.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug)]
pub struct InvitePage {
    pub heading: &'static str,
    pub introduction: &'static str,
    pub code: &'static str,
    pub password: &'static str,
    pub rule: &'static str,
    pub again: &'static str,
    pub submit: &'static str,
    pub done_heading: &'static str,
    pub done: &'static str,
}

/// The page for frames that we do not know. Title and sentences are those of its code.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug)]
pub struct InertPage {
    pub title: &'static str,
    pub for_administrator: &'static str,
    pub value_found: &'static str,
    pub nothing_found: &'static str,
}
