//! The texts of the agent's state, in French.

use crate::{Plural, Template, catalogue::Presence};

pub(super) const PRESENCE: Presence = Presence {
    state: "Votre état",
    available: "Disponible",
    auto_answer: "Décroché automatique",
    busy: "Occupé",
    do_not_disturb: "Ne pas déranger",
    wrap_up: "Post-appel",
    offline: "Hors ligne",
    refused: "Les appels sont refusés tant que vous n’êtes pas disponible.",
    unreachable: "Aucun appel n’arrive ni ne part. Choisissez un autre état pour utiliser le téléphone.",
    recents: "Appels récents",
    no_recents: "Vos appels sur cet ordinateur apparaîtront ici. Un clic suffira pour rappeler.",
    missed: Plural { one: "1 manqué", many: Template("{count} manqués") },
    came: "Entrant",
    went: "Sortant",
};
