//! French.
//!
//! Vous, the imperative, and the names that a French Salesforce has. The space before `:`, `;` and `?` and
//! inside guillemets is U+00A0, so that no line begins with the mark.

mod audio;
mod calls;
mod codes;
mod presence;
mod tasks;

use crate::{Language, Plural, Template, catalogue::*};
use codes::CODES;

pub static FR: Catalogue = Catalogue {
    language: Language::Fr,
    tag: Language::Fr.tag(),
    product: "Cordboard",
    status: Status {
        nobody: "Non connecté",
        starting: "Démarrage",
        signing_in: "Connexion en cours",
        signed_in: "Connecté",
        signed_out: "Déconnecté",
        reconnecting: "Reconnexion",
        unreachable: "Hors ligne",
        needs_attention: "À configurer",
    },
    controls: Controls {
        sign_in: "Se connecter",
        sign_in_with_salesforce: "Se connecter avec Salesforce",
        use_password: "Utiliser le nom de connexion et le mot de passe",
        use_legacy: "Utiliser l’identifiant opérateur et le jeton SSO",
        try_again: "Réessayer",
        try_now: "Essayer maintenant",
        open_again: "Rouvrir",
        cancel: "Annuler",
        back: "Retour",
        sign_out: "Se déconnecter",
        copy: "Copier",
        copied: "Copié",
        copy_keys: "Ctrl+C",
        copy_keys_on_mac: "⌘C",
        press_copy_keys: "Le texte est sélectionné : appuyez sur Ctrl+C, ou sur Commande+C sur un Mac.",
    },
    working: Working {
        starting: "Démarrage de Cordboard",
        signing_in: "Connexion en cours",
        waiting_for_console: "En attente des paramètres du centre d’appels, que la console Salesforce doit envoyer.",
        waiting_for_adapter: "En attente d’une réponse du serveur Cordboard.",
        waiting_for_proof: "En attente de la confirmation de votre identité par Salesforce.",
        waiting_for_verification: "En attente de la vérification de votre connexion par le serveur Cordboard.",
    },
    unreachable: Unreachable {
        retrying_in: Template("Nouvel essai dans {seconds} s"),
        possible_in: Template("Nouvel envoi possible dans {seconds} s"),
        retrying_now: "Nouvel essai en cours",
    },
    offering: Offering {
        heading: "Connectez-vous à votre téléphone",
        by_window: "Cordboard utilise votre connexion Salesforce. Une fenêtre s’ouvre ; la première fois, elle \
                    demande votre autorisation.",
        by_typing: "Cordboard vous connecte avec ce que votre administrateur vous a remis.",
        salesforce_sso_on: "*Enable Salesforce SSO* est activé dans ce centre d’appels.",
        salesforce_sso_off: "*Enable Salesforce SSO* est désactivé dans ce centre d’appels.",
    },
    window: WindowTexts {
        heading: "Continuez dans la fenêtre",
        what_to_do: "Terminez-y la connexion. Ce panneau prend ensuite le relais de lui-même.",
        waiting: "En attente de la fenêtre",
        your_phrase: "Votre phrase, à choisir dans la fenêtre",
        open_in_tab: "Ouvrir dans un nouvel onglet",
        or_copy: "Si elle ne s’ouvre d’aucune façon, copiez cette adresse dans un nouvel onglet.",
    },
    credentials: Credentials {
        heading: "Connectez-vous avec votre jeton SSO",
        introduction: "Votre administrateur vous a remis un identifiant opérateur et un jeton SSO.",
        operator_id: "Identifiant opérateur",
        sso_token: "Jeton SSO",
        submit: "Se connecter",
        submitting: "Connexion en cours",
    },
    password: PasswordForm {
        heading: "Connectez-vous avec votre mot de passe",
        introduction: "Votre administrateur connaît votre nom de connexion. Le mot de passe est celui que vous avez défini.",
        login: "Nom de connexion",
        password: "Mot de passe",
    },
    signed_in: SignedIn {
        heading: Template("Vous êtes connecté en tant que {agent}"),
        organization: "Organisation",
        call_center: "Centre d’appels",
        way: "Méthode de connexion",
        since: "Heure de connexion",
        until: "Fin de session",
        extension: "Extension du navigateur",
        with_extension: "Les appels continuent quand on ferme les onglets",
        without_extension: "Non installée : les appels finissent avec le dernier onglet. Demandez-la à l’administrateur",
        connection: "Liaison",
        connected: "Établie",
        reconnecting: "Reconnexion ; votre session reste ouverte",
        signing_out: "Déconnexion en cours",
        still_signed_in: "Vous êtes encore connecté",
        sign_out_unheard: "Votre demande de déconnexion n’est pas parvenue au serveur Cordboard. Choisissez de \
                           nouveau *Se déconnecter*.",
        legacy_heading: "Votre jeton SSO va être retiré",
        legacy_notice: "La connexion Salesforce se passe de jeton.",
        legacy_without_switch: "Votre administrateur vous dira quand la connexion Salesforce sera prête.",
        last_used: Template("Dernière utilisation du jeton : {when}."),
        never_used: "Le jeton n’avait jamais été utilisé.",
    },
    switching: Switching {
        start: "Passer à la connexion Salesforce",
        heading: "Passer à la connexion Salesforce",
        ready: "Une fenêtre s’ouvre et demande votre autorisation. Votre session reste ouverte pendant ce temps.",
        open: "Continuer avec Salesforce",
        waiting: "Terminez dans la fenêtre. Votre session reste ouverte pendant ce temps.",
    },
    consents: Consents {
        heading: "Vos autorisations",
        none: "Vous n’avez rien autorisé. Cordboard vous le demandera en cas de besoin.",
        loading: "Chargement",
        what: Template("Utiliser votre identité Salesforce dans {organization}"),
        subject: Template("Utilisateur Salesforce {user}"),
        granted: Template("Autorisation donnée {when}"),
        revoke: "Révoquer",
        revoke_for: Template("Révoquer l’autorisation pour {organization}"),
        confirm: "La révocation met fin aux sessions qui reposent sur cette autorisation. Elle sera redemandée à \
                  la prochaine connexion.",
        confirm_revoke: "Révoquer l’autorisation",
        keep: "Conserver",
    },
    calls: calls::CALLS,
    presence: presence::PRESENCE,
    audio: audio::AUDIO,
    sessions: Sessions {
        heading: "Où vous êtes connecté",
        loading: "Chargement",
        here: "Ici",
        unknown_client: "Un autre navigateur",
        since: Template("{way}, connecté {when}"),
        seen: Template("Dernière activité {when}"),
        unseen: Plural {
            one: "Une autre session n’est pas utilisée : un panneau fermé, ou un ordinateur en veille. Elle se \
                  termine d’elle-même.",
            many: Template(
                "{count} autres sessions ne sont pas utilisées : des panneaux fermés, ou des ordinateurs en veille. \
                 Elles se terminent d’elles-mêmes.",
            ),
        },
        nowhere_else: "Vous n’êtes connecté nulle part ailleurs.",
        end_others: "Terminer les autres",
        ending: "Fin des autres sessions",
    },
    signed_out: SignedOut {
        heading: "Vous êtes déconnecté",
        what_to_do: "Vous le restez, même après un rechargement, jusqu’à ce que vous choisissiez *Se connecter*.",
    },
    refusal: RefusalTexts {
        for_administrator: "À signaler à votre administrateur",
        copy_label: "Copier les informations pour votre administrateur",
    },
    ways: Ways {
        proof: "Votre session Salesforce",
        legacy: "Identifiant opérateur et jeton SSO",
        salesforce_sso: "Connexion Salesforce",
        saml: "Authentification unique",
        password: "Identifiant et mot de passe",
    },
    time: Time {
        just_now: "à l’instant",
        minutes_ago: Template("il y a {minutes} min"),
        within_a_minute: "dans moins d’une minute",
        in_minutes: Template("dans {minutes} min"),
        at: Template("à {hour}:{minute}"),
        on: Template("le {day} {month}, {hour}:{minute}"),
        on_in: Template("le {day} {month} {year}, {hour}:{minute}"),
        first: "1er",
        months: [
            "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
            "nov.", "déc.",
        ],
    },
    adapter: &ADAPTER,
    codes: CODES,
};

const ADAPTER: AdapterTexts = AdapterTexts {
    shell: Shell {
        title: "Cordboard",
        loading: "Chargement du téléphone",
        failed: "Le téléphone n’a pas pu démarrer ou s’est arrêté. Rechargez la page. Si cela persiste, \
                 prévenez votre administrateur.",
        no_script: "Le téléphone a besoin de JavaScript, qui est désactivé pour cette page.",
    },
    pages: WindowPages {
        title: "Connexion à Cordboard",
        allow_heading: "Autoriser Cordboard à utiliser votre identité Salesforce",
        allow_introduction: "Cordboard, votre téléphone dans la console Salesforce, vous connecte en tant \
                             qu’utilisateur Salesforce.",
        who: "Vous",
        organization: "Organisation",
        shared: "Informations partagées",
        shared_items: &[
            "Votre identifiant d’utilisateur Salesforce",
            "Votre nom",
            "Votre organisation",
            "Votre appartenance à un centre d’appels",
        ],
        shared_with: "Avec",
        allow_once: "La question n’est posée qu’une fois. Vous pouvez révoquer cette autorisation à tout moment \
                     dans le panneau, sous *Vos autorisations*.",
        not_you: "Ce n’est pas vous ? Choisissez *Pas maintenant*, déconnectez-vous de Salesforce, puis \
                  recommencez depuis votre propre panneau.",
        allow: "Autoriser",
        not_now: "Pas maintenant",
        phrase_heading: "Quelle phrase votre panneau affiche-t-il ?",
        phrase_rule: "Choisissez uniquement ce qu’affiche votre propre panneau, jamais ce que l’on vous a dit.",
        phrase_label: "La phrase de votre panneau",
        none_of_these: "Aucune de celles-ci",
        phrase_continue: "Continuer",
        done_heading: "Vous pouvez fermer cette fenêtre",
        done: "Vous êtes connecté. La suite se passe dans la console Salesforce.",
        declined_heading: "Vous pouvez fermer cette fenêtre",
        declined: "Rien n’a été partagé et vous n’êtes pas connecté. Le panneau indique vos autres possibilités.",
        refused: "Vous pouvez fermer cette fenêtre et continuer dans le panneau.",
        not_started_here_heading: "Cette connexion n’a pas été lancée ici",
        not_started_here: "Ce navigateur n’a pas lancé la connexion à laquelle appartient cette adresse ; rien \
                           n’a donc été fait. Ouvrez votre propre panneau dans la console Salesforce et \
                           choisissez-y *Se connecter avec Salesforce*. N’utilisez aucun lien de connexion que \
                           l’on vous aurait envoyé.",
    },
    invite: InvitePage {
        heading: "Définissez votre mot de passe",
        introduction: "Votre administrateur vous a remis un code d’invitation. Il sert une seule fois, pendant un jour.",
        code: "Code d’invitation",
        password: "Nouveau mot de passe",
        rule: "De 12 à 256 caractères. Quelques mots connus de vous seul valent mieux que beaucoup de signes.",
        again: "Nouveau mot de passe, encore une fois",
        submit: "Définir le mot de passe",
        done_heading: "Votre mot de passe est défini",
        done: "Fermez cette page, puis connectez-vous dans le panneau avec votre nom de connexion et ce mot de passe.",
    },
    tasks: tasks::TASKS,
    inert: InertPage {
        title: "Cordboard",
        for_administrator: "À signaler à votre administrateur",
        value_found: "Valeur trouvée",
        nothing_found: "aucune",
    },
};
