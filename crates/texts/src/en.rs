//! English.
//!
//! A sentence says what happened, the next one what to do. Buttons are verbs. Nobody is blamed.

mod calls;
mod codes;
#[cfg(not(target_arch = "wasm32"))]
mod tasks;

use crate::{Language, catalogue::*};
use codes::CODES;

pub static EN: Catalogue = Catalogue {
    language: Language::En,
    tag: "en",
    product: "Cordboard",
    status: Status {
        nobody: "Not signed in",
        starting: "Starting",
        signing_in: "Signing in",
        signed_in: "Signed in",
        signed_out: "Signed out",
        reconnecting: "Reconnecting",
        unreachable: "No connection",
        needs_attention: "Needs setup",
    },
    controls: Controls {
        sign_in: "Sign in",
        sign_in_with_salesforce: "Sign in with Salesforce",
        use_password: "Use login and password",
        use_legacy: "Use operator ID and SSO token",
        try_again: "Try again",
        try_now: "Try now",
        open_again: "Open again",
        cancel: "Cancel",
        back: "Back",
        sign_out: "Sign out",
        copy: "Copy",
        copied: "Copied",
        copy_keys: "Ctrl+C",
        copy_keys_on_mac: "⌘C",
        press_copy_keys: "The text is selected: press Ctrl+C, or Command+C on a Mac.",
    },
    working: Working {
        starting: "Starting Cordboard",
        signing_in: "Signing you in",
        waiting_for_console: "Waiting for the Salesforce console to send the call center's settings.",
        waiting_for_adapter: "Waiting for the Cordboard server to answer.",
        waiting_for_proof: "Waiting for Salesforce to confirm who you are.",
        waiting_for_verification: "Waiting for the Cordboard server to check your sign-in.",
    },
    unreachable: Unreachable {
        retrying_in: |seconds| format!("Trying again in {seconds} s"),
        possible_in: |seconds| format!("You can send this in {seconds} s"),
        retrying_now: "Trying again",
    },
    offering: Offering {
        heading: "Sign in to your phone",
        by_window: "Cordboard uses your Salesforce sign-in. A window opens; the first time it asks for your \
                    permission.",
        by_typing: "Cordboard signs you in with what your administrator gave you.",
        salesforce_sso_on: "*Enable Salesforce SSO* is on in this call center.",
        salesforce_sso_off: "*Enable Salesforce SSO* is off in this call center.",
    },
    window: WindowTexts {
        heading: "Continue in the window",
        what_to_do: "Finish signing in there. This panel goes on by itself.",
        waiting: "Waiting for the window",
        your_phrase: "Your phrase, to choose in the window",
        open_in_tab: "Open in a new tab",
        or_copy: "If it opens neither way, copy this address into a new tab.",
    },
    credentials: Credentials {
        heading: "Sign in with your SSO token",
        introduction: "Your administrator gave you an operator ID and an SSO token.",
        operator_id: "Operator ID",
        sso_token: "SSO token",
        submit: "Sign in",
        submitting: "Signing in",
    },
    password: PasswordForm {
        heading: "Sign in with your password",
        introduction: "Your administrator knows your login. The password is the one that you set yourself.",
        login: "Login",
        password: "Password",
    },
    signed_in: SignedIn {
        heading: |agent| format!("You are signed in as {agent}"),
        organization: "Organisation",
        call_center: "Call center",
        way: "Signed in with",
        since: "Signed in",
        until: "Session ends",
        connection: "Connection",
        connected: "Connected",
        reconnecting: "Reconnecting; you stay signed in",
        signing_out: "Signing out",
        still_signed_in: "You are still signed in",
        sign_out_unheard: "The Cordboard server did not hear that you want to sign out. Choose *Sign out* again.",
        legacy_heading: "Your SSO token is being retired",
        legacy_notice: "Salesforce sign-in needs no token.",
        legacy_without_switch: "Your administrator will tell you when Salesforce sign-in is ready.",
        last_used: |when| format!("The token was last used {when}."),
        never_used: "The token was not used before.",
    },
    switching: Switching {
        start: "Switch to Salesforce sign-in",
        heading: "Switch to Salesforce sign-in",
        ready: "A window opens and asks for your permission. You stay signed in meanwhile.",
        open: "Continue with Salesforce",
        waiting: "Finish in the window. You stay signed in meanwhile.",
    },
    consents: Consents {
        heading: "What you allowed",
        none: "You have allowed nothing. Cordboard asks when it needs your permission.",
        loading: "Loading",
        what: |organization| format!("Use your Salesforce identity in {organization}"),
        subject: |user| format!("Salesforce user {user}"),
        granted: |when| format!("Allowed {when}"),
        revoke: "Revoke",
        revoke_for: |organization| format!("Revoke the permission for {organization}"),
        confirm: "Revoking ends the sessions that rest on this permission. The next sign-in asks again.",
        confirm_revoke: "Revoke permission",
        keep: "Keep",
    },
    calls: calls::CALLS,
    sessions: Sessions {
        heading: "Where you are signed in",
        loading: "Loading",
        here: "Here",
        unknown_client: "Another browser",
        since: |way, when| format!("{way}, signed in {when}"),
        seen: |when| format!("Last seen {when}"),
        unseen: |count| {
            match count {
            1 => "One more session is not in use: a closed panel, or a computer that sleeps. It ends by itself.".into(),
            _ => format!(
                "{count} more sessions are not in use: closed panels, or computers that sleep. They end by themselves."
            ),
        }
        },
        nowhere_else: "You are signed in nowhere else.",
        end_others: "End the others",
        ending: "Ending the others",
    },
    signed_out: SignedOut {
        heading: "You are signed out",
        what_to_do: "You stay signed out, also after a reload, until you choose *Sign in*.",
    },
    refusal: RefusalTexts {
        for_administrator: "Tell your administrator",
        copy_label: "Copy what to tell your administrator",
    },
    ways: Ways {
        proof: "Your Salesforce session",
        legacy: "Operator ID and SSO token",
        salesforce_sso: "Salesforce sign-in",
        saml: "Single sign-on",
        password: "Login and password",
    },
    time: Time {
        just_now: "just now",
        minutes_ago: |minutes| format!("{minutes} min ago"),
        within_a_minute: "within a minute",
        in_minutes: |minutes| format!("in {minutes} min"),
        at: |hour, minute| format!("at {hour:02}:{minute:02}"),
        on: |day, month, hour, minute| {
            format!("on {day} {}, {hour:02}:{minute:02}", month_name(month))
        },
        on_in: |day, month, year, hour, minute| {
            format!("on {day} {} {year}, {hour:02}:{minute:02}", month_name(month))
        },
    },
    #[cfg(not(target_arch = "wasm32"))]
    shell: Shell {
        title: "Cordboard",
        loading: "Loading the phone",
        failed: "The phone could not start, or has stopped. Reload the page. If it stays so, tell your administrator.",
        no_script: "The phone needs JavaScript, and it is switched off for this page.",
    },
    #[cfg(not(target_arch = "wasm32"))]
    pages: WindowPages {
        title: "Sign in to Cordboard",
        allow_heading: "Allow Cordboard to use your Salesforce identity",
        allow_introduction: "Cordboard, your phone in the Salesforce console, signs you in as your Salesforce \
                             user.",
        who: "You",
        organization: "Organisation",
        shared: "What is shared",
        shared_items: &[
            "Your Salesforce user ID",
            "Your name",
            "Your organisation",
            "Your call center membership",
        ],
        shared_with: "With",
        allow_once: "You are asked once. You can revoke this at any time in the panel, under *What you allowed*.",
        not_you: "Not you? Choose *Not now*, sign out of Salesforce, and start again from your own panel.",
        allow: "Allow",
        not_now: "Not now",
        phrase_heading: "Which phrase does your panel show?",
        phrase_rule: "Choose only what your own panel shows, never what somebody told you.",
        phrase_label: "The phrase in your panel",
        none_of_these: "None of these",
        phrase_continue: "Continue",
        done_heading: "You can close this window",
        done: "You are signed in. Cordboard goes on in the Salesforce console.",
        declined_heading: "You can close this window",
        declined: "Nothing was shared, and you are not signed in. The panel shows what else you can do.",
        refused: "You can close this window and go on in the panel.",
        not_started_here_heading: "This sign-in was not started here",
        not_started_here: "This browser did not start the sign-in that this address belongs to, so nothing was \
                           done. Open your own panel in the Salesforce console and choose *Sign in with \
                           Salesforce* there. Use no sign-in link that somebody sent you.",
    },
    #[cfg(not(target_arch = "wasm32"))]
    invite: InvitePage {
        heading: "Set your password",
        introduction: "Your administrator gave you an invitation code. It is good once, and for a day.",
        code: "Invitation code",
        password: "New password",
        rule: "12 to 256 characters. A few words that belong to nobody but you are better than many signs.",
        again: "New password once more",
        submit: "Set password",
        done_heading: "Your password is set",
        done: "Close this page, and sign in with your login and this password in the panel.",
    },
    #[cfg(not(target_arch = "wasm32"))]
    tasks: tasks::TASKS,
    #[cfg(not(target_arch = "wasm32"))]
    inert: InertPage {
        title: "Cordboard",
        for_administrator: "Tell your administrator",
        value_found: "Value found",
        nothing_found: "nothing",
    },
    codes: CODES,
};

fn month_name(month: u32) -> &'static str {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS[(month.clamp(1, 12) - 1) as usize]
}
