//! The sentences of each code. A language states a field per code, so that it can leave none out.

/// What one code means to the person who meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeText {
    pub title: &'static str,
    pub what_happened: &'static str,
    pub what_to_do: &'static str,
    /// What the administrator can do about it; absent where the agent alone can act.
    pub tell_administrator: Option<&'static str>,
}

#[cfg(not(target_arch = "wasm32"))]
impl CodeText {
    pub(crate) const fn new(
        title: &'static str,
        what_happened: &'static str,
        what_to_do: &'static str,
    ) -> Self {
        Self { title, what_happened, what_to_do, tell_administrator: None }
    }

    pub(crate) const fn for_administrator(self, sentence: &'static str) -> Self {
        Self { tell_administrator: Some(sentence), ..self }
    }
}

crate::part::texts! {
    /// In the order of the codes: a list, since what is read field by field weighs more than what it says.
    pub struct Codes {
        pub known: [CodeText; CODES.len()],
        /// For a code that this version does not know.
        pub unknown: CodeText,
    }
}

impl Codes {
    pub fn get(&self, code: &str) -> Option<&CodeText> {
        self.all().find(|(of, _)| *of == code).map(|(_, text)| text)
    }

    /// Every code with its sentences.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &CodeText)> {
        CODES.into_iter().zip(&self.known)
    }
}

macro_rules! codes {
    ($($field:ident = $code:literal,)*) => {
        const CODES: [&str; [$($code),*].len()] = [$($code),*];

        /// As a language states them.
        #[cfg(not(target_arch = "wasm32"))]
        pub(crate) struct Stated {
            $(pub $field: CodeText,)*
            pub unknown: CodeText,
        }

        #[cfg(not(target_arch = "wasm32"))]
        impl Stated {
            pub(crate) const fn listed(self) -> Codes {
                Codes { known: [$(self.$field),*], unknown: self.unknown }
            }
        }
    };
}

codes! {
    no_agent = "sign_in.no_agent",
    agent_disabled = "sign_in.agent_disabled",
    not_in_call_center = "sign_in.not_in_call_center",
    not_standard_user = "sign_in.not_standard_user",
    user_inactive = "sign_in.user_inactive",
    user_frozen = "sign_in.user_frozen",
    wrong_credentials = "sign_in.wrong_credentials",
    invitation_void = "invitation.void",
    password_unfit = "password.unfit",
    password_differs = "password.differs",
    link_conflict = "link.conflict",
    link_confirm = "link.confirm",

    use_legacy = "sign_in.use_legacy",
    use_salesforce = "sign_in.use_salesforce",
    consent_needed = "sign_in.consent_needed",
    consent_declined = "sign_in.consent_declined",
    signed_out = "sign_in.signed_out",
    other_user = "sign_in.other_user",
    wrong_phrase = "sign_in.wrong_phrase",
    login_as = "sign_in.login_as",
    expired = "sign_in.expired",
    popup_blocked = "sign_in.popup_blocked",
    no_way = "sign_in.no_way",

    proof_unavailable = "proof.unavailable",
    proof_malformed = "proof.malformed",
    proof_signature = "proof.signature",
    proof_audience = "proof.audience",
    proof_nonce = "proof.nonce",
    proof_expired = "proof.expired",
    proof_organization = "proof.organization",
    proof_use = "proof.use",

    oauth_denied = "oauth.denied",
    oauth_not_installed = "oauth.not_installed",
    oauth_not_approved = "oauth.not_approved",
    oauth_blocked = "oauth.blocked",
    oauth_state = "oauth.state",
    oauth_refused = "oauth.refused",
    oauth_id_token = "oauth.id_token",
    oauth_other_organization = "oauth.other_organization",
    oauth_unreachable = "oauth.unreachable",

    session_ended = "session.ended",
    session_expired = "session.expired",
    session_proof_needed = "session.proof_needed",
    session_other_user = "session.other_user",
    session_reused = "session.reused",
    consent_revoked = "consent.revoked",
    salesforce_unreachable = "salesforce.unreachable",

    calling_not_configured = "calling.not_configured",
    calling_no_extension = "calling.no_extension",
    calling_no_credentials = "calling.no_credentials",

    call_log_field_missing = "call_log.field_missing",
    call_log_field_invalid = "call_log.field_invalid",
    call_log_record = "call_log.record",
    call_log_no_permission = "call_log.no_permission",
    call_log_rule = "call_log.rule",
    call_log_no_user = "call_log.no_user",
    call_log_refused = "call_log.refused",

    dpop_nonce = "dpop.nonce",
    dpop_invalid = "dpop.invalid",
    dpop_replayed = "dpop.replayed",
    request_malformed = "request.malformed",
    request_too_large = "request.too_large",
    request_too_slow = "request.too_slow",
    request_origin = "request.origin",
    request_too_many = "request.too_many",
    organization_unknown = "organization.unknown",

    calling_address = "calling.address",
    calling_registration = "calling.registration",
    calling_local_network = "calling.local_network",
    media_microphone_denied = "media.microphone_denied",
    media_microphone_system = "media.microphone_system",
    media_microphone_dismissed = "media.microphone_dismissed",
    media_microphone_missing = "media.microphone_missing",
    media_microphone_busy = "media.microphone_busy",
    media_not_acceptable = "media.not_acceptable",
    media_ring_mute = "media.ring_mute",

    frame_unknown_host = "frame.unknown_host",
    frame_not_framed = "frame.not_framed",
    frame_no_parameters = "frame.no_parameters",
    frame_no_microphone = "frame.no_microphone",
    host_script_missing = "host.script_missing",
    host_no_answer = "host.no_answer",
    host_no_console = "host.no_console",
    host_refused = "host.refused",
    settings_missing = "settings.missing",
    settings_not_text = "settings.not_text",
    settings_enable_salesforce_sso = "settings.enable_salesforce_sso",
    settings_use_saml_connection = "settings.use_saml_connection",

    adapter_unreachable = "adapter.unreachable",
    adapter_busy = "adapter.busy",
    adapter_internal = "adapter.internal",
}
