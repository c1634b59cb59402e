//! The texts of the agent's state, in French.

use crate::catalogue::Presence;

pub(super) const PRESENCE: Presence = Presence {
    state: "Votre état",
    available: "Disponible",
    busy: "Occupé",
    do_not_disturb: "Ne pas déranger",
    wrap_up: "Post-appel",
    offline: "Hors ligne",
    refused: "Les appels sont refusés tant que vous n’êtes pas disponible.",
    unreachable: "Aucun appel n’arrive ni ne part. Choisissez un autre état pour utiliser le téléphone.",
};
