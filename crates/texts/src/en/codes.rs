//! The sentences of each code, in English.

use crate::codes::{CodeText, Codes, Stated};

pub(super) const CODES: Codes = Stated {
    // ── The account ───────────────────────────────────────────
    no_agent: CodeText::new(
        "There is no account for you yet",
        "Salesforce confirmed who you are, and no Cordboard account belongs to your Salesforce user.",
        "Ask your administrator to add you, then try again.",
    )
    .for_administrator("Enter this Salesforce user ID in the agent's Cordboard account."),
    agent_disabled: CodeText::new(
        "Your account is disabled",
        "An administrator has disabled your Cordboard account.",
        "If that is a mistake, ask your administrator to enable it, then try again.",
    )
    .for_administrator("Enable this account if the agent is to use the phone."),
    not_in_call_center: CodeText::new(
        "You are not in this call center",
        "Your Salesforce user belongs to no call center that uses Cordboard.",
        "Ask your administrator to add you to the call center, then reload the console.",
    )
    .for_administrator("Add the user under *Setup > Call Centers > Manage Call Center Users*."),
    not_standard_user: CodeText::new(
        "This kind of user has no phone",
        "Cordboard is for standard Salesforce users, and yours is of another kind.",
        "Sign in to Salesforce as a standard user, or ask your administrator.",
    )
    .for_administrator("The user type has to be `Standard`; this one was found."),
    user_inactive: CodeText::new(
        "Your Salesforce user is not active",
        "Salesforce says that your user is deactivated or frozen.",
        "Ask your administrator to activate it, then try again.",
    )
    .for_administrator("Activate or unfreeze this user under *Setup > Users*."),
    user_frozen: CodeText::new(
        "Your Salesforce user is frozen",
        "An administrator has frozen your Salesforce user.",
        "Ask your administrator to unfreeze it, then try again.",
    )
    .for_administrator("Unfreeze this user under *Setup > Users*."),
    wrong_credentials: CodeText::new(
        "What you entered does not match",
        "No account can sign in with these two together.",
        "Check both with your administrator, who can give you new ones.",
    ),
    invitation_void: CodeText::new(
        "The invitation is not valid",
        "This invitation code is mistyped, used already, or older than a day.",
        "Check the code, or ask your administrator for a new one.",
    ),
    password_unfit: CodeText::new(
        "The password has the wrong length",
        "A password has 12 to 256 characters, so nothing was changed.",
        "Choose another one.",
    ),
    password_differs: CodeText::new(
        "The passwords differ",
        "The password was not typed alike both times, so nothing was changed.",
        "Type it twice again.",
    ),
    link_conflict: CodeText::new(
        "It is not clear which account is yours",
        "Two Cordboard accounts claim your Salesforce user, or your account belongs to another user. Nothing \
         was changed.",
        "Ask your administrator to sort this out, then try again.",
    )
    .for_administrator("Leave this Salesforce user ID in exactly one Cordboard account."),
    link_confirm: CodeText::new(
        "Your administrator has to confirm",
        "An administrator has to confirm that your Cordboard account and your Salesforce user belong together.",
        "Until then, go on signing in as before.",
    )
    .for_administrator("Link this Salesforce user ID to the agent's Cordboard account."),
    // ── The sign-in ───────────────────────────────────────────
    use_legacy: CodeText::new(
        "Your account uses an SSO token",
        "Your account has not moved to Salesforce sign-in yet.",
        "Sign in with your operator ID and SSO token.",
    ),
    use_salesforce: CodeText::new(
        "Your account uses Salesforce sign-in",
        "Your account has moved to Salesforce sign-in, so operator ID and SSO token do not open it.",
        "Choose *Sign in with Salesforce*.",
    ),
    consent_needed: CodeText::new(
        "Cordboard needs your permission",
        "Salesforce confirmed who you are. Cordboard uses your Salesforce identity only if you allow it.",
        "Choose *Sign in with Salesforce*, then *Allow* in the window. You are asked once.",
    ),
    consent_declined: CodeText::new(
        "You chose Not now",
        "Cordboard may not use your Salesforce identity, so you are not signed in.",
        "To allow it, choose *Sign in with Salesforce*.",
    ),
    signed_out: CodeText::new(
        "You are signed out",
        "You signed out, and stay signed out until you sign in again yourself.",
        "Sign in when you are ready.",
    ),
    other_user: CodeText::new(
        "The window had another user",
        "Somebody else was signed in to Salesforce in the window than at this console, so nobody was signed in \
         here.",
        "Sign out of Salesforce in the window, then try again as the user of this console.",
    )
    .for_administrator("If the agent cannot explain this, look at the attempt in the audit log."),
    wrong_phrase: CodeText::new(
        "That was not this panel's phrase",
        "Another phrase was chosen in the window than this panel shows, so the sign-in was stopped.",
        "Try again and choose the phrase of your own panel. If somebody sent you a link or a phrase, tell your \
         administrator.",
    )
    .for_administrator("The audit log has the attempt. A phrase or link that was sent may be a fraud."),
    login_as: CodeText::new(
        "You are logged in as somebody else",
        "This console was opened by *Login As*. A phone stays with its own agent, so it does not open here.",
        "Log out of the other user, then use the phone in your own console.",
    ),
    expired: CodeText::new(
        "The sign-in took too long",
        "It was not finished within ten minutes, or it had been used already.",
        "Start again from this panel.",
    ),
    popup_blocked: CodeText::new(
        "No window to be seen?",
        "Your browser may have blocked it, or it is behind this one.",
        "Look for it, or choose *Open again*.",
    ),
    no_way: CodeText::new(
        "No way to sign in is set up",
        "The settings of the call center and of Cordboard together leave no way to sign in.",
        "Ask your administrator to change them, then try again.",
    )
    .for_administrator("These settings leave no way to sign in."),
    // ── The running-user proof ────────────────────────────────
    proof_unavailable: CodeText::new(
        "Salesforce did not confirm who you are",
        "The Cordboard class in your organisation gave no answer. The phone asks again by itself.",
        "If it stays so, tell your administrator.",
    )
    .for_administrator(
        "Check that the Apex class `CordboardAgent` is deployed and that the agent has its permission set. This \
         is what Salesforce said.",
    ),
    proof_malformed: CodeText::new(
        "Salesforce's answer could not be read",
        "The Cordboard class in your organisation answered in a form that is not known here.",
        "Tell your administrator.",
    )
    .for_administrator("Deploy the Apex class `CordboardAgent` that belongs to this version of Cordboard."),
    proof_signature: CodeText::new(
        "Salesforce's answer could not be trusted",
        "It was signed with a certificate that Cordboard does not know.",
        "Tell your administrator.",
    )
    .for_administrator("Give Cordboard the certificate with which the Apex class `CordboardAgent` signs."),
    proof_audience: CodeText::new(
        "Salesforce answered another server",
        "The confirmation of who you are was made for another Cordboard server than this one.",
        "Tell your administrator.",
    )
    .for_administrator("Change the server's address in the Cordboard setting in Salesforce; this one was found."),
    proof_nonce: CodeText::new(
        "The sign-in was interrupted",
        "Salesforce's answer belongs to an earlier attempt.",
        "Try again.",
    ),
    proof_expired: CodeText::new(
        "Two clocks do not agree",
        "By the clock of the Cordboard server, Salesforce's answer is too old or from the future, so it does not \
         count.",
        "Try again. If it stays so, tell your administrator.",
    )
    .for_administrator(
        "Set the clock of the Cordboard server right. By this much Salesforce's is ahead (+) or behind (-).",
    ),
    proof_organization: CodeText::new(
        "This console belongs to another organisation",
        "This phone was set up for another Salesforce organisation than the one you are in.",
        "Tell your administrator.",
    )
    .for_administrator("Compare the organisation ID in Cordboard with this one, in which the agent is."),
    proof_use: CodeText::new(
        "Salesforce's answer was not for signing in",
        "It was signed with the right certificate, and made for something else.",
        "Tell your administrator.",
    )
    .for_administrator("Let the certificate of the Apex class `CordboardAgent` sign nothing else."),
    // ── Salesforce's sign-in ──────────────────────────────────
    oauth_denied: CodeText::new(
        "Salesforce was not allowed to tell",
        "Access was denied on Salesforce's own page, so you are not signed in.",
        "Try again and choose *Allow* there.",
    ),
    oauth_not_installed: CodeText::new(
        "Cordboard is not installed in Salesforce",
        "Your organisation does not know the Cordboard app.",
        "Tell your administrator.",
    )
    .for_administrator("Install the Cordboard app under *Setup > Connected Apps OAuth Usage*."),
    oauth_not_approved: CodeText::new(
        "Salesforce waits for an approval",
        "An administrator has to approve the Cordboard app for your user.",
        "Ask your administrator, then try again.",
    )
    .for_administrator("Give the agent the permission set that the Cordboard app asks for."),
    oauth_blocked: CodeText::new(
        "Cordboard is blocked in Salesforce",
        "An administrator has blocked the Cordboard app in your organisation.",
        "Tell your administrator.",
    )
    .for_administrator("Unblock the Cordboard app under *Setup > Connected Apps OAuth Usage*."),
    oauth_state: CodeText::new(
        "This sign-in was not started here",
        "Salesforce's answer belongs to no sign-in of this browser, so nothing was done.",
        "Start again from your own panel, in this browser. Use no link that somebody sent you.",
    ),
    oauth_refused: CodeText::new(
        "Salesforce refused the sign-in",
        "Salesforce answered the Cordboard server with an error.",
        "Try again. If it stays so, tell your administrator.",
    )
    .for_administrator("This is Salesforce's error."),
    oauth_id_token: CodeText::new(
        "Salesforce's answer could not be trusted",
        "The confirmation of who you are did not pass a check.",
        "Try again. If it stays so, tell your administrator.",
    )
    .for_administrator("This check of the ID token failed."),
    oauth_other_organization: CodeText::new(
        "The window was in another organisation",
        "You signed in to another Salesforce organisation in the window than this console belongs to.",
        "Sign out of Salesforce in the window, then try again with the user of this console.",
    )
    .for_administrator("If this is the right organisation, enter its ID in Cordboard."),
    oauth_unreachable: CodeText::new(
        "Salesforce did not answer",
        "The Cordboard server could not reach Salesforce.",
        "Try again in a minute.",
    )
    .for_administrator("Check that the Cordboard server reaches the organisation's My Domain address."),
    // ── The session ───────────────────────────────────────────
    session_ended: CodeText::new(
        "Your session was ended",
        "An administrator ended it, or you signed out somewhere else.",
        "Sign in again. If that does not work, ask your administrator.",
    ),
    session_expired: CodeText::new(
        "Your session is over",
        "A session lasts eight hours, and these have passed.",
        "Sign in again.",
    ),
    session_proof_needed: CodeText::new(
        "Salesforce has to confirm who you are again",
        "The last confirmation is too old for the session to go on.",
        "Sign in again.",
    ),
    session_other_user: CodeText::new(
        "Another user is at this console",
        "The session belonged to another Salesforce user than the one who is here, so it was ended.",
        "Sign in as yourself.",
    ),
    session_reused: CodeText::new(
        "Your session was ended for safety",
        "Its key was used twice, so somebody else may hold a copy.",
        "Sign in again, and tell your administrator.",
    )
    .for_administrator("A refresh token came twice. The audit log says when and from where."),
    consent_revoked: CodeText::new(
        "Your permission was revoked",
        "The session rested on your permission to use your Salesforce identity, so it was ended.",
        "Sign in again if you want to allow it again.",
    ),
    salesforce_unreachable: CodeText::new(
        "Salesforce has not answered for half an hour",
        "The Cordboard server could not ask Salesforce whether your user is still active, so it ended your session.",
        "Try again when Salesforce is back.",
    )
    .for_administrator("The command `cordboard organization show` says since when Salesforce has not answered."),
    // ── Calling ───────────────────────────────────────────────
    calling_not_configured: CodeText::new(
        "The phone is not connected yet",
        "You are signed in, and your organisation has not told Cordboard which telephone system (PBX) to call over.",
        "Ask your administrator to connect it. The phone starts by itself then.",
    )
    .for_administrator(
        "Name the PBX to this organisation: `cordboard organization set` with `--sip-websocket` and `--sip-domain`.",
    ),
    calling_no_extension: CodeText::new(
        "You have no extension yet",
        "The telephone system knows agents by their extensions, and your account has none.",
        "Ask your administrator for one. The phone starts by itself then.",
    )
    .for_administrator("Give this agent one: `cordboard agent set` with `--extension`."),
    calling_no_credentials: CodeText::new(
        "Your extension has no password yet",
        "The telephone system asks for a password, and Cordboard has none for your extension.",
        "Ask your administrator to enter it. The phone starts by itself then.",
    )
    .for_administrator(
        "Enter the secret that the PBX shares (`cordboard organization set` with `--sip-secret-file`), or this \
         agent's own password (`cordboard agent set` with `--sip-password-file`).",
    ),
    // ── The call log ──────────────────────────────────────────
    call_log_field_missing: CodeText::new(
        "Salesforce wants more about the call",
        "Your organisation requires a field that Cordboard does not fill, so the call is not in Salesforce.",
        "Cordboard keeps the call. Tell your administrator.",
    )
    .for_administrator(
        "Make these fields of *Task* optional, or give them a default, then run `cordboard call-log retry`.",
    ),
    call_log_field_invalid: CodeText::new(
        "Salesforce does not take a field of the call",
        "A value does not fit its field, so the call is not in Salesforce.",
        "Cordboard keeps the call. Tell your administrator.",
    )
    .for_administrator(
        "Let these fields of *Task* take what Cordboard writes, then run `cordboard call-log retry`.",
    ),
    call_log_record: CodeText::new(
        "The call belongs to a record that is gone",
        "The contact or other record was deleted, or takes no calls, so the call is not in Salesforce.",
        "Cordboard keeps the call. Choose another record, or tell your administrator.",
    )
    .for_administrator(
        "Restore the record, or let the integration user see it, then run `cordboard call-log retry`.",
    ),
    call_log_no_permission: CodeText::new(
        "Cordboard may not write calls",
        "The user that Cordboard writes calls as lacks a permission, so the call is not in Salesforce.",
        "Cordboard keeps the call. Tell your administrator.",
    )
    .for_administrator(
        "Give the integration user *Edit Tasks* and these fields, then run `cordboard call-log retry`.",
    ),
    call_log_rule: CodeText::new(
        "A rule of your organisation stops the call",
        "Salesforce answered {value}, so the call is not there.",
        "Cordboard keeps the call. Change what the rule asks for, or tell your administrator.",
    )
    .for_administrator(
        "A validation rule or a trigger on *Task* said this. Let calls pass, then run `cordboard call-log retry`.",
    ),
    call_log_no_user: CodeText::new(
        "Your calls have no owner in Salesforce",
        "Your account belongs to no Salesforce user, so the call is not in Salesforce.",
        "Cordboard keeps the call. Sign in with Salesforce once, or tell your administrator.",
    )
    .for_administrator(
        "Enter this agent's *Operator ID* on their user, or let them sign in with Salesforce once, then run \
         `cordboard call-log retry`.",
    ),
    call_log_refused: CodeText::new(
        "Salesforce did not take the call",
        "Salesforce refused it for a reason that Cordboard does not know.",
        "Cordboard keeps the call. Tell your administrator.",
    )
    .for_administrator("Look up Salesforce's error, then run `cordboard call-log retry`."),
    // ── The request itself ────────────────────────────────────
    dpop_nonce: CodeText::new("The request has to be repeated", REQUEST_REFUSED, "Try again."),
    dpop_invalid: CodeText::new("The panel's key was not accepted", REQUEST_REFUSED, "Reload the page.")
        .for_administrator("Compare the clock of the agent's computer with the true time."),
    dpop_replayed: CodeText::new("The request came twice", REQUEST_REFUSED, "Try again."),
    request_malformed: CodeText::new("The request could not be read", REQUEST_REFUSED, "Reload the page.")
        .for_administrator("Panel and server may be of different versions; something between them may change \
                            requests."),
    request_too_large: CodeText::new("The request is too large", REQUEST_REFUSED, "Reload the page.")
        .for_administrator("Something between panel and server may add to requests."),
    request_too_slow: CodeText::new(
        "The request came too slowly",
        "The Cordboard server had not received all of it after fifteen seconds, and nothing was done.",
        "Look whether your network works, then try again.",
    ),
    request_origin: CodeText::new(
        "The form was not sent from this page",
        "Only the page that showed the question may answer it, so nothing was done.",
        "Start again from your own panel. Use no link that somebody sent you.",
    ),
    request_too_many: CodeText::new(
        "Too many attempts",
        "There were more attempts than are answered in this time.",
        "Wait a moment, then try again.",
    ),
    organization_unknown: CodeText::new(
        "This organisation is not set up",
        "The Cordboard server does not know the organisation in this phone's address.",
        "Tell your administrator.",
    )
    .for_administrator("Compare the call center's *CTI Adapter URL* with the organisations that Cordboard has."),
    // ── Calling ───────────────────────────────────────────────
    calling_address: CodeText::new(
        "Your extension is not valid",
        "Your account has an extension that makes no SIP address.",
        "Ask your administrator to correct it.",
    )
    .for_administrator("Extension and SIP domain make this address, which is not valid."),
    calling_registration: CodeText::new(
        "The phone system refuses your phone",
        "It answered {value}, so no calls arrive here.",
        "Try again. If it goes on, tell your administrator.",
    )
    .for_administrator("Check this agent's extension and the shared secret at the phone system."),
    calling_local_network: CodeText::new(
        "The phone system does not answer",
        "{value} cannot be reached, and the browser keeps this page from addresses in your local network.",
        "If it asks, or with the icon beside the address, allow *local network access*, then try again. Otherwise tell \
         your administrator.",
    )
    .for_administrator(
        "If the phone system is in your own network, name Cordboard's address in the browser policy \
         *LocalNetworkAccessAllowedForUrls*, or give the phone system a public address.",
    ),
    media_microphone_denied: CodeText::new(
        "The microphone is blocked",
        "The browser does not let this page use the microphone.",
        "Allow it with the icon beside the address, then call again.",
    ),
    media_microphone_system: CodeText::new(
        "The browser is not given the microphone",
        "This page may use it, but the computer's own settings keep it from the browser.",
        "Allow the browser in the computer's privacy settings, under *Microphone*, then call again.",
    ),
    media_microphone_dismissed: CodeText::new(
        "The microphone was not allowed",
        "The browser asked, and its question was closed without an answer.",
        "Call again, and choose *Allow* when the browser asks.",
    ),
    media_microphone_missing: CodeText::new(
        "There is no microphone",
        "The browser found no microphone on this computer.",
        "Connect a headset, then call again.",
    ),
    media_microphone_busy: CodeText::new(
        "The microphone does not answer",
        "Another program may be using it.",
        "Close other programs that use the microphone, or connect it anew, then call again.",
    ),
    media_not_acceptable: CodeText::new(
        "Browser and phone system do not understand each other",
        "They have no kind of audio in common, so the call could not be set up.",
        "Tell your administrator.",
    )
    .for_administrator("The phone system needs WebRTC: DTLS-SRTP, ICE, and Opus or G.711. The browser said this."),
    media_ring_mute: CodeText::new(
        "Your phone rings without a sound",
        "The browser lets this page be heard only after a click in it.",
        "Click once, and calls ring aloud.",
    ),

    // ── The frame, the console and the call center ────────────
    frame_unknown_host: CodeText::new(
        "This console is not set up for Cordboard",
        "The page around this phone belongs to no organisation that the Cordboard server knows.",
        "Tell your administrator.",
    )
    .for_administrator("Add this host to the organisation in Cordboard, if it is yours."),
    frame_not_framed: CodeText::new(
        "Cordboard opens inside Salesforce",
        "This page was opened by itself, and the phone needs the Salesforce console around it.",
        "Open the Salesforce console and choose the phone in the utility bar.",
    ),
    frame_no_parameters: CodeText::new(
        "Salesforce's parameters are missing",
        "The console did not say which page this phone is in.",
        "Tell your administrator.",
    )
    .for_administrator(
        "Check the call center's *CTI Adapter URL*, and that the softphone was opened by the utility bar.",
    ),
    frame_no_microphone: CodeText::new(
        "No microphone here",
        "The Salesforce console does not lend this phone the microphone, so no call can be taken here.",
        "Open the phone in its own window: it rings there. Where the browser keeps the two apart, you see your calls \
         only there.",
    )
    .for_administrator(
        "Under *Setup > Trusted URLs*, tick *Microphone* for Cordboard's address; under *Setup > Session Settings*, \
         the microphone must not be set to *Never*. Then reload the console.",
    ),
    host_script_missing: CodeText::new(
        "The console's script did not load",
        "The phone speaks to Salesforce through a script of the console, and it did not come.",
        "Reload the console. If it stays so, tell your administrator.",
    )
    .for_administrator("Check the organisation's script version in Cordboard, and what blocks scripts here."),
    host_no_console: CodeText::new(
        "This window has no console",
        "In this organisation only a Salesforce console that is open can say who you are.",
        "Open the phone in the console, and from there its own window again.",
    ),
    host_no_answer: CodeText::new(
        "The console does not answer",
        "The phone asked the Salesforce console for what it needs and got no answer. It asks again by itself.",
        "If it stays so, reload the console, then tell your administrator.",
    )
    .for_administrator(
        "This method of Open CTI gave no answer. Check that the call center's *Use CTI API* is `true` and \
         *Softphone mode* is Lightning.",
    ),
    host_refused: CodeText::new(
        "The console refused a request",
        "The Salesforce console answered the phone with an error. The phone asks again by itself.",
        "If it stays so, reload the console, then tell your administrator.",
    )
    .for_administrator("This is the method of Open CTI, and the console's error."),
    settings_missing: CodeText::new(
        "The call center's settings are missing",
        "The console sent no settings of a call center, so the phone does not know how to sign you in.",
        "Ask your administrator to add you to a call center, then reload the console.",
    )
    .for_administrator(
        "Import Cordboard's call center definition, and add the user under *Setup > Call Centers*.",
    ),
    settings_not_text: CodeText::new(
        "A setting of the call center cannot be read",
        "{value} in the call center is not a text.",
        "Ask your administrator to import the call center again, then try again.",
    )
    .for_administrator("Import Cordboard's call center definition again under *Setup > Call Centers*."),
    settings_enable_salesforce_sso: CodeText::new(
        "Enable Salesforce SSO is neither on nor off",
        "*Enable Salesforce SSO* in the call center is {value}. It must be `true` or `false`, in lower case.",
        "Ask your administrator to change it, then try again.",
    )
    .for_administrator("Change *Enable Salesforce SSO* under *Setup > Call Centers* to `true` or `false`."),
    settings_use_saml_connection: CodeText::new(
        "Use SAML connection is neither on nor off",
        "*Use SAML connection* in the call center is {value}. It must be `true` or `false`, in lower case.",
        "Ask your administrator to change it, then try again.",
    )
    .for_administrator("Change *Use SAML connection* under *Setup > Call Centers* to `true` or `false`."),
    // ── The adapter ───────────────────────────────────────────
    adapter_unreachable: CodeText::new(
        "The server cannot be reached",
        "The Cordboard server did not answer. It may be restarting, or the network is interrupted.",
        "Try again in a moment.",
    ),
    adapter_busy: CodeText::new(
        "The Cordboard server is busy",
        "Its database is in use by something else at this moment, and nothing was done.",
        "Try again in a moment. If it stays so, tell your administrator.",
    )
    .for_administrator(
        "Another program keeps the database of the Cordboard server locked. End what it does; the server needs no \
         restart.",
    ),
    adapter_internal: CodeText::new(
        "Something failed in the Cordboard server",
        "The fault is the server's, and its log has the cause.",
        "Try again. If it stays so, tell your administrator.",
    )
    .for_administrator("Look at the log of the Cordboard server at this time."),
    unknown: CodeText::new(
        "The Cordboard server refused",
        "It gave a reason that this version of the panel does not know.",
        "Reload the page. If it stays so, tell your administrator.",
    )
    .for_administrator("This is the reason that the server gave."),
}
.listed();

const REQUEST_REFUSED: &str =
    "The Cordboard server did not accept what the panel sent, and nothing was done.";
