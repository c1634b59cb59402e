//! The sentences of each code, in French.

use crate::codes::{CodeText, Codes, Stated};

pub(super) const CODES: Codes = Stated {
    // ── The account ───────────────────────────────────────────
    no_agent: CodeText::new(
        "Vous n’avez pas encore de compte",
        "Salesforce a confirmé votre identité, mais aucun compte Cordboard ne correspond à votre utilisateur.",
        "Demandez à votre administrateur de vous ajouter, puis réessayez.",
    )
    .for_administrator("Saisissez cet identifiant d’utilisateur Salesforce dans le compte Cordboard de l’agent."),
    agent_disabled: CodeText::new(
        "Votre compte est désactivé",
        "Un administrateur a désactivé votre compte Cordboard.",
        "S’il s’agit d’une erreur, demandez à votre administrateur de le réactiver, puis réessayez.",
    )
    .for_administrator("Réactivez ce compte si l’agent doit utiliser le téléphone."),
    not_in_call_center: CodeText::new(
        "Vous ne faites pas partie de ce centre d’appels",
        "Votre utilisateur Salesforce n’appartient à aucun centre d’appels qui utilise Cordboard.",
        "Demandez à votre administrateur de vous y ajouter, puis rechargez la console.",
    )
    .for_administrator(
        "Ajoutez l’utilisateur sous *Configuration > Centres d’appels > Gérer les utilisateurs du centre d’appels*.",
    ),
    not_standard_user: CodeText::new(
        "Ce type d’utilisateur n’a pas de téléphone",
        "Cordboard est destiné aux utilisateurs Salesforce standard, et le vôtre est d’un autre type.",
        "Connectez-vous à Salesforce en tant qu’utilisateur standard, ou consultez votre administrateur.",
    )
    .for_administrator("Le type d’utilisateur doit être `Standard` ; voici celui qui a été trouvé."),
    user_inactive: CodeText::new(
        "Votre utilisateur Salesforce n’est pas actif",
        "D’après Salesforce, votre utilisateur est désactivé ou gelé.",
        "Demandez à votre administrateur de l’activer, puis réessayez.",
    )
    .for_administrator("Activez ou dégelez cet utilisateur sous *Configuration > Utilisateurs*."),
    user_frozen: CodeText::new(
        "Votre utilisateur Salesforce est gelé",
        "Un administrateur a gelé votre utilisateur Salesforce.",
        "Demandez à votre administrateur de le dégeler, puis réessayez.",
    )
    .for_administrator("Dégelez cet utilisateur sous *Configuration > Utilisateurs*."),
    wrong_credentials: CodeText::new(
        "Les informations saisies ne correspondent pas",
        "Aucun compte ne permet de se connecter avec ces deux informations réunies.",
        "Vérifiez-les avec votre administrateur, qui peut vous en remettre de nouvelles.",
    ),
    invitation_void: CodeText::new(
        "L’invitation n’est pas valable",
        "Ce code d’invitation est mal saisi, déjà utilisé ou date de plus d’un jour.",
        "Vérifiez le code ou demandez-en un nouveau à votre administrateur.",
    ),
    password_unfit: CodeText::new(
        "La longueur du mot de passe ne convient pas",
        "Un mot de passe compte de 12 à 256 caractères ; rien n’a donc été modifié.",
        "Choisissez-en un autre.",
    ),
    password_differs: CodeText::new(
        "Les mots de passe diffèrent",
        "Le mot de passe n’a pas été saisi deux fois de la même façon ; rien n’a donc été modifié.",
        "Saisissez-le de nouveau deux fois.",
    ),
    link_conflict: CodeText::new(
        "Votre compte n’a pas pu être déterminé",
        "Deux comptes Cordboard revendiquent votre utilisateur Salesforce, ou votre compte appartient à un autre \
         utilisateur. Rien n’a été modifié.",
        "Demandez à votre administrateur de clarifier la situation, puis réessayez.",
    )
    .for_administrator("Ne laissez cet identifiant d’utilisateur Salesforce que dans un seul compte Cordboard."),
    link_confirm: CodeText::new(
        "Votre administrateur doit confirmer",
        "Un administrateur doit confirmer que votre compte Cordboard et votre utilisateur Salesforce vont ensemble.",
        "En attendant, continuez à vous connecter comme avant.",
    )
    .for_administrator("Associez cet identifiant d’utilisateur Salesforce au compte Cordboard de l’agent."),
    // ── The sign-in ───────────────────────────────────────────
    use_legacy: CodeText::new(
        "Votre compte utilise un jeton SSO",
        "Votre compte n’est pas encore passé à la connexion Salesforce.",
        "Connectez-vous avec votre identifiant opérateur et votre jeton SSO.",
    ),
    use_salesforce: CodeText::new(
        "Votre compte utilise la connexion Salesforce",
        "Votre compte est passé à la connexion Salesforce ; l’identifiant opérateur et le jeton SSO ne l’ouvrent \
         plus.",
        "Choisissez *Se connecter avec Salesforce*.",
    ),
    consent_needed: CodeText::new(
        "Cordboard a besoin de votre autorisation",
        "Salesforce a confirmé votre identité. Cordboard ne l’utilise que si vous l’autorisez.",
        "Choisissez *Se connecter avec Salesforce*, puis *Autoriser* dans la fenêtre. La question n’est posée \
         qu’une fois.",
    ),
    consent_declined: CodeText::new(
        "Vous avez choisi « Pas maintenant »",
        "Cordboard ne peut pas utiliser votre identité Salesforce ; vous n’êtes donc pas connecté.",
        "Pour l’autoriser, choisissez *Se connecter avec Salesforce*.",
    ),
    signed_out: CodeText::new(
        "Vous êtes déconnecté",
        "Vous vous êtes déconnecté, et vous le restez jusqu’à ce que vous vous reconnectiez vous-même.",
        "Connectez-vous quand vous le souhaitez.",
    ),
    other_user: CodeText::new(
        "La fenêtre avait un autre utilisateur",
        "L’utilisateur connecté à Salesforce dans la fenêtre n’était pas celui de cette console ; personne n’a \
         donc été connecté ici.",
        "Déconnectez-vous de Salesforce dans la fenêtre, puis réessayez avec l’utilisateur de cette console.",
    )
    .for_administrator("Si l’agent ne peut pas l’expliquer, examinez la tentative dans le journal d’audit."),
    wrong_phrase: CodeText::new(
        "Ce n’était pas la phrase de ce panneau",
        "La phrase choisie dans la fenêtre n’est pas celle que ce panneau affiche ; la connexion a été arrêtée.",
        "Réessayez en choisissant la phrase de votre propre panneau. Si l’on vous a envoyé un lien ou une phrase, \
         prévenez votre administrateur.",
    )
    .for_administrator(
        "La tentative figure dans le journal d’audit. Une phrase ou un lien envoyés peuvent être une fraude.",
    ),
    login_as: CodeText::new(
        "Vous êtes connecté à la place d’un autre",
        "Cette console a été ouverte par *Login As*. Un téléphone reste à son propre agent ; il ne s’ouvre donc \
         pas ici.",
        "Déconnectez-vous de l’autre utilisateur, puis utilisez le téléphone dans votre propre console.",
    ),
    expired: CodeText::new(
        "La connexion a pris trop de temps",
        "Elle n’a pas été terminée dans les dix minutes, ou elle avait déjà servi.",
        "Recommencez depuis ce panneau.",
    ),
    popup_blocked: CodeText::new(
        "Aucune fenêtre en vue ?",
        "Votre navigateur l’a peut-être bloquée, ou elle se trouve derrière celle-ci.",
        "Cherchez-la, ou choisissez *Rouvrir*.",
    ),
    no_way: CodeText::new(
        "Aucune méthode de connexion n’est configurée",
        "Les paramètres du centre d’appels et ceux de Cordboard, ensemble, ne permettent aucune connexion.",
        "Demandez à votre administrateur de les modifier, puis réessayez.",
    )
    .for_administrator("Voici les paramètres qui ne permettent aucune connexion."),
    // ── The running-user proof ────────────────────────────────
    proof_unavailable: CodeText::new(
        "Salesforce n’a pas confirmé votre identité",
        "La classe Cordboard de votre organisation n’a pas répondu. Le téléphone redemande de lui-même.",
        "Si cela persiste, prévenez votre administrateur.",
    )
    .for_administrator(
        "Vérifiez que la classe Apex `CordboardAgent` est déployée et que l’agent a son ensemble \
         d’autorisations. Voici ce qu’a répondu Salesforce.",
    ),
    proof_malformed: CodeText::new(
        "La réponse de Salesforce n’a pas pu être lue",
        "La classe Cordboard de votre organisation a répondu sous une forme inconnue ici.",
        "Prévenez votre administrateur.",
    )
    .for_administrator("Déployez la classe Apex `CordboardAgent` qui correspond à cette version de Cordboard."),
    proof_signature: CodeText::new(
        "La réponse de Salesforce n’est pas sûre",
        "Elle a été signée avec un certificat que Cordboard ne connaît pas.",
        "Prévenez votre administrateur.",
    )
    .for_administrator("Donnez à Cordboard le certificat avec lequel signe la classe Apex `CordboardAgent`."),
    proof_audience: CodeText::new(
        "Salesforce a répondu à un autre serveur",
        "La confirmation de votre identité a été établie pour un autre serveur Cordboard que celui-ci.",
        "Prévenez votre administrateur.",
    )
    .for_administrator(
        "Modifiez l’adresse du serveur dans le paramètre Cordboard de Salesforce ; voici celle qui a été trouvée.",
    ),
    proof_nonce: CodeText::new(
        "La connexion a été interrompue",
        "La réponse de Salesforce correspond à une tentative précédente.",
        "Réessayez.",
    ),
    proof_expired: CodeText::new(
        "Deux horloges ne sont pas d’accord",
        "D’après l’horloge du serveur Cordboard, la réponse de Salesforce est trop ancienne ou vient du futur, et \
         ne compte donc pas.",
        "Réessayez. Si cela persiste, prévenez votre administrateur.",
    )
    .for_administrator(
        "Réglez l’horloge du serveur Cordboard. Voici l’avance (+) ou le retard (-) de celle de Salesforce.",
    ),
    proof_organization: CodeText::new(
        "Cette console appartient à une autre organisation",
        "Ce téléphone a été configuré pour une autre organisation Salesforce que la vôtre.",
        "Prévenez votre administrateur.",
    )
    .for_administrator("Comparez l’identifiant d’organisation dans Cordboard avec celui-ci, où se trouve l’agent."),
    proof_use: CodeText::new(
        "La réponse de Salesforce n’était pas une connexion",
        "Elle a été signée avec le bon certificat, mais établie pour un autre usage.",
        "Prévenez votre administrateur.",
    )
    .for_administrator("Ne signez rien d’autre avec le certificat de la classe Apex `CordboardAgent`."),
    // ── Salesforce's sign-in ──────────────────────────────────
    oauth_denied: CodeText::new(
        "Salesforce n’a pas eu votre accord",
        "L’accès a été refusé sur la page de Salesforce ; vous n’êtes donc pas connecté.",
        "Réessayez et choisissez-y *Autoriser*.",
    ),
    oauth_not_installed: CodeText::new(
        "Cordboard n’est pas installé dans Salesforce",
        "Votre organisation ne connaît pas l’application Cordboard.",
        "Prévenez votre administrateur.",
    )
    .for_administrator(
        "Installez l’application Cordboard sous *Configuration > Utilisation OAuth des applications connectées*.",
    ),
    oauth_not_approved: CodeText::new(
        "Salesforce attend une approbation",
        "Un administrateur doit approuver l’application Cordboard pour votre utilisateur.",
        "Demandez-le à votre administrateur, puis réessayez.",
    )
    .for_administrator("Attribuez à l’agent l’ensemble d’autorisations que demande l’application Cordboard."),
    oauth_blocked: CodeText::new(
        "Cordboard est bloqué dans Salesforce",
        "Un administrateur a bloqué l’application Cordboard dans votre organisation.",
        "Prévenez votre administrateur.",
    )
    .for_administrator(
        "Débloquez l’application Cordboard sous *Configuration > Utilisation OAuth des applications connectées*.",
    ),
    oauth_state: CodeText::new(
        "Cette connexion n’a pas été lancée ici",
        "La réponse de Salesforce ne correspond à aucune connexion de ce navigateur ; rien n’a donc été fait.",
        "Recommencez depuis votre propre panneau, dans ce navigateur. N’utilisez aucun lien que l’on vous aurait \
         envoyé.",
    ),
    oauth_refused: CodeText::new(
        "Salesforce a refusé la connexion",
        "Salesforce a répondu au serveur Cordboard par une erreur.",
        "Réessayez. Si cela persiste, prévenez votre administrateur.",
    )
    .for_administrator("Voici l’erreur de Salesforce."),
    oauth_id_token: CodeText::new(
        "La réponse de Salesforce n’est pas sûre",
        "La confirmation de votre identité n’a pas passé une vérification.",
        "Réessayez. Si cela persiste, prévenez votre administrateur.",
    )
    .for_administrator("Voici la vérification du jeton d’identité qui a échoué."),
    oauth_other_organization: CodeText::new(
        "La fenêtre était dans une autre organisation",
        "Dans la fenêtre, vous vous êtes connecté à une autre organisation Salesforce que celle de cette console.",
        "Déconnectez-vous de Salesforce dans la fenêtre, puis réessayez avec l’utilisateur de cette console.",
    )
    .for_administrator("Si c’est la bonne organisation, saisissez son identifiant dans Cordboard."),
    oauth_unreachable: CodeText::new(
        "Salesforce n’a pas répondu",
        "Le serveur Cordboard n’a pas pu joindre Salesforce.",
        "Réessayez dans une minute.",
    )
    .for_administrator("Vérifiez que le serveur Cordboard joint l’adresse Mon domaine de l’organisation."),
    // ── The session ───────────────────────────────────────────
    session_ended: CodeText::new(
        "Votre session a été fermée",
        "Un administrateur y a mis fin, ou vous vous êtes déconnecté ailleurs.",
        "Reconnectez-vous. Si cela ne fonctionne pas, consultez votre administrateur.",
    ),
    session_expired: CodeText::new(
        "Votre session est terminée",
        "Une session dure huit heures, et elles sont écoulées.",
        "Reconnectez-vous.",
    ),
    session_proof_needed: CodeText::new(
        "Salesforce doit de nouveau confirmer votre identité",
        "La dernière confirmation est trop ancienne pour que la session continue.",
        "Reconnectez-vous.",
    ),
    session_other_user: CodeText::new(
        "Un autre utilisateur est à cette console",
        "La session appartenait à un autre utilisateur Salesforce que celui d’ici ; elle a donc été fermée.",
        "Connectez-vous avec votre propre utilisateur.",
    ),
    session_reused: CodeText::new(
        "Votre session a été fermée par sécurité",
        "Sa clé a été utilisée deux fois ; quelqu’un d’autre en a peut-être une copie.",
        "Reconnectez-vous, et prévenez votre administrateur.",
    )
    .for_administrator("Un jeton d’actualisation est venu deux fois. Le journal d’audit dit quand et d’où."),
    consent_revoked: CodeText::new(
        "Votre autorisation a été révoquée",
        "La session reposait sur votre autorisation d’utiliser votre identité Salesforce ; elle a donc été fermée.",
        "Reconnectez-vous si vous souhaitez donner de nouveau cette autorisation.",
    ),
    salesforce_unreachable: CodeText::new(
        "Salesforce ne répond plus depuis une demi-heure",
        "Le serveur Cordboard n’a pas pu demander à Salesforce si votre utilisateur est toujours actif ; il a donc fermé votre session.",
        "Réessayez quand Salesforce répondra de nouveau.",
    )
    .for_administrator("La commande `cordboard organization show` indique depuis quand Salesforce ne répond plus."),
    // ── Calling ───────────────────────────────────────────────
    calling_not_configured: CodeText::new(
        "Le téléphone n’est pas encore relié",
        "Vous êtes connecté, mais votre organisation n’a pas indiqué à Cordboard par quel système téléphonique (PBX) \
         passer.",
        "Demandez à votre administrateur de le relier. Le téléphone démarrera alors de lui-même.",
    )
    .for_administrator(
        "Indiquez le PBX de cette organisation : `cordboard organization set` avec `--sip-websocket` et \
         `--sip-domain`.",
    ),
    calling_no_extension: CodeText::new(
        "Vous n’avez pas encore de numéro de poste",
        "Le système téléphonique connaît les agents par leur numéro de poste, et votre compte n’en a pas.",
        "Demandez-en un à votre administrateur. Le téléphone démarrera alors de lui-même.",
    )
    .for_administrator("Donnez-en un à cet agent : `cordboard agent set` avec `--extension`."),
    calling_no_credentials: CodeText::new(
        "Votre poste n’a pas encore de mot de passe",
        "Le système téléphonique demande un mot de passe, et Cordboard n’en a pas pour votre poste.",
        "Demandez à votre administrateur de le saisir. Le téléphone démarrera alors de lui-même.",
    )
    .for_administrator(
        "Saisissez le secret que le PBX partage (`cordboard organization set` avec `--sip-secret-file`), ou le mot \
         de passe propre à cet agent (`cordboard agent set` avec `--sip-password-file`).",
    ),
    // ── The call log ──────────────────────────────────────────
    call_log_field_missing: CodeText::new(
        "Salesforce demande plus d’informations sur l’appel",
        "Votre organisation exige un champ que Cordboard ne remplit pas ; l’appel n’est donc pas dans Salesforce.",
        "Cordboard conserve l’appel. Prévenez votre administrateur.",
    )
    .for_administrator(
        "Rendez ces champs de *Task* facultatifs ou donnez-leur une valeur par défaut, puis lancez \
         `cordboard call-log retry`.",
    ),
    call_log_field_invalid: CodeText::new(
        "Salesforce n’accepte pas un champ de l’appel",
        "Une valeur ne convient pas à son champ ; l’appel n’est donc pas dans Salesforce.",
        "Cordboard conserve l’appel. Prévenez votre administrateur.",
    )
    .for_administrator(
        "Faites accepter à ces champs de *Task* ce que Cordboard écrit, puis lancez `cordboard call-log retry`.",
    ),
    call_log_record: CodeText::new(
        "L’appel concerne un enregistrement qui n’existe plus",
        "Le contact ou l’autre enregistrement a été supprimé, ou n’accepte pas d’appels ; l’appel n’est donc pas dans \
         Salesforce.",
        "Cordboard conserve l’appel. Choisissez un autre enregistrement, ou prévenez votre administrateur.",
    )
    .for_administrator(
        "Restaurez l’enregistrement ou rendez-le visible à l’utilisateur d’intégration, puis lancez \
         `cordboard call-log retry`.",
    ),
    call_log_no_permission: CodeText::new(
        "Cordboard ne peut pas écrire les appels",
        "Il manque une autorisation à l’utilisateur avec lequel Cordboard écrit les appels ; l’appel n’est donc pas \
         dans Salesforce.",
        "Cordboard conserve l’appel. Prévenez votre administrateur.",
    )
    .for_administrator(
        "Donnez à l’utilisateur d’intégration *Edit Tasks* et ces champs, puis lancez `cordboard call-log retry`.",
    ),
    call_log_rule: CodeText::new(
        "Une règle de votre organisation arrête l’appel",
        "Salesforce a répondu {value} ; l’appel n’y est donc pas.",
        "Cordboard conserve l’appel. Changez ce que la règle demande, ou prévenez votre administrateur.",
    )
    .for_administrator(
        "Une règle de validation ou un déclencheur sur *Task* l’a dit. Laissez passer les appels, puis lancez \
         `cordboard call-log retry`.",
    ),
    call_log_no_user: CodeText::new(
        "Vos appels n’ont pas de propriétaire dans Salesforce",
        "Votre compte n’est lié à aucun utilisateur Salesforce ; l’appel n’est donc pas dans Salesforce.",
        "Cordboard conserve l’appel. Connectez-vous une fois avec Salesforce, ou prévenez votre administrateur.",
    )
    .for_administrator(
        "Saisissez l’*Identifiant opérateur* de cet agent dans sa fiche utilisateur, ou demandez-lui de se connecter une fois \
         avec Salesforce, puis lancez `cordboard call-log retry`.",
    ),
    call_log_refused: CodeText::new(
        "Salesforce n’a pas pris l’appel",
        "Salesforce l’a refusé pour une raison que Cordboard ne connaît pas.",
        "Cordboard conserve l’appel. Prévenez votre administrateur.",
    )
    .for_administrator("Cherchez ce que signifie l’erreur de Salesforce, puis lancez `cordboard call-log retry`."),
    // ── The request itself ────────────────────────────────────
    dpop_nonce: CodeText::new("La demande doit être répétée", REQUEST_REFUSED, "Réessayez."),
    dpop_invalid: CodeText::new("La clé du panneau n’a pas été acceptée", REQUEST_REFUSED, "Rechargez la page.")
        .for_administrator("Comparez l’horloge de l’ordinateur de l’agent avec l’heure exacte."),
    dpop_replayed: CodeText::new("La demande est arrivée deux fois", REQUEST_REFUSED, "Réessayez."),
    request_malformed: CodeText::new("La demande n’a pas pu être lue", REQUEST_REFUSED, "Rechargez la page.")
        .for_administrator("Le panneau et le serveur n’ont peut-être pas la même version, ou un intermédiaire \
                            modifie les demandes."),
    request_too_large: CodeText::new("La demande est trop volumineuse", REQUEST_REFUSED, "Rechargez la page.")
        .for_administrator("Un intermédiaire entre le panneau et le serveur alourdit peut-être les demandes."),
    request_too_slow: CodeText::new(
        "La demande est arrivée trop lentement",
        "Après quinze secondes, le serveur Cordboard ne l’avait pas reçue en entier ; rien n’a été fait.",
        "Vérifiez que votre réseau fonctionne, puis réessayez.",
    ),
    request_origin: CodeText::new(
        "Le formulaire n’a pas été envoyé par cette page",
        "Seule la page qui a posé la question peut y répondre ; rien n’a donc été fait.",
        "Recommencez depuis votre propre panneau. N’utilisez aucun lien que l’on vous aurait envoyé.",
    ),
    request_too_many: CodeText::new(
        "Trop de tentatives",
        "Il y a eu plus de tentatives que le serveur n’en traite dans ce délai.",
        "Attendez un moment, puis réessayez.",
    ),
    organization_unknown: CodeText::new(
        "Cette organisation n’est pas configurée",
        "Le serveur Cordboard ne connaît pas l’organisation qui figure dans l’adresse de ce téléphone.",
        "Prévenez votre administrateur.",
    )
    .for_administrator(
        "Comparez le *CTI Adapter URL* du centre d’appels avec les organisations que connaît Cordboard.",
    ),
    // ── Les appels ────────────────────────────────────────────
    calling_address: CodeText::new(
        "Votre numéro interne n’est pas valide",
        "Le numéro interne de votre compte ne forme pas une adresse SIP.",
        "Demandez à votre administrateur de le corriger.",
    )
    .for_administrator("Le numéro interne et le domaine SIP forment cette adresse, qui n’est pas valide."),
    calling_registration: CodeText::new(
        "Le système téléphonique refuse votre téléphone",
        "Il a répondu {value} ; aucun appel n’arrive donc ici.",
        "Réessayez. Si cela persiste, prévenez votre administrateur.",
    )
    .for_administrator("Vérifiez le numéro interne de cet agent et le secret partagé dans le système téléphonique."),
    calling_local_network: CodeText::new(
        "Le système téléphonique ne répond pas",
        "{value} est injoignable, et le navigateur interdit à cette page les adresses de votre réseau local.",
        "S’il le demande, ou avec l’icône à côté de l’adresse, autorisez l’*accès au réseau local*, puis réessayez. \
         Sinon, prévenez votre administrateur.",
    )
    .for_administrator(
        "Si le système téléphonique est dans votre propre réseau, inscrivez l’adresse de Cordboard dans la règle de \
         navigateur *LocalNetworkAccessAllowedForUrls*, ou donnez-lui une adresse publique.",
    ),
    media_microphone_denied: CodeText::new(
        "Le microphone est bloqué",
        "Le navigateur ne laisse pas cette page utiliser le microphone.",
        "Autorisez-le avec l’icône à côté de l’adresse, puis rappelez.",
    ),
    media_microphone_system: CodeText::new(
        "Le navigateur ne reçoit pas le microphone",
        "Cette page peut l’utiliser, mais les réglages de l’ordinateur le refusent au navigateur.",
        "Autorisez le navigateur dans les réglages de confidentialité de l’ordinateur, sous *Microphone*, puis rappelez.",
    ),
    media_microphone_dismissed: CodeText::new(
        "Le microphone n’a pas été autorisé",
        "Le navigateur a demandé, et sa question a été fermée sans réponse.",
        "Rappelez, et choisissez *Autoriser* quand le navigateur demande.",
    ),
    media_microphone_missing: CodeText::new(
        "Il n’y a pas de microphone",
        "Le navigateur n’a trouvé aucun microphone sur cet ordinateur.",
        "Branchez un casque, puis rappelez.",
    ),
    media_microphone_busy: CodeText::new(
        "Le microphone ne répond pas",
        "Un autre programme l’utilise peut-être.",
        "Fermez les autres programmes qui utilisent le microphone, ou rebranchez-le, puis rappelez.",
    ),
    media_not_acceptable: CodeText::new(
        "Le navigateur et le système téléphonique ne se comprennent pas",
        "Ils n’ont aucun format audio en commun ; l’appel n’a donc pas pu être établi.",
        "Prévenez votre administrateur.",
    )
    .for_administrator("Le système téléphonique doit parler WebRTC : DTLS-SRTP, ICE, et Opus ou G.711. Le navigateur a dit ceci."),
    media_ring_mute: CodeText::new(
        "Votre téléphone sonne sans bruit",
        "Le navigateur ne laisse entendre cette page qu’après un clic.",
        "Cliquez une fois, et les appels sonneront.",
    ),

    // ── The frame, the console and the call center ────────────
    frame_unknown_host: CodeText::new(
        "Cette console n’est pas configurée pour Cordboard",
        "La page autour de ce téléphone n’appartient à aucune organisation que le serveur Cordboard connaît.",
        "Prévenez votre administrateur.",
    )
    .for_administrator("Si cet hôte est le vôtre, ajoutez-le à l’organisation dans Cordboard."),
    frame_not_framed: CodeText::new(
        "Cordboard s’ouvre dans Salesforce",
        "Cette page a été ouverte seule, alors que le téléphone a besoin de la console Salesforce autour de lui.",
        "Ouvrez la console Salesforce et choisissez le téléphone dans la barre utilitaire.",
    ),
    frame_no_parameters: CodeText::new(
        "Il manque les paramètres de Salesforce",
        "La console n’a pas indiqué dans quelle page se trouve ce téléphone.",
        "Prévenez votre administrateur.",
    )
    .for_administrator(
        "Vérifiez le *CTI Adapter URL* du centre d’appels, et que la barre utilitaire a bien ouvert le téléphone.",
    ),
    frame_no_microphone: CodeText::new(
        "Pas de microphone ici",
        "La console Salesforce ne prête pas le microphone à ce téléphone : aucun appel ne peut être pris ici.",
        "Ouvrez le téléphone dans sa propre fenêtre : c’est là qu’il sonne. Si le navigateur sépare les deux, vos \
         appels ne sont visibles que là.",
    )
    .for_administrator(
        "Sous *Configuration > URL de confiance*, cochez *Microphone* pour l’adresse de Cordboard ; sous \
         *Configuration > Paramètres de session*, le microphone ne doit pas être réglé sur *Jamais*. Rechargez ensuite \
         la console.",
    ),
    host_script_missing: CodeText::new(
        "Le script de la console n’a pas été chargé",
        "Le téléphone parle à Salesforce par un script de la console, et celui-ci n’est pas arrivé.",
        "Rechargez la console. Si cela persiste, prévenez votre administrateur.",
    )
    .for_administrator(
        "Vérifiez la version du script de l’organisation dans Cordboard, et ce qui bloque les scripts ici.",
    ),
    host_no_console: CodeText::new(
        "Cette fenêtre n’a pas de console",
        "Dans cette organisation, seule une console Salesforce ouverte peut dire qui vous êtes.",
        "Ouvrez le téléphone dans la console, puis de nouveau sa propre fenêtre à partir de là.",
    ),
    host_no_answer: CodeText::new(
        "La console ne répond pas",
        "Le téléphone a demandé à la console Salesforce ce dont il a besoin et n’a pas reçu de réponse. Il \
         redemande de lui-même.",
        "Si cela persiste, rechargez la console, puis prévenez votre administrateur.",
    )
    .for_administrator(
        "Cette méthode d’Open CTI n’a pas répondu. Vérifiez que, dans le centre d’appels, *Use CTI API* vaut \
         `true` et *Softphone mode* est Lightning.",
    ),
    host_refused: CodeText::new(
        "La console a refusé une demande",
        "La console Salesforce a répondu au téléphone par une erreur. Le téléphone redemande de lui-même.",
        "Si cela persiste, rechargez la console, puis prévenez votre administrateur.",
    )
    .for_administrator("Voici la méthode d’Open CTI et l’erreur de la console."),
    settings_missing: CodeText::new(
        "Il manque les paramètres du centre d’appels",
        "La console n’a envoyé aucun paramètre de centre d’appels ; le téléphone ne sait pas comment vous connecter.",
        "Demandez à votre administrateur de vous ajouter à un centre d’appels, puis rechargez la console.",
    )
    .for_administrator(
        "Importez la définition de centre d’appels de Cordboard, et ajoutez l’utilisateur sous *Configuration > \
         Centres d’appels*.",
    ),
    settings_not_text: CodeText::new(
        "Un paramètre du centre d’appels est illisible",
        "{value}, dans le centre d’appels, n’est pas un texte.",
        "Demandez à votre administrateur d’importer de nouveau le centre d’appels, puis réessayez.",
    )
    .for_administrator(
        "Importez de nouveau la définition de centre d’appels de Cordboard sous *Configuration > Centres d’appels*.",
    ),
    settings_enable_salesforce_sso: CodeText::new(
        "« Enable Salesforce SSO » n’est ni activé ni désactivé",
        "*Enable Salesforce SSO* vaut {value} dans le centre d’appels. Il faut `true` ou `false`, en minuscules.",
        "Demandez à votre administrateur de le modifier, puis réessayez.",
    )
    .for_administrator(
        "Donnez à *Enable Salesforce SSO*, sous *Configuration > Centres d’appels*, la valeur `true` ou `false`.",
    ),
    settings_use_saml_connection: CodeText::new(
        "« Use SAML connection » n’est ni activé ni désactivé",
        "*Use SAML connection* vaut {value} dans le centre d’appels. Il faut `true` ou `false`, en minuscules.",
        "Demandez à votre administrateur de le modifier, puis réessayez.",
    )
    .for_administrator(
        "Donnez à *Use SAML connection*, sous *Configuration > Centres d’appels*, la valeur `true` ou `false`.",
    ),
    // ── The adapter ───────────────────────────────────────────
    adapter_unreachable: CodeText::new(
        "Le serveur est injoignable",
        "Le serveur Cordboard n’a pas répondu. Il redémarre peut-être, ou le réseau est interrompu.",
        "Réessayez dans un instant.",
    ),
    adapter_busy: CodeText::new(
        "Le serveur Cordboard est occupé",
        "Sa base de données est utilisée par autre chose en ce moment ; rien n’a été fait.",
        "Réessayez dans un instant. Si cela persiste, prévenez votre administrateur.",
    )
    .for_administrator(
        "Un autre programme garde verrouillée la base de données du serveur Cordboard. Mettez fin à ce qu’il fait ; le \
         serveur n’a pas besoin d’être redémarré.",
    ),
    adapter_internal: CodeText::new(
        "Une erreur s’est produite dans le serveur Cordboard",
        "Le problème vient du serveur, et son journal en donne la cause.",
        "Réessayez. Si cela persiste, prévenez votre administrateur.",
    )
    .for_administrator("Consultez le journal du serveur Cordboard à cette heure."),
    unknown: CodeText::new(
        "Le serveur Cordboard a refusé",
        "Il a donné un motif que cette version du panneau ne connaît pas.",
        "Rechargez la page. Si cela persiste, prévenez votre administrateur.",
    )
    .for_administrator("Voici le motif qu’a donné le serveur."),
}
.listed();

const REQUEST_REFUSED: &str =
    "Le serveur Cordboard n’a pas accepté ce que le panneau a envoyé ; rien n’a été fait.";
