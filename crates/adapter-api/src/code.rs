//! The stable codes: what the panel copies for the administrator, what the audit log records, what tests
//! name. A code never changes its meaning.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// `concern.what`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {$(
            $(#[$doc])*
            $variant,
        )*}

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self {$(Code::$variant => $text,)*}
            }
        }
    };
}

codes! {
    // ── The account ───────────────────────────────────────────
    /// No account belongs to this Salesforce user. Value: the user id to enter.
    NoAgent = "sign_in.no_agent",
    /// The account is disabled. Value: the account's name.
    AgentDisabled = "sign_in.agent_disabled",
    /// The user belongs to no call center of ours. Value: the call center found, or nothing.
    NotInCallCenter = "sign_in.not_in_call_center",
    /// Value: the user type found.
    NotStandardUser = "sign_in.not_standard_user",
    /// The Salesforce user is deactivated. Value: the user id.
    UserInactive = "sign_in.user_inactive",
    /// The Salesforce user is frozen.
    UserFrozen = "sign_in.user_frozen",
    /// Operator ID and token, or login and password, do not belong together.
    WrongCredentials = "sign_in.wrong_credentials",
    /// The invitation is used, expired or none of ours.
    InvitationVoid = "invitation.void",
    /// A new password is too short or too long.
    PasswordUnfit = "password.unfit",
    /// A new password was typed in two ways.
    PasswordDiffers = "password.differs",
    /// Two accounts claim this user, or the account belongs to another one. Value: the user id.
    LinkConflict = "link.conflict",
    /// An administrator has to confirm that account and user belong together. Value: the user id.
    LinkConfirm = "link.confirm",

    // ── The sign-in ───────────────────────────────────────────
    /// The account is still on the legacy method; the panel goes on with the token.
    UseLegacy = "sign_in.use_legacy",
    /// The account has moved; the token is no way in.
    UseSalesforce = "sign_in.use_salesforce",
    /// No consent is on record; the window asks for it.
    ConsentNeeded = "sign_in.consent_needed",
    /// The agent chose *Not now*.
    ConsentDeclined = "sign_in.consent_declined",
    /// The agent signed out; a click signs in again.
    SignedOut = "sign_in.signed_out",
    /// The window verified somebody else than the one at the panel.
    OtherUser = "sign_in.other_user",
    /// Another phrase than the panel's was chosen.
    WrongPhrase = "sign_in.wrong_phrase",
    /// *Login As*: the phone stays the agent's own.
    LoginAs = "sign_in.login_as",
    /// The sign-in took too long, or was used already.
    TransactionExpired = "sign_in.expired",
    /// A hint, not a refusal: the browser gave no window handle.
    PopupBlocked = "sign_in.popup_blocked",
    /// Nothing is left to offer. Value: the settings that leave nothing.
    NoWay = "sign_in.no_way",

    // ── The running-user proof ────────────────────────────────
    /// `runApex` did not answer a proof. Value: what Salesforce said.
    ProofUnavailable = "proof.unavailable",
    /// The proof is no JWT of ours.
    ProofMalformed = "proof.malformed",
    /// No pinned certificate signed it.
    ProofSignature = "proof.signature",
    /// Value: the audience found.
    ProofAudience = "proof.audience",
    /// Another key's nonce, a used one, or none of ours.
    ProofNonce = "proof.nonce",
    /// Too old, or from the future. Value: by how much the clock that dated it is ahead of the adapter's.
    ProofExpired = "proof.expired",
    /// Value: the organization id found.
    ProofOrganization = "proof.organization",
    /// The certificate signed it for something else.
    ProofUse = "proof.use",

    // ── Salesforce's OpenID Connect ───────────────────────────
    /// The agent, or Salesforce for the agent, denied access.
    OauthDenied = "oauth.denied",
    /// The app is not installed in the organisation.
    OauthNotInstalled = "oauth.not_installed",
    /// The app awaits an administrator's approval for this user.
    OauthNotApproved = "oauth.not_approved",
    /// An administrator has blocked the app.
    OauthBlocked = "oauth.blocked",
    /// The provider's answer belongs to no sign-in of this browser.
    OauthState = "oauth.state",
    /// The provider refused. Value: its error.
    OauthRefused = "oauth.refused",
    /// The ID token is not one for us. Value: the check that failed.
    OauthIdToken = "oauth.id_token",
    /// Value: the organization id found.
    OauthOtherOrganization = "oauth.other_organization",
    /// Salesforce did not answer the adapter.
    OauthUnreachable = "oauth.unreachable",

    // ── The session ───────────────────────────────────────────
    /// An administrator, or the agent elsewhere, ended it.
    SessionEnded = "session.ended",
    /// Its eight hours are over.
    SessionExpired = "session.expired",
    /// A fresh running-user proof has to come with the refresh.
    SessionProofNeeded = "session.proof_needed",
    /// The proof names another user than the session's.
    SessionOtherUser = "session.other_user",
    /// A refresh token came twice, so somebody may hold a copy.
    SessionReused = "session.reused",
    /// The consent the session rests on was revoked.
    ConsentRevoked = "consent.revoked",
    /// Salesforce has not answered the adapter for half an hour, so nobody knows whether the agent may go on.
    SalesforceUnreachable = "salesforce.unreachable",

    // ── Calling ───────────────────────────────────────────────
    /// The organisation has no PBX. Value: the organisation's handle.
    CallingNotConfigured = "calling.not_configured",
    /// The agent has no extension on it. Value: the agent's login.
    CallingNoExtension = "calling.no_extension",
    /// There is no secret that the PBX would take. Value: the agent's login.
    CallingNoCredentials = "calling.no_credentials",

    // ── The call log ──────────────────────────────────────────
    /// Salesforce wants a field that a call does not fill. Value: the fields.
    CallLogFieldMissing = "call_log.field_missing",
    /// Salesforce does not take a field's value. Value: the fields and Salesforce's error.
    CallLogFieldInvalid = "call_log.field_invalid",
    /// The record that the call belongs to is gone, or takes no activities. Value: the fields and Salesforce's error.
    CallLogRecord = "call_log.record",
    /// The integration user may not write Tasks, or a field of theirs. Value: the fields and Salesforce's error.
    CallLogNoPermission = "call_log.no_permission",
    /// A rule of the organisation's says no. Value: its words.
    CallLogRule = "call_log.rule",
    /// The agent has no Salesforce user. Value: the agent's login.
    CallLogNoUser = "call_log.no_user",
    /// Value: Salesforce's error.
    CallLogRefused = "call_log.refused",

    // ── The request itself ────────────────────────────────────
    /// The DPoP proof needs the nonce of this answer (RFC 9449 §8).
    DpopNonce = "dpop.nonce",
    DpopInvalid = "dpop.invalid",
    DpopReplayed = "dpop.replayed",
    RequestMalformed = "request.malformed",
    RequestTooLarge = "request.too_large",
    /// Its body did not come whole in time.
    RequestTooSlow = "request.too_slow",
    /// The form was not sent from our own page.
    RequestOrigin = "request.origin",
    RequestTooMany = "request.too_many",
    OrganizationUnknown = "organization.unknown",

    // ── Calls ─────────────────────────────────────────────────
    /// The agent's SIP address is none. Value: what was found.
    CallingAddress = "calling.address",
    /// The PBX does not take the registration. Value: its status and reason.
    CallingRegistration = "calling.registration",
    /// The PBX has never answered, and the browser keeps the page from addresses in the local network. Value: the PBX.
    CallingLocalNetwork = "calling.local_network",
    /// The browser, or the person, keeps the microphone from the page.
    MediaMicrophoneDenied = "media.microphone_denied",
    /// The operating system keeps it from the browser.
    MediaMicrophoneSystem = "media.microphone_system",
    /// The browser's question was closed without an answer.
    MediaMicrophoneDismissed = "media.microphone_dismissed",
    /// There is no microphone.
    MediaMicrophoneMissing = "media.microphone_missing",
    /// Another program holds the microphone, or it fails. Value: what the browser said.
    MediaMicrophoneBusy = "media.microphone_busy",
    /// Browser and PBX have no media in common. Value: what the browser said.
    MediaNotAcceptable = "media.not_acceptable",
    /// A notice, not a refusal: nobody has touched the page yet, so the browser lets it make no sound.
    MediaRingMute = "media.ring_mute",

    // ── The frame, the console and the call center ────────────
    /// The frame's host belongs to no organisation of ours. Value: the origin found.
    FrameUnknownHost = "frame.unknown_host",
    /// The page was opened outside a Salesforce console.
    FrameNotFramed = "frame.not_framed",
    /// Salesforce's parameters are missing.
    FrameNoParameters = "frame.no_parameters",
    /// A notice, not a refusal: the console does not lend the frame its microphone.
    FrameNoMicrophone = "frame.no_microphone",
    /// The console's Open CTI script did not load.
    HostScriptMissing = "host.script_missing",
    /// The console does not answer Open CTI calls.
    HostNoAnswer = "host.no_answer",
    /// The phone's own window has no console to ask: that of the panel which opened it is gone.
    HostNoConsole = "host.no_console",
    /// The console refused a call. Value: its error.
    HostRefused = "host.refused",
    SettingsMissing = "settings.missing",
    /// Value: the setting.
    SettingsNotText = "settings.not_text",
    /// Value: what *Enable Salesforce SSO* is.
    SettingsEnableSalesforceSso = "settings.enable_salesforce_sso",
    /// Value: what *Use SAML connection* is.
    SettingsUseSamlConnection = "settings.use_saml_connection",

    // ── The adapter ───────────────────────────────────────────
    AdapterUnreachable = "adapter.unreachable",
    /// The adapter's database is locked at this moment, and nothing was done.
    AdapterBusy = "adapter.busy",
    /// Our own fault; the cause is in the adapter's log.
    AdapterInternal = "adapter.internal",
}

impl Code {
    /// Whether a session ends so because somebody has taken the agent's right to work.
    pub fn is_deactivation(self) -> bool {
        matches!(
            self,
            Self::AgentDisabled
                | Self::UserInactive
                | Self::UserFrozen
                | Self::NotInCallCenter
                | Self::NotStandardUser
        )
    }
}

impl std::str::FromStr for Code {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.iter().find(|code| code.as_str() == text).copied().ok_or(Unknown)
    }
}

/// A code of another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a code that this version does not know")
    }
}

// By hand: derived, each of the sixty would be code of its own in the panel's wasm.
impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_a_concern_and_a_what_and_stands_once() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            let (concern, what) = code.as_str().split_once('.').unwrap();
            assert!(!concern.is_empty() && !what.is_empty() && !what.contains('.'), "{code}");
            assert!(seen.insert(code.as_str()), "{code} stands twice");
        }
    }

    #[test]
    fn a_code_travels_as_its_text() {
        for code in Code::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), *code);
        }
    }
}
