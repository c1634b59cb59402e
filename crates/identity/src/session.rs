//! The adapter session: its tokens, what keeps it alive, and what ends it.
//!
//! A token is the row's id, its generation, and an HMAC of both under the token key. So the store holds no
//! token, and the same answer can be given again when the first was lost on the way.

use jiff::{SignedDuration, Timestamp};
use oauth::base64url;

use crate::{
    Random,
    agent::{Agent, AgentId, Status},
    consent::ConsentId,
    keys::Keys,
    link::{Candidates, may_be},
    organization::{Handle, Organization, Proof},
    sign_in::{self, Way, proof::RunningUser},
};

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub [u8; 16]);

impl SessionId {
    pub fn from_random(bytes: Random<16>) -> Self {
        Self(bytes)
    }
}

/// In hexadecimal digits: an administrator types it into the command line, where an id that began with a
/// hyphen, as in base64url, would be read as an option.
impl std::fmt::Display for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub organization: Handle,
    pub agent: AgentId,
    /// The key that signed in; every use proves it.
    pub jkt: String,
    pub way: Way,
    /// What the session rests on; revoking it ends the session.
    pub consent: Option<ConsentId>,
    pub created_at: Timestamp,
    pub ends_at: Timestamp,
    /// Counts the refreshes.
    pub generation: u32,
    pub renewed_at: Timestamp,
    /// The last running-user proof.
    pub proved_at: Option<Timestamp>,
    /// Browser and system, for the agent to know the desk by.
    pub client: Option<String>,
    pub ended: Option<End>,
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    SignedOut,
    AgentDisabled,
    ConsentRevoked,
    ByAdministrator,
    /// The agent ended the others from another desk.
    Elsewhere,
    /// *Switch* put a session of another way in its place.
    Replaced,
    Reused,
    OtherUser,
    /// The proof that came with a refresh showed a user who may be no agent.
    Standing,
    /// Salesforce says so, once a minute: see [`crate::directory`].
    UserInactive,
    UserFrozen,
    NotInCallCenter,
    NotStandardUser,
    /// Salesforce has not answered for too long to know.
    SalesforceUnreachable,
}

impl End {
    pub const ALL: [End; 14] = [
        End::SignedOut,
        End::AgentDisabled,
        End::ConsentRevoked,
        End::ByAdministrator,
        End::Elsewhere,
        End::Replaced,
        End::Reused,
        End::OtherUser,
        End::Standing,
        End::UserInactive,
        End::UserFrozen,
        End::NotInCallCenter,
        End::NotStandardUser,
        End::SalesforceUnreachable,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::AgentDisabled => "agent_disabled",
            Self::ConsentRevoked => "consent_revoked",
            Self::ByAdministrator => "by_administrator",
            Self::Elsewhere => "elsewhere",
            Self::Replaced => "replaced",
            Self::Reused => "reused",
            Self::OtherUser => "other_user",
            Self::Standing => "standing",
            Self::UserInactive => "user_inactive",
            Self::UserFrozen => "user_frozen",
            Self::NotInCallCenter => "not_in_call_center",
            Self::NotStandardUser => "not_standard_user",
            Self::SalesforceUnreachable => "salesforce_unreachable",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such session")]
    Unknown,
    /// A genuine token of a session that is alive, in the hands of somebody else.
    #[error("the token is bound to another key")]
    OtherKey,
    #[error("the session has ended")]
    Ended(End),
    #[error("the session, or this token of it, has expired")]
    Expired,
    #[error("a running-user proof has to come along")]
    ProofNeeded,
}

/// The two kinds of token. A token of one kind is never taken for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Access,
    Refresh,
}

impl TokenKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

/// A token that we made, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub session: SessionId,
    pub generation: u32,
}

impl Token {
    /// `None` for whatever we did not make.
    pub fn parse(text: &str, kind: TokenKind, keys: &Keys) -> Option<Self> {
        let bytes: [u8; 52] = base64url::decode(text)?.try_into().ok()?;
        let (session, rest) = bytes.split_first_chunk::<16>()?;
        let (generation, mac) = rest.split_first_chunk::<4>()?;
        let generation = u32::from_be_bytes(*generation);
        keys.is_session_mac(mac, kind.as_str(), session, generation)
            .then_some(Self { session: SessionId(*session), generation })
    }
}

impl Session {
    /// When its panel was last heard of: at its last renewal, or later by its events socket.
    pub fn seen_at(&self, heard_at: Option<Timestamp>) -> Timestamp {
        heard_at.map_or(self.renewed_at, |heard_at| heard_at.max(self.renewed_at))
    }

    pub fn token(&self, kind: TokenKind, keys: &Keys) -> String {
        let mac = keys.session_mac(kind.as_str(), &self.id.0, self.generation);
        base64url::encode([&self.id.0[..], &self.generation.to_be_bytes(), &mac].concat())
    }

    /// Seconds until a refresh has to carry a proof.
    pub fn proof_due_in(&self, organization: &Organization, now: Timestamp) -> Option<u32> {
        let Proof::Required { .. } = organization.proof else { return None };
        let due_at = self.proved_at.unwrap_or(self.created_at) + PROOF_INTERVAL;
        Some(u32::try_from(due_at.duration_since(now).as_secs().max(0)).unwrap_or(u32::MAX))
    }

    /// Whether an access token of this session opens anything now.
    pub fn check_access(&self, token: Token, jkt: &str, now: Timestamp) -> Result<(), Refusal> {
        self.check_alive(jkt, now)?;
        let expires_at = self.renewed_at + ACCESS_LIFETIME;
        // Requests that left before the newest answer came may still carry the token before.
        let follows = token.generation.checked_add(1) == Some(self.generation);
        let is_current = token.generation == self.generation && now < expires_at;
        let is_previous = follows && now < self.renewed_at + REPEAT;
        if is_current || is_previous { Ok(()) } else { Err(Refusal::Expired) }
    }

    fn check_alive(&self, jkt: &str, now: Timestamp) -> Result<(), Refusal> {
        let is_over = self.ended.is_some() || self.ends_at <= now;
        if self.jkt != jkt {
            return Err(if is_over { Refusal::Unknown } else { Refusal::OtherKey });
        }
        match self.ended {
            Some(end) => Err(Refusal::Ended(end)),
            None if is_over => Err(Refusal::Expired),
            None => Ok(()),
        }
    }
}

/// What a refresh does to the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The next generation, to be saved.
    Renewed(Session),
    /// The answer to the same exchange once more; nothing to save.
    Repeated(Session),
    /// To be saved as ended.
    Ended(Session, End),
}

/// Exchanges the refresh token `token` of `session`. `proof` has been verified, nonce included, and comes with
/// the accounts that its user may mean.
pub fn refresh(
    session: &Session,
    token: Token,
    jkt: &str,
    agent: &Agent,
    organization: &Organization,
    proof: Option<(&RunningUser, &Candidates)>,
    now: Timestamp,
) -> Result<Refreshed, Refusal> {
    session.check_alive(jkt, now)?;
    if agent.status == Status::Disabled {
        return Ok(end(session, End::AgentDisabled));
    }
    if token.generation.checked_add(1) == Some(session.generation)
        && now < session.renewed_at + REPEAT
    {
        return Ok(Refreshed::Repeated(session.clone()));
    }
    if token.generation != session.generation {
        return Ok(end(session, End::Reused));
    }
    let mut proved_at = session.proved_at;
    match proof {
        Some((user, candidates)) if !may_be(session.way, agent, user, candidates) => {
            return Ok(end(session, End::OtherUser));
        }
        Some((user, _))
            if sign_in::check_standing(user.user, &user.standing, organization).is_err() =>
        {
            return Ok(end(session, End::Standing));
        }
        Some(_) => proved_at = Some(now),
        None if proof_is_overdue(session, organization, now) => return Err(Refusal::ProofNeeded),
        None => {}
    }
    Ok(Refreshed::Renewed(Session {
        generation: session.generation + 1,
        renewed_at: now,
        proved_at,
        ..session.clone()
    }))
}

/// The panel brings a proof every 15 minutes. While Salesforce does not answer it cannot, and the session
/// goes on for 30 minutes more.
fn proof_is_overdue(session: &Session, organization: &Organization, now: Timestamp) -> bool {
    let Proof::Required { .. } = organization.proof else { return false };
    let proved_at = session.proved_at.unwrap_or(session.created_at);
    now >= proved_at + PROOF_INTERVAL + PROOF_TOLERANCE
}

fn end(session: &Session, end: End) -> Refreshed {
    Refreshed::Ended(Session { ended: Some(end), ..session.clone() }, end)
}

pub const ACCESS_LIFETIME: SignedDuration = SignedDuration::from_secs(5 * 60);
/// A panel that goes on has renewed its session long before; one that has not is closed, or its computer sleeps.
pub const SEEN: SignedDuration = SignedDuration::from_secs(6 * 60);
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(8);
pub const PROOF_INTERVAL: SignedDuration = SignedDuration::from_mins(15);
pub const PROOF_TOLERANCE: SignedDuration = SignedDuration::from_mins(30);
/// For how long the token before the newest still counts.
pub const REPEAT: SignedDuration = SignedDuration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        agent::tests::{agent as agent_called, legacy, linked},
        sign_in::tests::{organization, standing, user},
    };
    use proptest::prelude::*;

    #[test]
    fn an_id_is_written_in_hexadecimal_digits() {
        let id = SessionId([0xf8; 16]);

        assert_eq!(id.to_string(), "f8".repeat(16));
    }

    #[test]
    fn a_token_is_of_one_kind_and_one_generation() {
        let session = session();
        let access = session.token(TokenKind::Access, &keys());

        let token = Token::parse(&access, TokenKind::Access, &keys()).unwrap();

        assert_eq!(token, Token { session: session.id, generation: 1 });
        assert_eq!(Token::parse(&access, TokenKind::Refresh, &keys()), None);
        assert_eq!(Token::parse(&access, TokenKind::Access, &Keys::from_secret(&[2; 32])), None);
        let next = Session { generation: 2, ..session };
        assert_ne!(next.token(TokenKind::Access, &keys()), access);
    }

    #[test]
    fn an_access_token_is_good_for_five_minutes_at_its_own_key() {
        let session = session();

        assert_eq!(session.check_access(token(1), "jkt", at(299)), Ok(()));
        assert_eq!(session.check_access(token(1), "jkt", at(300)), Err(Refusal::Expired));
        assert_eq!(session.check_access(token(1), "other", at(0)), Err(Refusal::OtherKey));
    }

    #[test]
    fn what_is_over_is_not_told_to_another_key() {
        let (ended, expired) = (Session { ended: Some(End::Reused), ..session() }, session());

        assert_eq!(ended.check_access(token(1), "other", at(0)), Err(Refusal::Unknown));
        assert_eq!(expired.check_access(token(1), "other", at(40_000)), Err(Refusal::Unknown));
    }

    #[test]
    fn the_token_before_the_newest_is_good_for_ten_seconds_more() {
        let session = Session { generation: 2, ..session() };

        assert_eq!(session.check_access(token(1), "jkt", at(9)), Ok(()));
        assert_eq!(session.check_access(token(1), "jkt", at(10)), Err(Refusal::Expired));
        assert_eq!(session.check_access(token(0), "jkt", at(0)), Err(Refusal::Expired));
    }

    #[test]
    fn an_ended_session_opens_nothing_and_says_why() {
        let session = Session { ended: Some(End::AgentDisabled), ..session() };

        let refusal = Err(Refusal::Ended(End::AgentDisabled));
        assert_eq!(session.check_access(token(1), "jkt", at(0)), refusal);
    }

    #[test]
    fn a_refresh_makes_the_next_generation() {
        let Ok(Refreshed::Renewed(next)) = refresh_at(240, 1, None) else { panic!("not renewed") };

        assert_eq!((next.generation, next.renewed_at), (2, at(240)));
    }

    #[test]
    fn a_lost_answer_is_given_again_for_ten_seconds_and_then_ends_the_session() {
        let Ok(Refreshed::Renewed(next)) = refresh_at(240, 1, None) else { panic!("not renewed") };
        let again = |seconds| {
            refresh(&next, token(1), "jkt", &agent(), &organization(), None, at(seconds)).unwrap()
        };

        assert_eq!(again(249), Refreshed::Repeated(next.clone()));
        assert!(matches!(again(250), Refreshed::Ended(_, End::Reused)));
    }

    #[test]
    fn a_proof_is_asked_for_after_fifteen_minutes_and_insisted_on_after_thirty_more() {
        let session = session();
        assert_eq!(session.proof_due_in(&organization(), at(0)), Some(900));
        assert_eq!(session.proof_due_in(&organization(), at(1_000)), Some(0));

        assert!(matches!(refresh_at(2_699, 1, None), Ok(Refreshed::Renewed(_))));
        assert_eq!(refresh_at(2_700, 1, None), Err(Refusal::ProofNeeded));
        assert!(matches!(refresh_at(2_700, 1, Some(&proof())), Ok(Refreshed::Renewed(_))));
    }

    #[test]
    fn where_no_proof_is_required_none_is_due() {
        let organization = Organization { proof: Proof::Off, ..organization() };

        assert_eq!(session().proof_due_in(&organization, at(0)), None);
        let refreshed =
            refresh(&session(), token(1), "jkt", &agent(), &organization, None, at(9_000));
        assert!(matches!(refreshed, Ok(Refreshed::Renewed(_))));
    }

    #[test]
    fn another_users_proof_ends_the_session() {
        let other = RunningUser { user: "005xx000001Sv6B".parse().unwrap(), ..proof() };

        assert!(matches!(
            refresh_at(240, 1, Some(&other)),
            Ok(Refreshed::Ended(_, End::OtherUser))
        ));
    }

    #[test]
    fn a_session_by_password_goes_on_beside_a_user_who_is_nobody_else() {
        let session = Session { way: Way::Password, ..session() };
        let nobody = Candidates::default();
        let somebody = Candidates { by_link: Some(linked("anna", user())), ..nobody.clone() };
        let beside = |candidates| {
            let (carla, proof) = (agent_called("carla"), proof());
            let proof = Some((&proof, candidates));
            refresh(&session, token(1), "jkt", &carla, &organization(), proof, at(240))
        };

        assert!(matches!(beside(&nobody), Ok(Refreshed::Renewed(_))));
        assert!(matches!(beside(&somebody), Ok(Refreshed::Ended(_, End::OtherUser))));
    }

    #[test]
    fn a_legacy_agent_is_known_by_the_operator_id_in_the_proof() {
        let with = |operator_id: Option<&str>| {
            let proof = RunningUser { operator_id: operator_id.map(Into::into), ..proof() };
            refresh(
                &session(),
                token(1),
                "jkt",
                &legacy("ben", "op-1"),
                &organization(),
                Some((&proof, &Candidates::default())),
                at(240),
            )
        };

        assert!(matches!(with(Some("op-1")), Ok(Refreshed::Renewed(_))));
        assert!(matches!(with(Some("op-2")), Ok(Refreshed::Ended(_, End::OtherUser))));
        assert!(matches!(with(None), Ok(Refreshed::Ended(_, End::OtherUser))));
    }

    #[test]
    fn a_user_deactivated_in_the_meantime_is_found_by_the_proof() {
        let proof =
            RunningUser { standing: sign_in::Standing { active: false, ..standing() }, ..proof() };

        assert!(matches!(refresh_at(240, 1, Some(&proof)), Ok(Refreshed::Ended(_, End::Standing))));
    }

    #[test]
    fn eight_hours_are_the_end() {
        assert_eq!(refresh_at(8 * 3_600, 1, Some(&proof())), Err(Refusal::Expired));
    }

    #[test]
    fn every_end_reads_back_as_itself() {
        for end in End::ALL {
            assert_eq!(End::ALL.iter().filter(|other| other.as_str() == end.as_str()).count(), 1);
        }
    }

    proptest! {
        #[test]
        fn no_made_up_token_is_taken(text in "[A-Za-z0-9_-]{70}|.{0,80}") {
            prop_assert_eq!(Token::parse(&text, TokenKind::Access, &keys()), None);
        }
    }

    fn refresh_at(
        seconds: i64,
        generation: u32,
        proof: Option<&RunningUser>,
    ) -> Result<Refreshed, Refusal> {
        let candidates = Candidates::default();
        let proof = proof.map(|user| (user, &candidates));
        refresh(&session(), token(generation), "jkt", &agent(), &organization(), proof, at(seconds))
    }

    fn session() -> Session {
        Session {
            id: SessionId([7; 16]),
            organization: Handle::parse("acme").unwrap(),
            agent: agent().id,
            jkt: "jkt".into(),
            way: Way::Proof,
            consent: None,
            created_at: at(0),
            ends_at: at(0) + LIFETIME,
            generation: 1,
            renewed_at: at(0),
            proved_at: Some(at(0)),
            client: None,
            ended: None,
        }
    }

    fn token(generation: u32) -> Token {
        Token { session: SessionId([7; 16]), generation }
    }

    fn agent() -> Agent {
        linked("anna", user())
    }

    fn proof() -> RunningUser {
        RunningUser {
            user: user(),
            standing: standing(),
            operator_id: None,
            username: None,
            language: None,
            nonce: "nonce".into(),
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn keys() -> Keys {
        Keys::from_secret(&[1; 32])
    }
}
